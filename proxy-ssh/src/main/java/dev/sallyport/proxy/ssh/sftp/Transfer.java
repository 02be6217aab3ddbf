package dev.sallyport.proxy.ssh.sftp;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Counts and hashes content that passes. The hash holds while every piece begins where the last one
 * ended, from the first byte of the file on.
 */
final class Transfer {
    private final MessageDigest digest = sha256();
    private long next;
    private long bytes;
    private boolean random;

    void add(long offset, ByteBuffer piece) {
        random |= offset != next;
        next = offset + piece.remaining();
        bytes += piece.remaining();
        if (!random) {
            digest.update(piece);
        }
    }

    /** Content moves that nobody here sees. */
    void unseen() {
        random = true;
    }

    long bytes() {
        return bytes;
    }

    boolean isRandom() {
        return random;
    }

    /** The hash in hexadecimal, or the empty string; call it once, at the end. */
    String hash() {
        return random ? "" : HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
