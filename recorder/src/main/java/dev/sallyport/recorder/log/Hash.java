package dev.sallyport.recorder.log;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * A SHA-256 hash: 32 immutable bytes, and the three ways in which the log makes one (RFC 6962
 * §2.1). A leaf and an inner node are hashed with different first bytes, so neither can be passed
 * off as the other.
 */
public final class Hash implements Comparable<Hash> {
    /** Bytes of a hash. */
    public static final int LENGTH = 32;

    /** The root of the tree without leaves: the hash of nothing. */
    public static final Hash EMPTY_ROOT = sha256(new byte[0]);

    private static final HexFormat HEX = HexFormat.of();

    private final byte[] bytes;

    private Hash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** SHA-256 of {@code content}. */
    public static Hash sha256(byte[] content) {
        return new Hash(digest().digest(content));
    }

    /** The leaf hash: SHA-256(0x00 || entry). */
    public static Hash leaf(byte[] entry) {
        MessageDigest digest = digest();
        digest.update((byte) 0);
        return new Hash(digest.digest(entry));
    }

    /** The inner node's hash: SHA-256(0x01 || left || right). */
    public static Hash node(Hash left, Hash right) {
        MessageDigest digest = digest();
        digest.update((byte) 1);
        digest.update(left.bytes);
        return new Hash(digest.digest(right.bytes));
    }

    /** The Merkle tree hash over nodes that are themselves roots (RFC 6962 §2.1). */
    static Hash tree(List<Hash> nodes) {
        if (nodes.isEmpty()) {
            return EMPTY_ROOT;
        }
        Hash[] row = nodes.toArray(new Hash[0]);
        int width = row.length;
        // Joining neighbours row by row and carrying an odd last node up gives the same tree as
        // RFC 6962's split at the largest power of two.
        while (width > 1) {
            int next = 0;
            for (int i = 0; i + 1 < width; i += 2) {
                row[next++] = node(row[i], row[i + 1]);
            }
            if (width % 2 == 1) {
                row[next++] = row[width - 1];
            }
            width = next;
        }
        return row[0];
    }

    /** The hash with these bytes, copied from {@code source} at {@code offset}. */
    public static Hash of(byte[] source, int offset) {
        return new Hash(Arrays.copyOfRange(source, offset, offset + LENGTH));
    }

    /**
     * The hash with these 32 bytes.
     *
     * @throws IllegalArgumentException when there are not 32
     */
    public static Hash of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a hash has 32 bytes, not " + bytes.length);
        }
        return new Hash(bytes.clone());
    }

    /**
     * Reads 64 lower-case hexadecimal digits.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    public static Hash ofHex(String hex) {
        Hash hash = of(HEX.parseHex(hex));
        if (!hash.hex().equals(hex)) {
            throw new IllegalArgumentException("a hash is written in lower case");
        }
        return hash;
    }

    /**
     * Reads standard base64 with padding.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    public static Hash ofBase64(String text) {
        Hash hash = of(Base64.getDecoder().decode(text));
        if (!hash.base64().equals(text)) {
            throw new IllegalArgumentException("not the one base64 form of a hash");
        }
        return hash;
    }

    /** A new SHA-256 digest. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Copies the bytes to {@code target} at {@code offset}. */
    void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, LENGTH);
    }

    /** Lower-case hexadecimal. */
    public String hex() {
        return HEX.formatHex(bytes);
    }

    /** Standard base64 with padding. */
    public String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public int compareTo(Hash other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
