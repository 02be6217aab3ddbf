package dev.sallyport.broker.api;

import dev.sallyport.broker.metrics.BrokerMetrics;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may hold a connection to the API: so many of one peer, and each only as long as it asks for
 * something. Without it whoever opens connections and says nothing keeps an operator out. The
 * server beneath knows neither bound: it counts connections, and lets a handshake take for ever.
 * Thread-safe.
 */
final class Doorkeeper implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Doorkeeper.class);

    /** How often late connections are looked for, at most. */
    private static final Duration ROUND = Duration.ofMillis(500);

    /**
     * Bounds of a listener.
     *
     * @param connections of all peers
     * @param perPeer of one address, or of one IPv6 network of 64 bits
     * @param first from the connection to its first whole request, the handshake included
     * @param idle between requests; longer than the longest answer takes
     */
    record Limits(int connections, int perPeer, Duration first, Duration idle) {
        /** Agents of one address wait side by side, each with a connection. */
        static final Limits DEFAULT =
                new Limits(2048, 128, Duration.ofSeconds(10), Duration.ofMinutes(2));
    }

    private static final class Guest {
        private final Socket socket;
        private final String network;
        private long deadline;

        Guest(Socket socket, String network, long deadline) {
            this.socket = socket;
            this.network = network;
            this.deadline = deadline;
        }
    }

    private final Limits limits;
    private final BrokerMetrics metrics;
    private final CountDownLatch closed = new CountDownLatch(1);
    // Guarded by itself: the open connections, by the peer's address and port.
    private final Map<SocketAddress, Guest> guests = new HashMap<>();

    private Doorkeeper(Limits limits, BrokerMetrics metrics) {
        this.limits = limits;
        this.metrics = metrics;
    }

    static Doorkeeper start(Limits limits, BrokerMetrics metrics) {
        var keeper = new Doorkeeper(limits, metrics);
        Thread.ofVirtual().name("api-doorkeeper").start(keeper::run);
        return keeper;
    }

    /**
     * Lets a connection in that has just been accepted.
     *
     * @throws IOException when its peer holds too many already
     */
    void admit(Socket socket) throws IOException {
        String network = RateLimit.network(socket.getInetAddress());
        long deadline = System.nanoTime() + limits.first().toNanos();
        synchronized (guests) {
            guests.values().removeIf(guest -> guest.socket.isClosed());
            long held =
                    guests.values().stream().filter(each -> each.network.equals(network)).count();
            if (held < limits.perPeer()) {
                guests.put(socket.getRemoteSocketAddress(), new Guest(socket, network, deadline));
                return;
            }
        }
        metrics.turnedAway("peer");
        throw new IOException("too many connections of one peer");
    }

    /** A request of {@code peer} begins or ends: it may keep its connection for a while. */
    void served(SocketAddress peer) {
        synchronized (guests) {
            Guest guest = guests.get(peer);
            if (guest != null) {
                guest.deadline = System.nanoTime() + limits.idle().toNanos();
            }
        }
    }

    private void run() {
        Duration half = limits.first().dividedBy(2);
        Duration round = half.compareTo(ROUND) < 0 ? half : ROUND;
        try {
            while (!closed.await(round.toMillis(), TimeUnit.MILLISECONDS)) {
                closeLate();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeLate() {
        long now = System.nanoTime();
        List<Socket> late = new ArrayList<>();
        synchronized (guests) {
            guests.values().removeIf(guest -> guest.socket.isClosed());
            guests.values()
                    .removeIf(guest -> {
                        boolean isLate = guest.deadline - now < 0;
                        if (isLate) {
                            late.add(guest.socket);
                        }
                        return isLate;
                    });
        }
        late.forEach(this::close);
    }

    private void close(Socket socket) {
        metrics.turnedAway("late");
        try {
            socket.close();
        } catch (IOException e) {
            LOGGER.atWarn().setCause(e).log("a late connection could not be closed");
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
