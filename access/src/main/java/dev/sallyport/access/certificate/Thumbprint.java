package dev.sallyport.access.certificate;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.Base64;

/**
 * The name of a public key: {@code SHA256:} and the unpadded base64url of the SHA-256 of its
 * SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) in canonical DER. The same for every provider's object
 * of one key. It is not OpenSSH's fingerprint, which hashes another encoding.
 */
public final class Thumbprint {
    private Thumbprint() {}

    /**
     * The thumbprint of {@code key}.
     *
     * @throws IllegalArgumentException when it is a certificate or of a kind that is not known
     */
    public static String of(PublicKey key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Keys.jdk(key).getEncoded());
            return "SHA256:" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (GeneralSecurityException refused) {
            throw new IllegalArgumentException("a key of this kind has no thumbprint", refused);
        }
    }
}
