package dev.sallyport.proxy.db.sql;

import java.time.Duration;

/**
 * How long a fuzz test goes on, and with which chance: {@code fuzz.seconds} and {@code fuzz.seed}.
 */
final class FuzzTime {
    private static final long DEFAULT_SECONDS = 3;
    private static final long DEFAULT_SEED = 20261125;

    private final long end =
            System.nanoTime()
                    + Duration.ofSeconds(Long.getLong("fuzz.seconds", DEFAULT_SECONDS)).toNanos();

    static long seed() {
        return Long.getLong("fuzz.seed", DEFAULT_SEED);
    }

    /** Whether somebody asked for a run, on a machine that has time for it. */
    static boolean isAskedFor() {
        return Long.getLong("fuzz.seconds") != null;
    }

    boolean isLeft() {
        return System.nanoTime() < end;
    }
}
