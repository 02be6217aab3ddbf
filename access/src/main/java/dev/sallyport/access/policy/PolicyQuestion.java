package dev.sallyport.access.policy;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Target;
import dev.sallyport.access.act.Act;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * May this agent do this, given these facts?
 *
 * <p>Context values are String, Long, Integer, Boolean, BigDecimal, Instant, Collection or Map of
 * these; text is read as the type that the schema declares. What the agent said goes under {@code
 * parameters}, what was looked up under {@code facts}; {@code masked} and {@code approvals} are
 * false and 0 unless they are set.
 *
 * @param action {@code request}, or an act's action such as {@code ssh:exec}
 * @param resourceType {@code Intent} or {@code Target}
 */
public record PolicyQuestion(
        Agent agent,
        String action,
        String resourceType,
        String resourceId,
        Map<String, Object> context) {
    static final String MASKED = "masked";
    static final String APPROVALS = "approvals";

    public PolicyQuestion {
        context = Collections.unmodifiableMap(new LinkedHashMap<>(context));
    }

    /** May {@code agent} have a grant for {@code intent}? */
    public static PolicyQuestion request(
            Agent agent,
            String intent,
            Map<String, ? extends Object> parameters,
            Map<String, ? extends Object> facts) {
        var context = new LinkedHashMap<String, Object>();
        context.put("intent", intent);
        context.put("parameters", Map.copyOf(parameters));
        context.put("facts", Map.copyOf(facts));
        return new PolicyQuestion(agent, "request", "Intent", intent, context);
    }

    /**
     * May {@code agent} do {@code act} on {@code target}? The one place that says what policy sees
     * of an act: the gate and policy tests ask alike.
     *
     * @param login the upstream login, or the protocol's equivalent
     */
    public static PolicyQuestion act(
            Agent agent,
            String intent,
            Target target,
            String login,
            Act act,
            Map<String, ? extends Object> parameters,
            Map<String, ? extends Object> facts) {
        var context = new LinkedHashMap<String, Object>(act.attributes());
        context.put("intent", intent);
        context.put("login", login);
        context.put("parameters", Map.copyOf(parameters));
        context.put("facts", Map.copyOf(facts));
        return new PolicyQuestion(agent, act.action(), "Target", target.toString(), context);
    }

    /** The same question with a rung of the ladder in its context. */
    public PolicyQuestion given(boolean masked, long approvals) {
        var copy = new LinkedHashMap<>(context);
        copy.put(MASKED, masked);
        copy.put(APPROVALS, approvals);
        return new PolicyQuestion(agent, action, resourceType, resourceId, copy);
    }
}
