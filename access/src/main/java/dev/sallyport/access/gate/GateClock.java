package dev.sallyport.access.gate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Time that does not run backwards: what has expired stays expired. When the clock steps back by
 * more than the tolerance nothing that depends on time can be judged any more. Thread-safe.
 */
final class GateClock {
    private final InstantSource source;
    private final Duration tolerance;
    private final AtomicReference<Instant> highest;

    GateClock(InstantSource source, Duration tolerance) {
        this.source = source;
        this.tolerance = tolerance;
        this.highest = new AtomicReference<>(source.instant());
    }

    /** The latest moment that was ever seen. */
    Instant now() {
        Instant now = source.instant();
        return highest.accumulateAndGet(now, (a, b) -> a.isAfter(b) ? a : b);
    }

    /** True while the clock stands before a moment that it has shown already. */
    boolean isTurnedBack() {
        Instant now = source.instant();
        return now.isBefore(highest.get().minus(tolerance));
    }
}
