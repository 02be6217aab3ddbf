package dev.sallyport.broker.policytest;

import dev.sallyport.access.act.Act;
import dev.sallyport.access.policy.PolicyAnswer;
import dev.sallyport.access.policy.PolicyQuestion;
import dev.sallyport.access.policy.PolicyVerdict;
import dev.sallyport.access.scope.Scope;
import dev.sallyport.access.scope.ScopeAnswer;
import dev.sallyport.access.yaml.Mapping;
import dev.sallyport.access.yaml.Node;
import dev.sallyport.access.yaml.Problems;
import dev.sallyport.access.yaml.Scalar;
import dev.sallyport.access.yaml.Sequence;
import dev.sallyport.access.yaml.YamlFile;
import dev.sallyport.broker.intent.BoundIntent;
import dev.sallyport.broker.intent.Facts;
import dev.sallyport.broker.intent.Intent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * {@code policy test}: runs {@code tests/*.yaml} of a policy directory against its catalogue and
 * policies, without a broker. An intent without any test is a failure too.
 */
public final class PolicyTests {
    private static final String SCOPE = "scope";

    private final PolicyDirectory directory;

    /** What one test showed. */
    public sealed interface Result {
        /** The test's name. */
        String name();

        /** As expected. */
        record Passed(String name) implements Result {}

        /** Not as expected; {@code where} is file, line and column. */
        record Failed(String name, String where, String because) implements Result {}
    }

    /** What happened, in the words of a test. */
    private record Seen(String verdict, int approvals, Duration ttl, List<String> rules) {
        static Seen deny(String rule) {
            return new Seen("deny", 0, Duration.ZERO, List.of(rule));
        }
    }

    public PolicyTests(PolicyDirectory directory) {
        this.directory = directory;
    }

    /** Runs all tests, in the order of files and lines; mistakes in test files go to problems. */
    public List<Result> run(Problems problems) {
        List<PolicyCase> cases = read(problems);
        var results = new ArrayList<Result>();
        var covered = new TreeSet<String>();
        for (PolicyCase test : cases) {
            covered.add(test.intent());
            results.add(run(test));
        }
        for (Intent intent : directory.catalogue().intents()) {
            if (!covered.contains(intent.name())) {
                results.add(
                        new Result.Failed(
                                "every intent has a test",
                                directory.path().resolve("tests").toString(),
                                "intent " + intent.name() + " has none"));
            }
        }
        return results;
    }

    private List<PolicyCase> read(Problems problems) {
        Path tests = directory.path().resolve("tests");
        var cases = new ArrayList<PolicyCase>();
        try (Stream<Path> files = Files.list(tests)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                for (Mapping mapping : mappings(YamlFile.readAll(file, problems))) {
                    cases.add(PolicyCase.read(mapping, directory.catalogue()));
                }
            }
        } catch (IOException e) {
            problems.add(tests.toString(), 0, 0, "tests cannot be read", "a directory tests/");
        }
        return problems.isEmpty() ? cases : List.of();
    }

    private static List<Mapping> mappings(List<Node> documents) {
        var mappings = new ArrayList<Mapping>();
        for (Node document : documents) {
            switch (document) {
                case Mapping mapping -> mappings.add(mapping);
                case Sequence list -> mappings.addAll(list.mappings());
                case Scalar scalar -> scalar.problem("this is no test", "name, given, when, then");
            }
        }
        return mappings;
    }

    private Result run(PolicyCase test) {
        Seen seen = see(test);
        String because =
                Stream.of(
                                expect("verdict", test.verdict(), seen.verdict()),
                                test.needs() < 0
                                        ? ""
                                        : expect("approvals", test.needs(), seen.approvals()),
                                test.ttl().isZero() ? "" : expect("ttl", test.ttl(), seen.ttl()),
                                seen.rules().containsAll(test.rules())
                                        ? ""
                                        : expect("rules", test.rules(), seen.rules()))
                        .filter(text -> !text.isEmpty())
                        .reduce((a, b) -> a + "; " + b)
                        .orElse("");
        String where =
                test.place().file() + ":" + test.place().line() + ":" + test.place().column();
        return because.isEmpty()
                ? new Result.Passed(test.name())
                : new Result.Failed(test.name(), where, because + " (by " + seen.rules() + ")");
    }

    private static String expect(String what, Object expected, Object seen) {
        return expected.equals(seen)
                ? ""
                : "expected %s %s, but it is %s".formatted(what, expected, seen);
    }

    private Seen see(PolicyCase test) {
        Optional<Intent> intent = directory.catalogue().find(test.intent());
        if (intent.isEmpty()) {
            return Seen.deny("intent");
        }
        Facts facts;
        try {
            facts = intent.get().facts(test.facts());
        } catch (IllegalArgumentException e) {
            return Seen.deny("facts");
        }
        boolean isRequest = test.act().isEmpty();
        if (isRequest && !facts.values().keySet().equals(intent.get().facts().keySet())) {
            // A fact that cannot be had is a no before policy is asked.
            return Seen.deny("facts");
        }
        return switch (intent.get().bind(test.parameters())) {
            case Intent.Binding.Unbound(var refusal) -> Seen.deny(refusal.rule());
            case Intent.Binding.Bound(var bound) ->
                    isRequest ? request(test, bound, facts) : act(test, bound, facts);
        };
    }

    private Seen request(PolicyCase test, BoundIntent bound, Facts facts) {
        var question =
                PolicyQuestion.request(
                        test.agent(),
                        bound.intent().name(),
                        bound.parameterValues(),
                        facts.values());
        return ask(test, question, false, bound.intent().ttl());
    }

    private Seen act(PolicyCase test, BoundIntent bound, Facts facts) {
        Act act = PolicyActs.of(test);
        Optional<Scope> scope =
                bound.scope().stream().filter(each -> isTarget(test, each)).findFirst();
        if (scope.isEmpty()) {
            return Seen.deny(SCOPE);
        }
        return switch (scope.get().permits(act)) {
            case ScopeAnswer.Outside _ -> Seen.deny(SCOPE);
            case ScopeAnswer.Inside _ -> {
                var question =
                        PolicyQuestion.act(
                                test.agent(),
                                bound.intent().name(),
                                scope.get().target(),
                                scope.get().account(),
                                act,
                                bound.parameterValues(),
                                facts.values());
                yield ask(test, question, act.canBeMasked(), bound.intent().ttl());
            }
        };
    }

    private static boolean isTarget(PolicyCase test, Scope scope) {
        return test.target().isEmpty()
                        && test.act().startsWith(scope.target().protocol().word() + ":")
                || test.target().equals(scope.target().toString())
                || test.target().equals(scope.target().name());
    }

    private Seen ask(PolicyCase test, PolicyQuestion question, boolean maskable, Duration ttl) {
        var policy = directory.policy();
        if (test.approvals() > 0
                && policy.ask(question.given(false, test.approvals()))
                        instanceof PolicyAnswer.Permit permit) {
            Duration shorter = permit.annotations().ttl().orElse(ttl);
            return new Seen(
                    "allow", 0, shorter.compareTo(ttl) < 0 ? shorter : ttl, permit.policies());
        }
        PolicyVerdict verdict = policy.climb(question, maskable, Explanation.MAX_APPROVALS);
        int approvals = verdict instanceof PolicyVerdict.Hold hold ? hold.approvals() : 0;
        Duration shorter = verdict.annotations().ttl().orElse(ttl);
        return new Seen(
                Explanation.word(verdict),
                approvals,
                shorter.compareTo(ttl) < 0 ? shorter : ttl,
                verdict.policies());
    }
}
