package dev.sallyport.broker.kill;

import dev.sallyport.access.Lock;
import dev.sallyport.access.port.Broker;
import dev.sallyport.access.port.KillFeed;
import java.time.Duration;
import java.util.ArrayList;
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

    // Guarded by mutex, so that a node that subscribes hears of each lock in its snapshot or after.
    private final Map<String, Lock> locks = new LinkedHashMap<>();
    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();

    LockFeed(List<Lock> locks) {
        locks.forEach(lock -> this.locks.put(lock.id(), lock));
    }

    /**
     * Subscribes {@code node}; {@link KillFeed#replace} has been called when this returns. A node
     * that comes back subscribes again.
     */
    public Broker.Subscription follow(String node, KillFeed feed) {
        var follower = new Follower(node, feed, followers::remove);
        List<Lock> snapshot;
        synchronized (mutex) {
            followers.add(follower);
            snapshot = List.copyOf(locks.values());
        }
        try {
            follower.start(snapshot);
        } catch (RuntimeException e) {
            follower.close();
            throw e;
        }
        return follower;
    }

    /** Every lock that exists, oldest first. */
    public List<Lock> locks() {
        synchronized (mutex) {
            return List.copyOf(locks.values());
        }
    }

    /** How many nodes follow. */
    public int followers() {
        return followers.size();
    }

    /** Pushes a lock to every node and waits; returns the nodes that did not confirm in time. */
    List<String> place(Lock lock) {
        var answers = new LinkedHashMap<Follower, CompletableFuture<Void>>();
        synchronized (mutex) {
            locks.put(lock.id(), lock);
            followers.forEach(follower -> answers.put(follower, follower.placed(lock)));
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        var silent = new ArrayList<String>();
        answers.forEach((follower, closed) -> {
            if (!isDoneBy(closed, deadline)) {
                silent.add(follower.node());
            }
        });
        return List.copyOf(silent);
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
