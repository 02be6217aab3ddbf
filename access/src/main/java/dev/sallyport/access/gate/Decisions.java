package dev.sallyport.access.gate;

import dev.sallyport.access.Grant;
import dev.sallyport.access.act.Act;
import dev.sallyport.access.policy.Policy;
import dev.sallyport.access.policy.PolicyQuestion;
import dev.sallyport.access.policy.PolicyVerdict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Policy's verdicts on acts, remembered per grant and act shape: everything that policy sees of an
 * act is in the key, so a remembered verdict is the one that policy would give. Thread-safe.
 */
final class Decisions {
    /** Longer acts are rare and their keys are large; they are asked each time. */
    private static final int MAX_SHOWN = 4096;

    private record Key(
            String version, Holder holder, String action, Map<String, Object> attributes) {}

    /** Who acts where, with its hash worked out once for each session: a grant is large. */
    static final class Holder {
        private final Grant grant;
        private final String target;
        private final String login;
        private final int hash;

        Holder(Grant grant, String target, String login) {
            this.grant = grant;
            this.target = target;
            this.login = login;
            this.hash = Objects.hash(grant, target, login);
        }

        @Override
        public boolean equals(Object other) {
            return this == other
                    || other instanceof Holder holder
                            && hash == holder.hash
                            && grant.equals(holder.grant)
                            && target.equals(holder.target)
                            && login.equals(holder.login);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

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
            return policy.climb(question(session, act), act.canBeMasked(), maxApprovals);
        }
        var key = new Key(policy.version(), session.holder(), act.action(), act.attributes());
        synchronized (remembered) {
            PolicyVerdict known = remembered.get(key);
            if (known != null) {
                return known;
            }
        }
        PolicyVerdict verdict =
                policy.climb(question(session, act), act.canBeMasked(), maxApprovals);
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
