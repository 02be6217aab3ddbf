package dev.sallyport.access.certificate;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Domain-separated signatures and canonical base64url, shared by grants and key proofs. */
final class Signatures {
    private static final int ED25519_BYTES = 64;
    private static final int P1363_BYTES = 64;

    private Signatures() {}

    /** Ed25519 (RFC 8032) or ECDSA P-256 with SHA-256 (r and s, 32 bytes each). */
    static byte[] sign(PrivateKey key, String domain, byte[] message)
            throws GeneralSecurityException {
        PrivateKey own = Keys.jdk(key);
        Signature signature =
                Signature.getInstance(
                        own.getAlgorithm().equals("EC")
                                ? "SHA256withECDSAinP1363Format"
                                : "Ed25519");
        signature.initSign(own);
        signature.update(domain.getBytes(StandardCharsets.UTF_8));
        signature.update(message);
        return signature.sign();
    }

    /** True when {@code proof} is the signature of exactly this; false for anything else. */
    static boolean verify(PublicKey key, String domain, byte[] message, byte[] proof) {
        Optional<KeyKind> kind = KeyKind.of(key);
        if (kind.isEmpty()) {
            return false;
        }
        return switch (kind.get()) {
            case ED25519 ->
                    proof.length == ED25519_BYTES
                            && isSigned("Ed25519", key, domain, message, proof);
            case P256 ->
                    proof.length == P1363_BYTES
                            && isSigned(
                                    "SHA256withECDSAinP1363Format", key, domain, message, proof);
        };
    }

    private static boolean isSigned(
            String algorithm, PublicKey key, String domain, byte[] message, byte[] proof) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initVerify(Keys.jdk(key));
            signature.update(domain.getBytes(StandardCharsets.UTF_8));
            signature.update(message);
            return signature.verify(proof);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }

    static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Unpadded base64url in its one canonical form: the JDK's decoder ignores padding and left-over
     * bits, so that several texts would mean the same bytes.
     */
    static Optional<byte[]> decode(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            byte[] canonical = encode(bytes).getBytes(StandardCharsets.US_ASCII);
            return Arrays.equals(canonical, text.getBytes(StandardCharsets.UTF_8))
                    ? Optional.of(bytes)
                    : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
