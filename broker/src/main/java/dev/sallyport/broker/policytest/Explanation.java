package dev.sallyport.broker.policytest;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.policy.Policy;
import dev.sallyport.access.policy.PolicyQuestion;
import dev.sallyport.access.policy.PolicyVerdict;
import dev.sallyport.broker.intent.BoundIntent;
import dev.sallyport.broker.intent.Catalogue;
import dev.sallyport.broker.intent.FactLookup;
import dev.sallyport.broker.intent.FactLookup.FactsAnswer;
import dev.sallyport.broker.intent.Facts;
import dev.sallyport.broker.intent.Intent;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a request would take, without making it. Thread-safe as far as its parts are. */
public final class Explanation {
    /** As high as the ladder goes; a policy that wants more humans wants nobody to pass. */
    public static final int MAX_APPROVALS = 5;

    /** The rule of a refusal because a fact could not be had. */
    public static final String FACTS = "facts";

    private final Catalogue catalogue;
    private final Policy policy;
    private final FactLookup facts;

    /** What came of asking. */
    public sealed interface Outcome {
        /** The intent, its parameters or its facts refuse before policy is asked. */
        record Unasked(Refusal refusal) implements Outcome {}

        /** Policy answered. */
        record Asked(BoundIntent bound, Facts facts, PolicyVerdict verdict) implements Outcome {
            /** {@code allow}, {@code mask}, {@code hold} or {@code deny}. */
            public String word() {
                return Explanation.word(verdict);
            }

            public Intent intent() {
                return bound.intent();
            }

            /** Who is asked: the groups that the policies name, else the intent's. */
            public List<String> approvers() {
                List<String> named = verdict.annotations().approvers();
                return named.isEmpty() ? bound.intent().approvers() : named;
            }

            /** How many humans it takes. */
            public int approvals() {
                return verdict instanceof PolicyVerdict.Hold hold ? hold.approvals() : 0;
            }
        }
    }

    public Explanation(Catalogue catalogue, Policy policy, FactLookup facts) {
        this.catalogue = catalogue;
        this.policy = policy;
        this.facts = facts;
    }

    /** The word of a verdict. */
    public static String word(PolicyVerdict verdict) {
        return switch (verdict) {
            case PolicyVerdict.Allow _ -> "allow";
            case PolicyVerdict.Mask _ -> "mask";
            case PolicyVerdict.Hold _ -> "hold";
            case PolicyVerdict.Deny _ -> "deny";
        };
    }

    /** What it would take for {@code agent}; blocks for fact look-ups. */
    public Outcome of(Agent agent, String intent, Map<String, String> parameters) {
        Optional<Intent> found = catalogue.find(intent);
        if (found.isEmpty()) {
            return new Outcome.Unasked(Refusal.deny("intent", "there is no such intent"));
        }
        return switch (found.get().bind(parameters)) {
            case Intent.Binding.Unbound(var refusal) -> new Outcome.Unasked(refusal);
            case Intent.Binding.Bound(var bound) -> ask(agent, bound);
        };
    }

    private Outcome ask(Agent agent, BoundIntent bound) {
        return switch (facts.lookUp(bound)) {
            case FactsAnswer.Unavailable(var fact, var reason) ->
                    new Outcome.Unasked(
                            Refusal.deny(FACTS, "fact " + fact + " is unavailable: " + reason));
            case FactsAnswer.Known(var known) ->
                    new Outcome.Asked(
                            bound,
                            known,
                            policy.climb(
                                    PolicyQuestion.request(
                                            agent,
                                            bound.intent().name(),
                                            bound.parameterValues(),
                                            known.values()),
                                    false,
                                    MAX_APPROVALS));
        };
    }
}
