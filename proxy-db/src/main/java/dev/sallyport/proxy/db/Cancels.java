package dev.sallyport.proxy.db;

import dev.sallyport.proxy.db.wire.CancelKey;
import dev.sallyport.proxy.db.wire.ProtocolVersion;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys that cancel sessions. They are the proxy's own: a server's key never leaves it. Guesses
 * are compared in constant time, and only so many in a second. Thread-safe.
 */
final class Cancels {
    private static final Duration WINDOW = Duration.ofSeconds(1);

    private final Map<Integer, DbBridge> sessions = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock;
    private final int perSecond;
    private Instant windowEnd; // guarded by this
    private int asked; // guarded by this

    Cancels(InstantSource clock, int perSecond) {
        this.clock = clock;
        this.perSecond = perSecond;
        this.windowEnd = clock.instant();
    }

    /** A key for a session that speaks {@code version}, with a process id that nobody else has. */
    CancelKey next(ProtocolVersion version) {
        int process;
        do {
            process = random.nextInt(1, Integer.MAX_VALUE);
        } while (sessions.containsKey(process));
        return CancelKey.random(process, version, random);
    }

    /** From now on {@code key} cancels {@code session}. */
    void register(CancelKey key, DbBridge session) {
        sessions.put(key.processId(), session);
    }

    /** {@code key} cancels nothing any more. */
    void forget(CancelKey key) {
        sessions.remove(key.processId());
    }

    /** Somebody asks; nobody is told whether there was such a session. */
    void cancel(CancelKey key) {
        if (!isWithinLimit()) {
            return;
        }
        DbBridge session = sessions.get(key.processId());
        if (session != null && session.isCancelledBy(key)) {
            session.cancelled();
        }
    }

    private synchronized boolean isWithinLimit() {
        Instant now = clock.instant();
        if (!now.isBefore(windowEnd)) {
            windowEnd = now.plus(WINDOW);
            asked = 0;
        }
        return asked++ < perSecond;
    }
}
