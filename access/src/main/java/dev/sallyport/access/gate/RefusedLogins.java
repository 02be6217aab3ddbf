package dev.sallyport.access.gate;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.Recorder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Records refused connections with their true reason, which the peer never hears. A flood does not
 * fill the disk: beyond a rate they are counted, and the count goes with the next that is written.
 * Thread-safe.
 */
public final class RefusedLogins {
    /** Refusals written per {@link #WINDOW}; people and broken agents stay far below. */
    private static final int MAX_PER_WINDOW = 200;

    private static final Duration WINDOW = Duration.ofSeconds(1);

    private final Recorder recorder;
    private final InstantSource clock;
    private Instant windowEnd; // guarded by this
    private int written; // guarded by this
    private long suppressed; // guarded by this

    public RefusedLogins(Recorder recorder, InstantSource clock) {
        this.recorder = recorder;
        this.clock = clock;
        this.windowEnd = clock.instant();
    }

    /**
     * Who was refused.
     *
     * @param protocol the protocol's word
     * @param peer the peer's address
     * @param user as claimed, printable
     * @param client the client's own name, printable
     */
    public record Peer(String protocol, String peer, String user, String client) {}

    /**
     * Records a refusal; completes when it is durable or counted.
     *
     * @param context {@link EventContext#NONE} before a grant was proven
     */
    public CompletableFuture<Void> record(EventContext context, Peer peer, Refusal why) {
        long before = take();
        if (before < 0) {
            return CompletableFuture.completedFuture(null);
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("protocol", peer.protocol());
        fields.put("peer", peer.peer());
        fields.put("user", peer.user());
        fields.put("client", peer.client());
        fields.put("verdict", why.verdict().word());
        fields.put("rule", why.rule());
        fields.put("reason", why.reason());
        if (before > 0) {
            fields.put("suppressed", before);
        }
        return recorder.record(new Event(EventType.SESSION_REFUSED, context, fields));
    }

    /** Returns how many were suppressed before this one, or -1 when this one is. */
    private synchronized long take() {
        Instant now = clock.instant();
        // A clock that was set back must not silence the record until it has caught up.
        if (!now.isBefore(windowEnd) || now.isBefore(windowEnd.minus(WINDOW))) {
            windowEnd = now.plus(WINDOW);
            written = 0;
        }
        if (written >= MAX_PER_WINDOW) {
            suppressed++;
            return -1;
        }
        written++;
        long before = suppressed;
        suppressed = 0;
        return before;
    }
}
