package dev.sallyport.broker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the broker's regular work once a second on one virtual thread. */
final class Sweeper implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Sweeper.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final List<Runnable> work;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private Sweeper(List<Runnable> work) {
        this.work = List.copyOf(work);
        this.thread = Thread.ofVirtual().name("broker-sweeper").unstarted(this::run);
    }

    static Sweeper start(List<Runnable> work) {
        var sweeper = new Sweeper(work);
        sweeper.thread.start();
        return sweeper;
    }

    private void run() {
        try {
            while (!closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                work.forEach(Sweeper::runOnce);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void runOnce(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            // The thread's edge: expiry is also checked wherever it matters, so go on.
            LOGGER.atError().setCause(e).log("sweeping failed, will try again");
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
