package dev.sallyport.broker.kill;

import dev.sallyport.access.Lock;
import dev.sallyport.access.port.Broker;
import dev.sallyport.access.port.KillFeed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node that follows the locks. News is told on the thread of whoever has it, and never waits
 * for what came before; one thread of its own sends the heartbeat and nothing else, so that a node
 * is heard of only as long as its feed works. A feed that throws is dropped: it hears no heartbeat
 * any more and its node fails closed.
 */
final class Follower implements Broker.Subscription {
    private static final Logger LOGGER = LoggerFactory.getLogger(Follower.class);

    /** What the port promises. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private final String node;
    private final KillFeed feed;
    private final Consumer<Follower> gone;
    private final CountDownLatch closed = new CountDownLatch(1);

    Follower(String node, KillFeed feed, Consumer<Follower> gone) {
        this.node = node;
        this.feed = feed;
        this.gone = gone;
    }

    String node() {
        return node;
    }

    /** Tells the feed all locks, on the caller's thread, then keeps up the heartbeat. */
    void start(List<Lock> locks) {
        feed.replace(locks);
        Thread.ofPlatform().daemon().name("locks-" + node).start(this::beat);
    }

    /** Puts a lock in force on the node, on the caller's thread. */
    KillFeed.InForce placed(Lock lock) {
        try {
            if (closed.getCount() > 0) {
                return feed.placed(lock);
            }
        } catch (RuntimeException e) {
            drop(e);
        }
        return new KillFeed.InForce(
                0,
                CompletableFuture.failedFuture(
                        new IllegalStateException("the node does not follow")));
    }

    void lifted(String lock) {
        try {
            feed.lifted(lock);
        } catch (RuntimeException e) {
            drop(e);
        }
    }

    private void beat() {
        try {
            do {
                feed.heartbeat();
            } while (!closed.await(HEARTBEAT.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
        } catch (RuntimeException e) {
            drop(e);
        }
    }

    /** The edge to the node: whatever its feed threw, it cannot be trusted to close sessions. */
    private void drop(RuntimeException thrown) {
        LOGGER.atWarn().addKeyValue("node", node).setCause(thrown).log("node stopped following");
        close();
    }

    @Override
    public void close() {
        closed.countDown();
        gone.accept(this);
    }
}
