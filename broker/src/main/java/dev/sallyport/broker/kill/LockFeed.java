package dev.sallyport.broker.kill;

import dev.sallyport.access.Lock;
import dev.sallyport.access.Locks;
import dev.sallyport.access.port.Broker;
import dev.sallyport.access.port.KillFeed;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * All locks in memory and the nodes that follow them. {@link KillSwitch} is its only writer; anyone
 * may follow. Thread-safe.
 */
public final class LockFeed implements AutoCloseable {
    /** How long an operator waits for nodes that are connected but silent. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Object mutex = new Object();

    // Changed under mutex only, so that a node hears of each lock in its snapshot or after it.
    private final Locks locks = new Locks();
    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();

    /** A lock that is in force on every node that follows. */
    static final class Placing {
        private final Map<Follower, KillFeed.InForce> nodes;
        private final long deadline = System.nanoTime() + PATIENCE.toNanos();

        private Placing(Map<Follower, KillFeed.InForce> nodes) {
            this.nodes = nodes;
        }

        /** How many live sessions it covers. */
        int sessions() {
            return nodes.values().stream().mapToInt(KillFeed.InForce::sessions).sum();
        }

        /**
         * Waits until every node has closed what is covered, or two seconds since the lock was
         * placed; returns the nodes that did not confirm.
         */
        List<String> silentNodes() {
            return nodes.entrySet().stream()
                    .filter(node -> !isDoneBy(node.getValue().closed(), deadline))
                    .map(node -> node.getKey().node())
                    .toList();
        }
    }

    LockFeed(List<Lock> locks) {
        this.locks.replace(locks);
    }

    /**
     * Subscribes {@code node}; {@link KillFeed#replace} has been called when this returns. A node
     * that comes back subscribes again.
     */
    public Broker.Subscription follow(String node, KillFeed feed) {
        var follower = new Follower(node, feed, followers::remove);
        try {
            synchronized (mutex) {
                followers.add(follower);
                follower.start(locks.all());
            }
        } catch (RuntimeException e) {
            follower.close();
            throw e;
        }
        return follower;
    }

    /** The locks that exist; only this feed changes them. */
    Locks locks() {
        return locks;
    }

    /** How many nodes follow. */
    public int followers() {
        return followers.size();
    }

    /** Puts a lock in force on every node, without waiting for sessions to close. */
    Placing place(Lock lock) {
        var nodes = new LinkedHashMap<Follower, KillFeed.InForce>();
        synchronized (mutex) {
            locks.put(lock);
            followers.forEach(follower -> nodes.put(follower, follower.placed(lock)));
        }
        return new Placing(nodes);
    }

    private static boolean isDoneBy(CompletableFuture<Void> closed, long deadline) {
        try {
            closed.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Removes a lock here and tells every node. */
    void lift(String lock) {
        synchronized (mutex) {
            locks.remove(lock);
            followers.forEach(follower -> follower.lifted(lock));
        }
    }

    /** Ends all subscriptions: nodes hear no heartbeat any more. */
    @Override
    public void close() {
        List.copyOf(followers).forEach(Follower::close);
    }
}
