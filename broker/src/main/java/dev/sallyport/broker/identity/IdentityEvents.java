package dev.sallyport.broker.identity;

import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.access.certificate.Thumbprint;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.Recorder;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@code identity.accepted} and {@code identity.rejected}. A flood of bad tokens cannot fill
 * the disk: a minute has room for some rejections in full, the rest are counted by rule and written
 * as one event. Acceptances are written once for each token and minute. Thread-safe.
 */
public final class IdentityEvents {
    private static final Logger LOGGER = LoggerFactory.getLogger(IdentityEvents.class);

    /** Rejections written in full for each window. */
    static final int FULL_REJECTIONS = 20;

    static final Duration WINDOW = Duration.ofMinutes(1);

    /** Bearers remembered for each window; beyond it they are simply written again. */
    private static final int MAX_REMEMBERED = 10_000;

    private static final long RECORD_LIMIT_SECONDS = 5;

    private final Recorder recorder;
    private final InstantSource clock;
    // All guarded by this.
    private final Map<String, Boolean> accepted = new LinkedHashMap<>();
    private final Map<String, Long> suppressed = new TreeMap<>();
    private Instant windowEnd = Instant.EPOCH;
    private int written;

    public IdentityEvents(Recorder recorder, InstantSource clock) {
        this.recorder = recorder;
        this.clock = clock;
    }

    /** Records the caller durably; false when that failed, and then only operators are accepted. */
    boolean accepted(Caller caller, String peer) {
        String bearer =
                switch (caller) {
                    case AgentCaller agent -> agent.tokenId();
                    case HumanCaller human -> human.id();
                };
        synchronized (this) {
            turnWindow();
            if (accepted.containsKey(bearer)) {
                return recorder.isRecording();
            }
        }
        try {
            recorder.record(
                            new Event(
                                    EventType.IDENTITY_ACCEPTED,
                                    context(caller),
                                    fields(caller, peer)))
                    .orTimeout(RECORD_LIMIT_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            LOGGER.atError().setCause(e).log("identity could not be recorded: caller refused");
            return false;
        }
        synchronized (this) {
            if (accepted.size() < MAX_REMEMBERED) {
                accepted.put(bearer, true);
            }
        }
        return true;
    }

    /** Records or counts a rejection; never waits. */
    void rejected(Verification.Rejected rejected, String peer) {
        reject(rejected.rule(), rejected.reason(), peer, Map.of());
    }

    /**
     * Records or counts a key that did not prove what it asks for, or that is another's; never
     * waits.
     *
     * @param step what was asked, for example {@code renew}
     * @param id the grant or request that it named
     */
    public void rejectedKey(String step, String id, PublicKey key, String peer) {
        String thumbprint = KeyKind.of(key).map(kind -> Thumbprint.of(key)).orElse("");
        reject(
                "key",
                "there is no such thing, or no proof by a key of it",
                peer,
                Map.of("step", step, "id", id, "key", thumbprint));
    }

    private void reject(String rule, String reason, String peer, Map<String, String> more) {
        synchronized (this) {
            turnWindow();
            if (written >= FULL_REJECTIONS) {
                suppressed.merge(rule, 1L, Long::sum);
                return;
            }
            written++;
        }
        var fields = new LinkedHashMap<String, Object>();
        fields.put("rule", rule);
        fields.put("reason", reason);
        fields.put("peer", peer);
        fields.putAll(more);
        write(fields);
    }

    /** Writes what was only counted when its minute is over; called regularly. */
    public synchronized void sweep() {
        turnWindow();
    }

    /** Writes what was only counted; called when the broker stops. */
    public synchronized void flush() {
        if (suppressed.isEmpty()) {
            return;
        }
        var fields = new LinkedHashMap<String, Object>();
        fields.put("rule", "aggregated");
        fields.put("reason", "more rejections than are written one by one");
        fields.put("counts", Map.copyOf(suppressed));
        suppressed.clear();
        write(fields);
    }

    private void turnWindow() {
        Instant now = clock.instant();
        if (!now.isBefore(windowEnd)) {
            flush();
            accepted.clear();
            written = 0;
            windowEnd = now.plus(WINDOW);
        }
    }

    private void write(Map<String, Object> fields) {
        recorder.record(new Event(EventType.IDENTITY_REJECTED, EventContext.NONE, fields))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOGGER.atError().log("a rejected identity could not be recorded");
                    }
                });
    }

    private static EventContext context(Caller caller) {
        return switch (caller) {
            case AgentCaller workload ->
                    new EventContext(
                            "",
                            "",
                            workload.agent().id(),
                            workload.agent().owner(),
                            workload.agent().run(),
                            "",
                            "");
            case HumanCaller _ -> EventContext.NONE;
        };
    }

    private static Map<String, Object> fields(Caller caller, String peer) {
        var fields = new LinkedHashMap<String, Object>();
        switch (caller) {
            case AgentCaller workload -> {
                fields.put("issuer", workload.issuer());
                fields.put("token", workload.tokenId());
                fields.put("groups", workload.agent().groups());
                fields.put("expires", workload.expiresAt());
            }
            case HumanCaller human -> {
                fields.put("human", human.id());
                fields.put("groups", human.groups());
                fields.put("roles", human.roles().stream().map(Role::word).sorted().toList());
            }
        }
        fields.put("peer", peer);
        return fields;
    }
}
