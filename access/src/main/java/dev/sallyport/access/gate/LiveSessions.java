package dev.sallyport.access.gate;

import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.port.KillFeed;
import dev.sallyport.access.port.KillIncompleteException;
import dev.sallyport.access.port.SessionEnd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that are live on this node, and the hand that closes them. Thread-safe.
 *
 * <p>Promise 3 rests on the order here: first {@link Session#isOpen} becomes false for
 * <em>every</em> session that is to end, at once and on the caller's thread; then their closers run
 * side by side, and only when all are done does whoever placed a lock hear that it is done.
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

    /** Shuts every session that has a lock, and starts to close it. */
    KillFeed.InForce close(Function<Session, Optional<Lock>> lockOf) {
        var ending = new LinkedHashMap<Session, Ending>();
        for (Session session : list()) {
            lockOf.apply(session)
                    .ifPresent(lock -> ending.put(session, Refusals.ending(lock, session)));
        }
        return new KillFeed.InForce(ending.size(), confirmed(begin(ending)));
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

    private CompletableFuture<Void> confirmed(List<CompletableFuture<Void>> closing) {
        return CompletableFuture.allOf(closing.toArray(CompletableFuture<?>[]::new))
                .orTimeout(limits.closeWait().toMillis(), TimeUnit.MILLISECONDS)
                .handle((done, failure) -> {
                    int open = (int) closing.stream().filter(each -> !isClosed(each)).count();
                    if (open > 0) {
                        LOGGER.atError()
                                .addKeyValue("sessions", open)
                                .log("sessions did not close in time");
                        throw new KillIncompleteException(open);
                    }
                    return done;
                });
    }

    private static boolean isClosed(CompletableFuture<Void> closing) {
        return closing.isDone() && !closing.isCompletedExceptionally();
    }
}
