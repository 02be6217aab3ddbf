package dev.sallyport.access.gate;

import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.port.KillIncompleteException;
import dev.sallyport.access.port.SessionEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that are live on this node, and the hand that closes them. Thread-safe.
 *
 * <p>Promise 3 rests on the order here: first {@link Session#isOpen} becomes false for
 * <em>every</em> session that is to end, then their closers run side by side, and only when all are
 * done does the call return.
 */
public final class LiveSessions {
    private static final Logger LOGGER = LoggerFactory.getLogger(LiveSessions.class);

    private final GateLimits limits;
    private final Object guard = new Object();
    // Both guarded by guard.
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Map<String, Integer> perAgent = new HashMap<>();

    public LiveSessions(GateLimits limits) {
        this.limits = limits;
    }

    /** Every live session, oldest first. */
    public List<Session> list() {
        synchronized (guard) {
            return List.copyOf(sessions.values());
        }
    }

    /** Ends every live session, for a node that stops; waits as a lock does. */
    public void closeAll(SessionEnd end, Refusal why) {
        var ending = new LinkedHashMap<Session, Ending>();
        list().forEach(session -> ending.put(session, new Ending(end, why)));
        await(begin(ending));
    }

    /** Why a session ends. */
    record Ending(SessionEnd end, Refusal why) {}

    /** Registers a session, unless a bound is reached. */
    Optional<Refusal> register(Session session) {
        String agent = session.grant().grant().agent().id();
        synchronized (guard) {
            if (sessions.size() >= limits.sessions()) {
                return Optional.of(Refusals.tooManySessions("this node"));
            }
            if (perAgent.getOrDefault(agent, 0) >= limits.sessionsPerAgent()) {
                return Optional.of(Refusals.tooManySessions("this agent"));
            }
            sessions.put(session.id(), session);
            perAgent.merge(agent, 1, Integer::sum);
            return Optional.empty();
        }
    }

    void forget(Session session) {
        synchronized (guard) {
            if (sessions.remove(session.id()) != null) {
                perAgent.computeIfPresent(
                        session.grant().grant().agent().id(),
                        (agent, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    /**
     * Closes every session that one of {@code locks} covers.
     *
     * @throws KillIncompleteException when some did not confirm in time
     */
    void close(Collection<Lock> locks) {
        var ending = new LinkedHashMap<Session, Ending>();
        for (Session session : list()) {
            locks.stream()
                    .filter(lock -> session.isCoveredBy(lock))
                    .min((a, b) -> a.cause().compareTo(b.cause()))
                    .ifPresent(lock -> ending.put(session, Refusals.ending(lock, session)));
        }
        await(begin(ending));
    }

    /** Flips all, then starts their closers; the futures complete when no byte passes any more. */
    List<CompletableFuture<Void>> begin(Map<Session, Ending> ending) {
        var flipped = new ArrayList<Session>();
        ending.forEach((session, why) -> {
            if (session.flip(why)) {
                flipped.add(session);
            }
        });
        flipped.forEach(session -> Thread.ofVirtual().start(session::runCloser));
        // Also those that someone else is closing: their bytes must have stopped as well.
        return ending.keySet().stream().map(Session::closed).toList();
    }

    private void await(List<CompletableFuture<Void>> closing) {
        Duration wait = limits.closeWait();
        long deadline = System.nanoTime() + wait.toNanos();
        int open = 0;
        for (CompletableFuture<Void> each : closing) {
            try {
                each.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | TimeoutException e) {
                open++;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while sessions were closing", e);
            }
        }
        if (open > 0) {
            LOGGER.atError().addKeyValue("sessions", open).log("sessions did not close in time");
            throw new KillIncompleteException(open);
        }
    }
}
