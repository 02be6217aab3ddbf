package dev.sallyport.cli.policy;

import dev.sallyport.access.Agent;
import dev.sallyport.access.policy.PolicyVerdict;
import dev.sallyport.broker.intent.FactLookup;
import dev.sallyport.broker.intent.Intent;
import dev.sallyport.broker.policytest.Explanation;
import dev.sallyport.broker.policytest.PolicyDirectory;
import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Text;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sallyport policy explain}. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description =
                "Say what a request would take: nothing, so many approvals, or that it cannot be.")
final class PolicyExplainCommand implements Callable<Integer> {
    @ParentCommand private @Nullable PolicyCommand policy;

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "The policy directory.")
    private Path directory = Path.of("policy");

    @Option(names = "--intent", required = true, paramLabel = "NAME")
    private String intent = "";

    @Option(names = "--param", paramLabel = "NAME=VALUE", description = "What the agent says.")
    private Map<String, String> parameters = new TreeMap<>();

    @Option(names = "--fact", paramLabel = "NAME=VALUE", description = "What a look-up would find.")
    private Map<String, String> facts = new TreeMap<>();

    @Option(names = "--agent", paramLabel = "ID")
    private String agent = "some-agent";

    @Option(names = "--group", paramLabel = "NAME", description = "A group of the agent.")
    private List<String> groups = new ArrayList<>();

    @Override
    public Integer call() {
        PolicyCommand parent = java.util.Objects.requireNonNull(policy);
        Optional<PolicyDirectory> read = PolicyCheckCommand.read(parent, directory);
        if (read.isEmpty()) {
            return ExitCode.FAILED;
        }
        PolicyDirectory found = read.get();
        var explanation = new Explanation(found.catalogue(), found.policy(), lookup());
        var who = new Agent(agent, "some-owner", "some-run", groups);
        PrintWriter out = parent.globals().out();
        switch (explanation.of(who, intent, parameters)) {
            case Explanation.Outcome.Unasked(var refusal) ->
                    throw new CommandFailedException(
                            ExitCode.DENIED, "deny: " + Text.line(refusal.reason()));
            case Explanation.Outcome.Asked asked -> print(out, asked);
        }
        return ExitCode.DONE;
    }

    /** Facts come from the command line: explaining asks nobody else. */
    private FactLookup lookup() {
        return bound -> {
            Intent asked = bound.intent();
            try {
                return new FactLookup.FactsAnswer.Known(asked.facts(facts));
            } catch (IllegalArgumentException e) {
                return new FactLookup.FactsAnswer.Unavailable(
                        "facts", "say them with --fact: " + e.getMessage());
            }
        };
    }

    private static void print(PrintWriter out, Explanation.Outcome.Asked asked) {
        PolicyVerdict verdict = asked.verdict();
        switch (verdict) {
            case PolicyVerdict.Allow allow ->
                    out.println("allow for " + ttl(asked) + ", by " + allow.policies());
            case PolicyVerdict.Mask mask ->
                    out.println("allow with masking for " + ttl(asked) + ", by " + mask.policies());
            case PolicyVerdict.Hold hold ->
                    out.println(
                            "hold: "
                                    + hold.approvals()
                                    + " approval(s) of "
                                    + asked.intent().approvers()
                                    + ", then allow for "
                                    + ttl(asked)
                                    + ", because of "
                                    + hold.policies());
            case PolicyVerdict.Deny deny ->
                    out.println("deny: no number of approvals helps " + deny.policies());
        }
    }

    /** The policies' shortest {@code @ttl}, and never longer than the intent's. */
    private static String ttl(Explanation.Outcome.Asked asked) {
        Duration longest = asked.intent().ttl();
        Duration said = asked.verdict().annotations().ttl().orElse(longest);
        Duration ttl = said.compareTo(longest) < 0 ? said : longest;
        long seconds = ttl.toSeconds();
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
