package dev.sallyport.access.certificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/** Public keys in OpenSSH's one-line format. Only the kinds of {@link KeyKind}. Stateless. */
public final class PublicKeys {
    private PublicKeys() {}

    /**
     * Parses {@code type base64 [comment]}.
     *
     * @return BouncyCastle's object, as MINA wants it
     * @throws GrantRefusedException rule {@code key-encoding}, {@code key-type} or {@code
     *     nested-certificate}
     */
    public static PublicKey parse(String line) throws GrantRefusedException {
        PublicKey key = SshKeyLines.parse(line);
        if (key instanceof OpenSshCertificate) {
            throw new GrantRefusedException(
                    "nested-certificate", "a certificate stands where a plain key belongs");
        }
        if (KeyKind.of(key).isEmpty()) {
            throw new GrantRefusedException("key-type", "the key is neither Ed25519 nor P-256");
        }
        return key;
    }

    /**
     * The line of {@code key}, without line end.
     *
     * @throws IllegalArgumentException when the key is of another kind
     */
    public static String line(PublicKey key, String comment) {
        try {
            var line = new StringBuilder();
            PublicKeyEntry.appendPublicKeyEntry(line, Keys.bouncyCastle(key));
            return comment.isEmpty() ? line.toString() : line + " " + comment;
        } catch (GeneralSecurityException refused) {
            throw new IllegalArgumentException("the key is neither Ed25519 nor P-256", refused);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
