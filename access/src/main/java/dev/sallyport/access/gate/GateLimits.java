package dev.sallyport.access.gate;

import java.time.Duration;

/**
 * The gate's bounds. {@link #DEFAULTS} says why each is what it is; the heartbeat bounds may only
 * be configured downwards.
 *
 * @param staleAfter broker silent for longer: no new sessions and no new acts
 * @param silentAfter broker silent for longer: sessions end
 * @param sessionsPerAgent live sessions of one agent on this node
 * @param sessions live sessions on this node
 * @param maxApprovals highest rung of the ladder
 * @param holdLimit longest wait for humans, should the broker not end it earlier
 * @param cachedDecisions policy decisions kept
 * @param closeWait how long a lock waits for sessions to confirm that no byte passes any more
 * @param sweepEvery how often expiry, silence and the clock are looked at
 * @param clockTolerance how far the clock may step back without ending sessions
 */
public record GateLimits(
        Duration staleAfter,
        Duration silentAfter,
        int sessionsPerAgent,
        int sessions,
        int maxApprovals,
        Duration holdLimit,
        int cachedDecisions,
        Duration closeWait,
        Duration sweepEvery,
        Duration clockTolerance) {

    private static final Duration MAX_STALE = Duration.ofSeconds(5);
    private static final Duration MAX_SILENT = Duration.ofSeconds(60);

    /** What a node uses unless it is configured otherwise. */
    public static final GateLimits DEFAULTS =
            new GateLimits(
                    // Five missed heartbeats of one second each.
                    MAX_STALE,
                    MAX_SILENT,
                    // An agent fans out over tens of hosts, not hundreds; a loop is stopped here.
                    256,
                    // Some 100 KiB each when idle: 400 MiB.
                    4096,
                    // As high as the broker climbs for a request.
                    5,
                    // A node gives what it is configured with; this bounds a broker without answer.
                    Duration.ofHours(1),
                    // About 1 KiB each.
                    16_384,
                    // A closer only has to shut two sockets.
                    Duration.ofSeconds(2),
                    // Promptness of expiry against one pass over all sessions.
                    Duration.ofMillis(250),
                    // Time daemons slew; a step of seconds is a mistake or an attack.
                    Duration.ofSeconds(2));

    public GateLimits {
        if (staleAfter.compareTo(MAX_STALE) > 0 || silentAfter.compareTo(MAX_SILENT) > 0) {
            throw new IllegalArgumentException(
                    "heartbeat bounds are at most 5 seconds and 60 seconds");
        }
        if (sessionsPerAgent < 1 || sessions < 1 || maxApprovals < 0 || cachedDecisions < 1) {
            throw new IllegalArgumentException("a bound of the gate is not positive");
        }
    }

    /** The same limits with another longest wait for humans. */
    public GateLimits withHold(Duration longest) {
        return new GateLimits(
                staleAfter,
                silentAfter,
                sessionsPerAgent,
                sessions,
                maxApprovals,
                longest,
                cachedDecisions,
                closeWait,
                sweepEvery,
                clockTolerance);
    }

    /** The same limits with shorter waits for a silent broker. */
    public GateLimits withSilence(Duration stale, Duration silent) {
        return new GateLimits(
                stale,
                silent,
                sessionsPerAgent,
                sessions,
                maxApprovals,
                holdLimit,
                cachedDecisions,
                closeWait,
                sweepEvery,
                clockTolerance);
    }
}
