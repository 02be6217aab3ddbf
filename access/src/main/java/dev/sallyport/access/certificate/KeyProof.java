package dev.sallyport.access.certificate;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;

/**
 * Proof that somebody holds a private key: a signature over the domain {@code sallyport-proof-v1},
 * a purpose and a message. A proof for one purpose is worth nothing for another, and none is worth
 * anything as a grant. Ed25519 and ECDSA P-256. Stateless.
 */
public final class KeyProof {
    /** Longest proof accepted: both kinds of signature have 64 bytes, 86 characters. */
    private static final int MAX_PROOF = 86;

    private KeyProof() {}

    /**
     * Proves possession of {@code key}.
     *
     * @param purpose what the proof is for, one line
     * @throws IllegalArgumentException when the key is of another kind
     */
    public static String sign(PrivateKey key, String purpose, byte[] message) {
        try {
            return Signatures.encode(Signatures.sign(key, domain(purpose), message));
        } catch (GeneralSecurityException refused) {
            throw new IllegalArgumentException("this key cannot sign a proof", refused);
        }
    }

    /** True when the holder of {@code key}'s private half signed exactly this for this purpose. */
    public static boolean verify(PublicKey key, String purpose, byte[] message, String proof) {
        return proof.length() <= MAX_PROOF
                && Signatures.decode(proof)
                        .map(bytes -> Signatures.verify(key, domain(purpose), message, bytes))
                        .orElse(false);
    }

    private static String domain(String purpose) {
        if (purpose.isEmpty() || purpose.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a purpose is one line of text");
        }
        return "sallyport-proof-v1\n" + purpose + "\n";
    }
}
