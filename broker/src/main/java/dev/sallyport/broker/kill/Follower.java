package dev.sallyport.broker.kill;

import dev.sallyport.access.Lock;
import dev.sallyport.access.port.Broker;
import dev.sallyport.access.port.KillFeed;
import dev.sallyport.access.port.KillIncompleteException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node that follows the locks. Its feed is called by one virtual thread, one call at a time. A
 * feed that throws, or that is so slow that its queue fills, is dropped: it hears no heartbeat any
 * more and its node fails closed.
 */
final class Follower implements Broker.Subscription {
    private static final Logger LOGGER = LoggerFactory.getLogger(Follower.class);

    /** What the port promises. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /** More changes than an operator makes in a bad hour; beyond it the node is not following. */
    private static final int MAX_WAITING = 10_000;

    private sealed interface News {
        record Placed(Lock lock, CompletableFuture<Void> closed) implements News {}

        record Lifted(String lock) implements News {}
    }

    private final String node;
    private final KillFeed feed;
    private final Consumer<Follower> gone;
    private final BlockingQueue<News> news = new LinkedBlockingQueue<>(MAX_WAITING);
    private volatile boolean open = true;

    Follower(String node, KillFeed feed, Consumer<Follower> gone) {
        this.node = node;
        this.feed = feed;
        this.gone = gone;
    }

    String node() {
        return node;
    }

    /** Tells the feed all locks, on the caller's thread, then starts to pass on the news. */
    void start(List<Lock> locks) {
        feed.replace(locks);
        Thread.ofVirtual().name("locks-" + node).start(this::run);
    }

    /** Completes when the feed has closed what matches; exceptionally when it never will. */
    CompletableFuture<Void> placed(Lock lock) {
        var closed = new CompletableFuture<Void>();
        if (!open || !news.offer(new News.Placed(lock, closed))) {
            closed.completeExceptionally(new IllegalStateException("the node does not follow"));
            close();
        }
        return closed;
    }

    void lifted(String lock) {
        if (!news.offer(new News.Lifted(lock))) {
            close();
        }
    }

    private void run() {
        long nextBeat = System.nanoTime();
        try {
            while (open) {
                long wait = nextBeat - System.nanoTime();
                if (wait <= 0) {
                    feed.heartbeat();
                    nextBeat = System.nanoTime() + HEARTBEAT.toNanos();
                    continue;
                }
                News next = news.poll(wait, TimeUnit.NANOSECONDS);
                if (next != null) {
                    tell(next);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The thread's edge: whatever the feed threw, it cannot be trusted to close sessions.
            LOGGER.atWarn().addKeyValue("node", node).setCause(e).log("node stopped following");
        } finally {
            close();
        }
    }

    private void tell(News next) {
        switch (next) {
            case News.Placed(Lock lock, CompletableFuture<Void> closed) -> {
                try {
                    feed.placed(lock);
                    closed.complete(null);
                } catch (KillIncompleteException e) {
                    // The lock is in force there; only the operator must not be told "closed".
                    closed.completeExceptionally(e);
                } finally {
                    closed.completeExceptionally(new IllegalStateException("the feed failed"));
                }
            }
            case News.Lifted(String lock) -> feed.lifted(lock);
        }
    }

    @Override
    public void close() {
        open = false;
        gone.accept(this);
        news.clear();
    }
}
