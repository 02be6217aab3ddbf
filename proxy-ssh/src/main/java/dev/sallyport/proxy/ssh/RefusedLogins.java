package dev.sallyport.proxy.ssh;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.certificate.VerifiedGrant;
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
import org.apache.sshd.server.session.ServerSession;

/**
 * Records refused connections with their true reason, which the peer never hears. A flood does not
 * fill the disk: beyond a rate they are counted, and the count goes with the next that is written.
 */
final class RefusedLogins {
    /** Refusals written per {@link #WINDOW}; people and broken agents stay far below. */
    private static final int MAX_PER_WINDOW = 200;

    private static final Duration WINDOW = Duration.ofSeconds(1);

    private final Recorder recorder;
    private final InstantSource clock;
    private Instant windowEnd; // guarded by this
    private int written; // guarded by this
    private long suppressed; // guarded by this

    RefusedLogins(Recorder recorder, InstantSource clock) {
        this.recorder = recorder;
        this.clock = clock;
        this.windowEnd = clock.instant();
    }

    /** Records a refusal before a grant was proven; completes when it is durable or counted. */
    CompletableFuture<Void> record(ServerSession peer, String user, Refusal why) {
        return record(EventContext.NONE, peer, user, why);
    }

    /** Records that a proven grant was not admitted. */
    CompletableFuture<Void> record(
            ServerSession peer, String user, Refusal why, VerifiedGrant grant) {
        EventContext context = EventContext.of(grant.grant()).inSession(why.session(), "");
        return record(context, peer, user, why);
    }

    private CompletableFuture<Void> record(
            EventContext context, ServerSession peer, String user, Refusal why) {
        long before = take();
        if (before < 0) {
            return CompletableFuture.completedFuture(null);
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("protocol", "ssh");
        fields.put("peer", String.valueOf(peer.getClientAddress()));
        fields.put("user", Wire.printable(user));
        fields.put("client", Wire.printable(String.valueOf(peer.getClientVersion())));
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
        if (!now.isBefore(windowEnd)) {
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
