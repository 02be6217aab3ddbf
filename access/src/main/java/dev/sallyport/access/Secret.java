package dev.sallyport.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** Bytes that must not be printed. Compared in constant time; wiped by {@link #close}. */
public final class Secret implements AutoCloseable {
    private final byte[] bytes;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Copies {@code bytes}. */
    public static Secret of(byte[] bytes) {
        return new Secret(bytes.clone());
    }

    public static Secret of(String text) {
        return new Secret(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The text, for the one call that needs it; do not keep it. */
    public String reveal() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** True when {@code other} holds the same bytes; takes the same time wherever they differ. */
    public boolean matches(Secret other) {
        return MessageDigest.isEqual(bytes, other.bytes);
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "Secret[redacted]";
    }
}
