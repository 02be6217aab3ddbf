package dev.sallyport.proxy.db.catalogue;

import dev.sallyport.access.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What PostgreSQL stores instead of a password, so that the password itself is never sent: {@code
 * SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey} by RFC 5803 and RFC 7677.
 */
final class ScramVerifier {
    /** As PostgreSQL does by default; our passwords have 256 random bits, so more adds nothing. */
    private static final int ITERATIONS = 4096;

    private static final int KEY_BITS = 256;

    private ScramVerifier() {}

    /**
     * @param password ASCII, so that SASLprep would not change it
     */
    static String of(Secret password, byte[] salt) {
        char[] letters = password.reveal().toCharArray();
        var spec = new PBEKeySpec(letters, salt, ITERATIONS, KEY_BITS);
        try {
            byte[] salted =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(spec)
                            .getEncoded();
            byte[] stored = MessageDigest.getInstance("SHA-256").digest(hmac(salted, "Client Key"));
            Base64.Encoder base64 = Base64.getEncoder();
            return "SCRAM-SHA-256$%d:%s$%s:%s"
                    .formatted(
                            ITERATIONS,
                            base64.encodeToString(salt),
                            base64.encodeToString(stored),
                            base64.encodeToString(hmac(salted, "Server Key")));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has PBKDF2 and HMAC with SHA-256", e);
        } finally {
            spec.clearPassword();
            Arrays.fill(letters, '\0');
        }
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    }
}
