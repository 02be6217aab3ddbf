package dev.sallyport.proxy.db.sql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What kind of statement it is, as one word: statements that differ only in literals, parameters,
 * comments and layout have the same. SHA-256 over the normalised text, so that it is stable across
 * releases as long as {@link #VERSION} is.
 *
 * @param hex 64 hexadecimal digits
 */
public record Fingerprint(String hex) {
    /** Changes when the normalised text of a statement changes. */
    public static final String VERSION = "sallyport-sql-1";

    static Fingerprint of(String normalized) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(VERSION.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return new Fingerprint(
                    HexFormat.of()
                            .formatHex(digest.digest(normalized.getBytes(StandardCharsets.UTF_8))));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
