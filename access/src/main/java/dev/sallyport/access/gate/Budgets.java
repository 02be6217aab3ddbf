package dev.sallyport.access.gate;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.Target;
import dev.sallyport.access.port.Broker;
import dev.sallyport.access.port.BrokerUnreachableException;
import dev.sallyport.access.scope.Budget;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this node holds of each grant's budgets. It leases slices from the broker, so that not every
 * byte is a question, and spends only what it holds: over all nodes never more than the limit.
 * Thread-safe.
 */
final class Budgets {
    /** A node strands at most this part of a budget while others still want some. */
    private static final long SLICES = 64;

    private record Key(String grant, Target target, Budget.Unit unit, long limit) {}

    private final Broker broker;
    private final Map<Key, Purse> purses = new ConcurrentHashMap<>();

    Budgets(Broker broker) {
        this.broker = broker;
    }

    Optional<Refusal> spend(Grant grant, Target target, Budget.Unit unit, long limit, long amount) {
        var key = new Key(grant.id(), target, unit, limit);
        Purse purse = purses.computeIfAbsent(key, any -> new Purse(key, grant.notAfter()));
        try {
            return purse.take(amount)
                    ? Optional.empty()
                    : Optional.of(Refusals.budget(grant, unit, limit));
        } catch (BrokerUnreachableException e) {
            return Optional.of(Refusals.brokerUnreachable());
        }
    }

    /** Takes {@code amount} if this node holds that much; never asks the broker, so never waits. */
    boolean spendHeld(Grant grant, Target target, Budget.Unit unit, long limit, long amount) {
        Purse purse = purses.get(new Key(grant.id(), target, unit, limit));
        return purse != null && purse.takeHeld(amount);
    }

    /** Drops what belongs to grants that have ended. */
    void forgetBefore(Instant now) {
        purses.values().removeIf(purse -> !now.isBefore(purse.end));
    }

    private final class Purse {
        private final Key key;
        private final Instant end;
        // Both guarded by this.
        private long held;
        private boolean scarce;

        Purse(Key key, Instant end) {
            this.key = key;
            this.end = end;
        }

        synchronized boolean take(long amount) {
            if (held < amount) {
                long missing = amount - held;
                // Once the broker gave less than asked, the end is near: take exactly what is used.
                long wanted = scarce ? missing : Math.max(missing, slice());
                long given =
                        broker.lease(key.grant, key.target.toString(), key.unit, key.limit, wanted);
                if (given < 0 || given > wanted) {
                    throw new IllegalStateException("the broker leased what was not asked for");
                }
                scarce |= given < wanted;
                held += given;
            }
            if (held < amount) {
                return false;
            }
            held -= amount;
            return true;
        }

        synchronized boolean takeHeld(long amount) {
            if (held < amount) {
                return false;
            }
            held -= amount;
            return true;
        }

        private long slice() {
            return Math.max(1, key.limit / SLICES);
        }
    }
}
