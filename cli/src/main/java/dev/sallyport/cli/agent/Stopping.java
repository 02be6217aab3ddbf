package dev.sallyport.cli.agent;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What happens when this program is told to stop (SIGTERM, SIGINT) while a command runs under a
 * grant: the command is stopped first, then whoever opened this finishes, and closes it.
 */
final class Stopping implements AutoCloseable {
    private static final long CHILD_SECONDS = 5;
    private static final long FINISH_SECONDS = 10;

    private final AtomicReference<@Nullable Process> child = new AtomicReference<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "stopping");
    private volatile boolean isStopped;

    private Stopping() {}

    static Stopping open() {
        var stopping = new Stopping();
        Runtime.getRuntime().addShutdownHook(stopping.hook);
        return stopping;
    }

    /** The command that has to stop, too. */
    void child(Process process) {
        child.set(process);
        if (isStopped) {
            process.destroy();
        }
    }

    private void stop() {
        isStopped = true;
        try {
            Process process = child.get();
            if (process != null) {
                process.destroy();
                if (!process.waitFor(CHILD_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
            boolean unused = finished.await(FINISH_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        finished.countDown();
        if (!isStopped) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException isStopping) {
                // The hook runs, and finds that this has finished.
                return;
            }
        }
    }
}
