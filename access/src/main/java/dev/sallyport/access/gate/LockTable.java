package dev.sallyport.access.gate;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Lock;
import dev.sallyport.access.Locks;
import dev.sallyport.access.Target;
import dev.sallyport.access.port.KillFeed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The locks that this node knows, and how long ago the broker was last heard. Before the first word
 * from the broker nothing is fresh, so nothing is admitted. Thread-safe.
 */
public final class LockTable implements KillFeed {
    private final InstantSource clock;
    private final GateLimits limits;
    private final LiveSessions live;
    private final Locks locks = new Locks();
    private final Instant started;
    private volatile boolean heard;
    private volatile Instant lastHeard;

    public LockTable(InstantSource clock, GateLimits limits, LiveSessions live) {
        this.clock = clock;
        this.limits = limits;
        this.live = live;
        this.started = clock.instant();
        this.lastHeard = started;
    }

    @Override
    public void replace(List<Lock> all) {
        locks.replace(all);
        heartbeat();
        live.close(session -> match(session.grant().grant(), session.id(), session.target()));
    }

    @Override
    public InForce placed(Lock lock) {
        // First the lock, then the sessions: whoever registers in between sees the lock.
        locks.put(lock);
        return live.close(
                session -> session.isCoveredBy(lock) ? Optional.of(lock) : Optional.empty());
    }

    @Override
    public void lifted(String lock) {
        locks.remove(lock);
    }

    @Override
    public void heartbeat() {
        lastHeard = clock.instant();
        heard = true;
    }

    /** True when the broker was heard recently enough to judge by what it said. */
    public boolean isFresh(Instant now) {
        return heard && silence(now).compareTo(limits.staleAfter()) <= 0;
    }

    /** How long the broker has been silent, or this node has waited for its first word. */
    public Duration silence(Instant now) {
        return Duration.between(lastHeard, now);
    }

    /** A lock on this session, operators' kills before grants that were handed back. */
    public Optional<Lock> match(Grant grant, String session, Target target) {
        return locks.match(grant, session, target);
    }
}
