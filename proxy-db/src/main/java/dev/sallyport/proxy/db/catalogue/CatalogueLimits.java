package dev.sallyport.proxy.db.catalogue;

import java.time.Duration;

/**
 * How large a catalogue may be and how old. A database with more objects than this is refused with
 * a reason rather than known in part.
 *
 * @param objects most relations, functions, types, operators or casts, each
 * @param columns most columns of all relations; also most uses of columns by views
 * @param oldest a snapshot is not used after this time; half of it later the next one is read
 * @param unknownEvery a name that is unknown has the catalogue read again at most this often; a
 *     database that cannot be read is asked again at most this often too
 * @param patience how long a statement waits for the catalogue
 */
public record CatalogueLimits(
        int objects, int columns, Duration oldest, Duration unknownEvery, Duration patience) {
    public CatalogueLimits {
        if (objects < 1 || columns < 1) {
            throw new IllegalArgumentException("a catalogue has room for at least one object");
        }
        requirePositive(oldest);
        requirePositive(unknownEvery);
        requirePositive(patience);
    }

    private static void requirePositive(Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("durations of a catalogue are longer than nothing");
        }
    }

    /** 100,000 objects of a kind, a million columns, half a minute, a second, twenty seconds. */
    public static CatalogueLimits standard() {
        return new CatalogueLimits(
                100_000,
                1_000_000,
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                Duration.ofSeconds(20));
    }
}
