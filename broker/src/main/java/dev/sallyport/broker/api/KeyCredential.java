package dev.sallyport.broker.api;

import dev.sallyport.broker.request.KeyStep;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The credential of a key holder: {@code Authorization: Key <epoch second>.<public key>.<proof>},
 * all of it worthless for any other request or grant.
 */
public final class KeyCredential {
    static final String SCHEME = "Key ";

    /** Longest SubjectPublicKeyInfo of a P-256 or Ed25519 key, with room. */
    private static final int MAX_KEY = 256;

    /** Algorithm identifier of Ed25519 (RFC 8410) inside a SubjectPublicKeyInfo. */
    private static final String ED25519 = "06032b6570";

    private KeyCredential() {}

    /** The header's value. */
    public static String header(KeyStep step) {
        return SCHEME + step.at().getEpochSecond() + "." + encode(step.key()) + "." + step.proof();
    }

    /** SubjectPublicKeyInfo as base64url without padding. */
    public static String encode(PublicKey key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getEncoded());
    }

    /** Reads a header's value for the request or grant {@code id}, as it came from {@code peer}. */
    static KeyStep parse(String header, String id, String peer) throws ApiErrorException {
        String[] parts = header.substring(SCHEME.length()).strip().split("\\.", 3);
        if (parts.length != 3 || !parts[0].matches("[0-9]{1,12}")) {
            throw ApiErrorException.unauthenticated();
        }
        try {
            Instant at = Instant.ofEpochSecond(Long.parseLong(parts[0]));
            return new KeyStep(id, at, decode(parts[1]), parts[2], peer);
        } catch (GeneralSecurityException | IllegalArgumentException | DateTimeException e) {
            throw ApiErrorException.unauthenticated();
        }
    }

    /** A P-256 or Ed25519 key; the caller of {@code KeyProof} checks the kind again. */
    static PublicKey decode(String text) throws GeneralSecurityException {
        byte[] encoded = Base64.getUrlDecoder().decode(text);
        if (encoded.length > MAX_KEY) {
            throw new GeneralSecurityException("key is too long");
        }
        boolean edwards = HexFormat.of().formatHex(encoded).contains(ED25519);
        return KeyFactory.getInstance(edwards ? "Ed25519" : "EC")
                .generatePublic(new X509EncodedKeySpec(encoded));
    }
}
