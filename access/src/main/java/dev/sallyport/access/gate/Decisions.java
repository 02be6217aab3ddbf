package dev.sallyport.access.gate;

import dev.sallyport.access.Grant;
import dev.sallyport.access.act.Act;
import dev.sallyport.access.policy.Policy;
import dev.sallyport.access.policy.PolicyQuestion;
import dev.sallyport.access.policy.PolicyVerdict;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Policy's verdicts on acts, remembered per grant and act shape: everything that policy sees of an
 * act is in the key, so a remembered verdict is the one that policy would give. Thread-safe.
 */
final class Decisions {
    /** Longer acts are rare and their keys are large; they are asked each time. */
    private static final int MAX_SHOWN = 4096;

    private record Key(
            String version,
            Grant grant,
            String target,
            String login,
            String action,
            Map<String, Object> attributes) {}

    private final int maxApprovals;
    // Guarded by itself.
    private final Map<Key, PolicyVerdict> remembered;

    Decisions(int capacity, int maxApprovals) {
        this.maxApprovals = maxApprovals;
        this.remembered =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Key, PolicyVerdict> eldest) {
                        return size() > capacity;
                    }
                };
    }

    PolicyVerdict decide(Policy policy, Session session, Act act) {
        if (act.shown().length() > MAX_SHOWN) {
            return policy.climb(question(session, act), false, maxApprovals);
        }
        var key =
                new Key(
                        policy.version(),
                        session.grant().grant(),
                        session.target().toString(),
                        session.login(),
                        act.action(),
                        act.attributes());
        synchronized (remembered) {
            PolicyVerdict known = remembered.get(key);
            if (known != null) {
                return known;
            }
        }
        PolicyVerdict verdict = policy.climb(question(session, act), false, maxApprovals);
        synchronized (remembered) {
            remembered.put(key, verdict);
        }
        return verdict;
    }

    static PolicyQuestion question(Session session, Act act) {
        Grant grant = session.grant().grant();
        return PolicyQuestion.act(
                grant.agent(),
                grant.intent(),
                session.target(),
                session.login(),
                act,
                grant.parameters(),
                grant.facts());
    }
}
