package dev.sallyport.access.gate;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.port.SessionEnd;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends what time ends: expired grants, sessions whose broker has been silent for too long, and all
 * of them when the clock goes backwards. One virtual thread, started by the first admission.
 */
final class Sweeper implements AutoCloseable {
    private final GateClock clock;
    private final LockTable locks;
    private final LiveSessions live;
    private final Budgets budgets;
    private final GateLimits limits;
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
    private volatile boolean stopped;

    Sweeper(
            GateClock clock,
            LockTable locks,
            LiveSessions live,
            Budgets budgets,
            GateLimits limits) {
        this.clock = clock;
        this.locks = locks;
        this.live = live;
        this.budgets = budgets;
        this.limits = limits;
    }

    void start() {
        if (thread.get() == null) {
            Thread sweeping = Thread.ofVirtual().name("gate-sweeper").unstarted(this::run);
            if (thread.compareAndSet(null, sweeping)) {
                sweeping.start();
            }
        }
    }

    private void run() {
        while (!stopped) {
            sweep();
            LockSupport.parkNanos(limits.sweepEvery().toNanos());
        }
    }

    /** One pass; does not wait for closers, so that a slow one delays nobody else's end. */
    void sweep() {
        boolean turnedBack = clock.isTurnedBack();
        Instant now = clock.now();
        boolean silent = locks.silence(now).compareTo(limits.silentAfter()) > 0;
        var ending = new LinkedHashMap<Session, LiveSessions.Ending>();
        for (Session session : live.list()) {
            why(session, now, turnedBack, silent).ifPresent(how -> ending.put(session, how));
        }
        live.begin(ending);
        budgets.forgetBefore(now);
    }

    private static Optional<LiveSessions.Ending> why(
            Session session, Instant now, boolean turnedBack, boolean silent) {
        if (turnedBack) {
            return ending(session, SessionEnd.ERROR, Refusals.clockTurnedBack());
        }
        if (silent) {
            return ending(session, SessionEnd.ERROR, Refusals.brokerSilent());
        }
        Grant grant = session.grant().grant();
        return grant.isValidAt(now)
                ? Optional.empty()
                : ending(session, SessionEnd.EXPIRED, Refusals.expired(grant));
    }

    private static Optional<LiveSessions.Ending> ending(
            Session session, SessionEnd end, Refusal why) {
        String grant = session.grant().grant().id();
        return Optional.of(new LiveSessions.Ending(end, why.in(session.id(), grant)));
    }

    @Override
    public void close() {
        stopped = true;
        Thread sweeping = thread.get();
        if (sweeping != null) {
            LockSupport.unpark(sweeping);
        }
    }
}
