package dev.sallyport.cli.policy;

import dev.sallyport.access.Agent;
import dev.sallyport.access.policy.PolicyVerdict;
import dev.sallyport.broker.intent.FactLookup;
import dev.sallyport.broker.intent.Intent;
import dev.sallyport.broker.policytest.Explanation;
import dev.sallyport.broker.policytest.PolicyDirectory;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.Json;
import dev.sallyport.cli.Text;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
                "Say what a request would take: nothing, so many approvals, or that it cannot be.",
        exitCodeList = {
            "0:it would be granted, at once or after approvals",
            "1:the policy directory has mistakes",
            "2:wrong usage",
            "11:it would be denied"
        },
        footer = {
            "",
            "Example:",
            "  sallyport policy explain policy --intent create-invoice --group billing-agents \\",
            "      --param customer=42 --param amount=2500.00 --fact customerActive=true"
        })
final class PolicyExplainCommand implements Callable<Integer> {
    @ParentCommand private @Nullable PolicyCommand policy;

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "The policy directory (default: ./policy).")
    private Path directory = PolicyCommand.DIRECTORY;

    @Option(
            names = "--intent",
            required = true,
            paramLabel = "NAME",
            description = "What the agent intends.")
    private String intent = "";

    @Option(names = "--param", paramLabel = "NAME=VALUE", description = "What the agent says.")
    private Map<String, String> parameters = new TreeMap<>();

    @Option(names = "--fact", paramLabel = "NAME=VALUE", description = "What a look-up would find.")
    private Map<String, String> facts = new TreeMap<>();

    @Option(names = "--agent", paramLabel = "ID", description = "Who asks (default: nobody known).")
    private String agent = "some-agent";

    @Option(names = "--group", paramLabel = "NAME", description = "A group of the agent.")
    private List<String> groups = new ArrayList<>();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** What is printed. */
    record Answer(
            String verdict,
            int approvals,
            List<String> approvers,
            String ttl,
            List<String> rules,
            String reason) {}

    @Override
    public Integer call() {
        Globals globals = Objects.requireNonNull(policy).globals();
        Optional<PolicyDirectory> read = PolicyCheckCommand.sound(globals, directory);
        if (read.isEmpty()) {
            return ExitCode.FAILED;
        }
        PolicyDirectory found = read.get();
        var explanation = new Explanation(found.catalogue(), found.policy(), lookup());
        var who = new Agent(agent, "some-owner", "some-run", groups);
        Answer answer =
                switch (explanation.of(who, intent, parameters)) {
                    case Explanation.Outcome.Unasked(var refusal) ->
                            new Answer("deny", 0, List.of(), "", List.of(), refusal.reason());
                    case Explanation.Outcome.Asked asked -> answer(asked);
                };
        if (json) {
            Json.print(globals.out(), answer);
        } else {
            globals.out().println(Text.line(sentence(answer)));
        }
        return answer.verdict().equals("deny") ? ExitCode.DENIED : ExitCode.DONE;
    }

    /** Facts come from the command line: explaining asks nobody else. */
    private FactLookup lookup() {
        return bound -> {
            Intent asked = bound.intent();
            for (String fact : asked.facts().keySet()) {
                if (!facts.containsKey(fact)) {
                    return new FactLookup.FactsAnswer.Unavailable(
                            fact, "say it with --fact " + fact + "=VALUE");
                }
            }
            try {
                return new FactLookup.FactsAnswer.Known(asked.facts(facts));
            } catch (IllegalArgumentException e) {
                return new FactLookup.FactsAnswer.Unavailable(
                        String.join(", ", facts.keySet()), String.valueOf(e.getMessage()));
            }
        };
    }

    private static Answer answer(Explanation.Outcome.Asked asked) {
        PolicyVerdict verdict = asked.verdict();
        String reason = verdict.annotations().reason().orElse("");
        boolean isDenied = verdict instanceof PolicyVerdict.Deny;
        return new Answer(
                asked.word(),
                asked.approvals(),
                asked.approvals() > 0 ? asked.approvers() : List.of(),
                isDenied ? "" : ttl(asked),
                verdict.policies(),
                isDenied && reason.isEmpty() ? "no policy permits it, whoever approves" : reason);
    }

    private static String sentence(Answer answer) {
        String rules = answer.rules().isEmpty() ? "" : " " + answer.rules();
        return switch (answer.verdict()) {
            case "allow" -> "allow for " + answer.ttl() + ", by" + rules;
            case "mask" -> "allow with masking for " + answer.ttl() + ", by" + rules;
            case "hold" ->
                    "hold: %d approval(s) of %s, then allow for %s, because of%s%s"
                            .formatted(
                                    answer.approvals(),
                                    answer.approvers(),
                                    answer.ttl(),
                                    rules,
                                    answer.reason().isEmpty() ? "" : ": " + answer.reason());
            default -> "deny: " + answer.reason() + rules;
        };
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
