package dev.sallyport.broker.api;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A token bucket for each peer, spent before authentication so that nobody can make the broker
 * verify signatures without end. Thread-safe.
 */
final class RateLimit {
    /** Peers remembered; the one that was quiet longest is forgotten first. */
    private static final int MAX_PEERS = 20_000;

    /** An IPv6 peer owns its /64. */
    private static final int IPV6_NETWORK_BYTES = 8;

    private final double perMillisecond;
    private final double burst;
    private final InstantSource clock;
    // Guarded by this; in order of last use.
    private final Map<String, Bucket> buckets =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                    return size() > MAX_PEERS;
                }
            };

    private record Bucket(double tokens, long at) {}

    RateLimit(int perSecond, int burst, InstantSource clock) {
        this.perMillisecond = perSecond / 1000.0;
        this.burst = burst;
        this.clock = clock;
    }

    /** True when {@code peer} may go on. */
    synchronized boolean permits(InetAddress peer) {
        String key = network(peer);
        long now = clock.millis();
        Bucket bucket = buckets.getOrDefault(key, new Bucket(burst, now));
        double grown = Math.max(0, now - bucket.at()) * perMillisecond;
        double tokens = Math.min(burst, bucket.tokens() + grown);
        boolean permitted = tokens >= 1;
        buckets.put(key, new Bucket(permitted ? tokens - 1 : tokens, now));
        return permitted;
    }

    /** Whom a peer's address belongs to. */
    static String network(InetAddress peer) {
        byte[] address = peer.getAddress();
        int length = peer instanceof Inet6Address ? IPV6_NETWORK_BYTES : address.length;
        return java.util.HexFormat.of().formatHex(address, 0, length);
    }
}
