package dev.sallyport.access;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Makes ULIDs: 48 bits of milliseconds and 80 random bits in Crockford's base 32, 26 characters
 * that sort by time (specification: github.com/ulid/spec). Thread-safe.
 */
public final class Ulid {
    private static final char[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();

    private final InstantSource clock;
    private final RandomGenerator random;

    public Ulid(InstantSource clock) {
        this(clock, new SecureRandom());
    }

    /** For tests that need the same ids again; {@code random} must be thread-safe. */
    public Ulid(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** The next id. */
    public String next() {
        char[] text = new char[26];
        encode(text, 0, 10, clock.millis());
        encode(text, 10, 8, random.nextLong());
        encode(text, 18, 8, random.nextLong());
        return new String(text);
    }

    /** When {@code ulid} was made, to the millisecond. */
    public static Instant timeOf(String ulid) {
        if (ulid.length() != 26) {
            throw new IllegalArgumentException("a ULID has 26 characters");
        }
        long millis = 0;
        for (int i = 0; i < 10; i++) {
            int digit = new String(ALPHABET).indexOf(ulid.charAt(i));
            if (digit < 0) {
                throw new IllegalArgumentException("a ULID is written in Crockford's base 32");
            }
            millis = millis << 5 | digit;
        }
        return Instant.ofEpochMilli(millis);
    }

    private static void encode(char[] text, int from, int length, long bits) {
        long rest = bits;
        for (int i = from + length - 1; i >= from; i--) {
            text[i] = ALPHABET[(int) (rest & 31)];
            rest >>>= 5;
        }
    }
}
