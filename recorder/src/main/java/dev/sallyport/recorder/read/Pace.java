package dev.sallyport.recorder.read;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits between the moments of a replay or a tail. */
@FunctionalInterface
public interface Pace {
    /** Real time. */
    Pace REAL =
            pause -> {
                long end = System.nanoTime() + pause.toNanos();
                for (long left = pause.toNanos(); left > 0; left = end - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                }
            };

    /** Returns after {@code pause}, or at once when it is not positive. */
    void await(Duration pause) throws InterruptedException;
}
