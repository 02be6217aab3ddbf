package dev.sallyport.recorder.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A named public key that checks signed notes (C2SP signed-note "verifier key"):
 *
 * <pre>
 * &lt;name&gt;+&lt;hex key id&gt;+&lt;base64( type || public key )&gt;
 * key id = SHA-256( name || 0x0A || type || public key )[:4]
 * </pre>
 *
 * Types: 0x01 Ed25519 over the text (a log's), 0x04 timestamped Ed25519 cosignature (a witness's,
 * C2SP tlog-cosignature).
 */
public final class VerifierKey {
    /** How a key signs. */
    public enum Kind {
        LOG(1),
        WITNESS(4);

        private final int type;

        Kind(int type) {
            this.type = type;
        }
    }

    private static final Pattern VKEY =
            Pattern.compile("([^+\\s\\p{Cntrl}]{1,255})\\+([0-9a-f]{8})\\+([A-Za-z0-9+/]{44})");
    // SubjectPublicKeyInfo of Ed25519 up to the key's 32 bytes (RFC 8410 §4).
    private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final int SIGNATURE_LENGTH = 64;

    private final String name;
    private final Kind kind;
    private final byte[] raw;
    private final PublicKey key;
    private final int id;

    private VerifierKey(String name, Kind kind, byte[] raw) {
        this.name = name;
        this.kind = kind;
        this.raw = raw;
        this.key = publicKey(raw);
        this.id = id(name, kind, raw);
    }

    /**
     * The key of this name.
     *
     * @param key an Ed25519 key
     */
    public static VerifierKey of(String name, Kind kind, PublicKey key) {
        byte[] encoded = key.getEncoded();
        if (!Arrays.equals(encoded, 0, SPKI_PREFIX.length, SPKI_PREFIX, 0, SPKI_PREFIX.length)) {
            throw new IllegalArgumentException("not an Ed25519 key");
        }
        return parse(
                vkey(name, kind, Arrays.copyOfRange(encoded, SPKI_PREFIX.length, encoded.length)));
    }

    /**
     * Reads a verifier key.
     *
     * @throws IllegalArgumentException when it is malformed, of another type, or its id is wrong
     */
    public static VerifierKey parse(String vkey) {
        Matcher parts = VKEY.matcher(vkey);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a verifier key");
        }
        byte[] typed = Base64.getDecoder().decode(parts.group(3));
        byte[] raw = Arrays.copyOfRange(typed, 1, typed.length);
        for (Kind kind : Kind.values()) {
            if (typed[0] == kind.type) {
                VerifierKey key = new VerifierKey(parts.group(1), kind, raw);
                if (!key.vkey().equals(vkey)) {
                    throw new IllegalArgumentException("the verifier key's id is not its key's");
                }
                return key;
            }
        }
        throw new IllegalArgumentException("verifier key of an unknown type " + typed[0]);
    }

    /** The name; for a log's key it is the log's origin. */
    public String name() {
        return name;
    }

    /** The same key under another name: a node's key signs for each of its epochs. */
    public VerifierKey named(String other) {
        return parse(vkey(other, kind, raw));
    }

    /** What signs with it. */
    public Kind kind() {
        return kind;
    }

    /** The first four bytes of every signature by this key. */
    int id() {
        return id;
    }

    /** The text form. */
    public String vkey() {
        return vkey(name, kind, raw);
    }

    /** The key itself, for verifiers that are not ours. */
    public PublicKey publicKey() {
        return key;
    }

    /** True when {@code signature} (without the key id) is this key's over {@code text}. */
    boolean verifies(String text, byte[] signature) {
        return switch (kind) {
            case LOG -> verify(text, signature);
            case WITNESS -> cosignedAt(text, signature).isPresent();
        };
    }

    /** When a witness signed, in seconds since 1970; empty when it did not sign this text. */
    Optional<Long> cosignedAt(String text, byte[] signature) {
        if (kind != Kind.WITNESS || signature.length != Long.BYTES + SIGNATURE_LENGTH) {
            return Optional.empty();
        }
        long time = ByteBuffer.wrap(signature).getLong();
        byte[] rest = Arrays.copyOfRange(signature, Long.BYTES, signature.length);
        String message = "cosignature/v1\ntime " + Long.toUnsignedString(time) + "\n" + text;
        return verify(message, rest) ? Optional.of(time) : Optional.empty();
    }

    private boolean verify(String text, byte[] signature) {
        if (signature.length != SIGNATURE_LENGTH) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(text.getBytes(StandardCharsets.UTF_8));
            return verifier.verify(signature);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }

    private static PublicKey publicKey(byte[] raw) {
        byte[] encoded = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + raw.length);
        System.arraycopy(raw, 0, encoded, SPKI_PREFIX.length, raw.length);
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException malformed) {
            throw new IllegalArgumentException("not an Ed25519 public key", malformed);
        }
    }

    private static int id(String name, Kind kind, byte[] raw) {
        byte[] head = (name + "\n").getBytes(StandardCharsets.UTF_8);
        ByteBuffer input = ByteBuffer.allocate(head.length + 1 + raw.length);
        input.put(head).put((byte) kind.type).put(raw);
        return ByteBuffer.wrap(Hash.sha256(input.array()).bytes()).getInt();
    }

    private static String vkey(String name, Kind kind, byte[] raw) {
        byte[] typed = new byte[1 + raw.length];
        typed[0] = (byte) kind.type;
        System.arraycopy(raw, 0, typed, 1, raw.length);
        return name
                + "+"
                + HexFormat.of().toHexDigits(id(name, kind, raw))
                + "+"
                + Base64.getEncoder().encodeToString(typed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifierKey that && vkey().equals(that.vkey());
    }

    @Override
    public int hashCode() {
        return vkey().hashCode();
    }

    @Override
    public String toString() {
        return vkey();
    }
}
