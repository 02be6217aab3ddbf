package dev.sallyport.broker.request;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.policy.Annotations;
import dev.sallyport.access.policy.Policy;
import dev.sallyport.access.policy.PolicyQuestion;
import dev.sallyport.access.policy.PolicyVerdict;
import dev.sallyport.broker.intent.BoundIntent;
import dev.sallyport.broker.intent.Facts;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Asks policy whether an agent may have an intent, and what it would take. Thread-safe. */
public final class IntentJudge {
    /** More humans than this are not asked about one request. */
    private static final int MAX_APPROVALS = 5;

    private final Supplier<Policy> policy;

    /**
     * @param policy the policy of this moment; it can be replaced while the broker runs
     */
    public IntentJudge(Supplier<Policy> policy) {
        this.policy = policy;
    }

    /** The version that {@link #judge} goes by now. */
    public String policyVersion() {
        return policy.get().version();
    }

    /** Climbs the ladder; nothing is ever masked at this door. */
    public Judgement judge(Agent agent, BoundIntent intent, Facts facts) {
        PolicyQuestion question =
                PolicyQuestion.request(
                        agent, intent.intent().name(), intent.parameterValues(), facts.values());
        PolicyVerdict verdict = policy.get().climb(question, false, MAX_APPROVALS);
        return switch (verdict) {
            case PolicyVerdict.Allow(List<String> policies, Annotations said) ->
                    new Judgement.Granted(ttl(intent, said), policies);
            case PolicyVerdict.Hold(int approvals, List<String> policies, Annotations said) ->
                    new Judgement.Needs(
                            approvals, groups(intent, said), ttl(intent, said), policies);
            case PolicyVerdict.Mask(List<String> policies, Annotations said) ->
                    denied(intent, policies, said);
            case PolicyVerdict.Deny(List<String> policies, List<String> errors, Annotations said) ->
                    denied(intent, policies, said);
        };
    }

    private static Duration ttl(BoundIntent intent, Annotations said) {
        Duration own = intent.intent().ttl();
        return said.ttl().filter(ttl -> ttl.compareTo(own) < 0).orElse(own);
    }

    private static List<String> groups(BoundIntent intent, Annotations said) {
        List<String> groups = said.approvers();
        return groups.isEmpty() ? intent.intent().approvers() : groups;
    }

    private static Judgement denied(BoundIntent intent, List<String> policies, Annotations said) {
        String rule = policies.isEmpty() ? "policy" : policies.getFirst();
        String name = intent.intent().name();
        String reason = said.reason().orElse("policy does not permit intent " + name);
        return new Judgement.Denied(
                Refusal.deny(rule, reason).withNext("sallyport policy explain --intent " + name),
                policies);
    }
}
