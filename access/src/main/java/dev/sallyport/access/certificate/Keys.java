package dev.sallyport.access.certificate;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Locale;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Carries keys between providers. MINA 2.20 takes Ed25519 keys of BouncyCastle only, the JDK's TLS
 * and signatures are faster and need no BouncyCastle; a key's encoding is the same in both.
 */
final class Keys {
    private Keys() {}

    /** Loaded when first needed: it costs a CLI that only proves a key some 200 ms. */
    private static final class BouncyCastle {
        private static final Provider PROVIDER = new BouncyCastleProvider();
    }

    /** BouncyCastle, not registered with the JVM. */
    static Provider bouncyCastle() {
        return BouncyCastle.PROVIDER;
    }

    /** {@code key} as the JDK's own object, in canonical encoding. */
    static PublicKey jdk(PublicKey key) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm(key))
                .generatePublic(new X509EncodedKeySpec(encoding(key)));
    }

    /** {@code key} as the JDK's own object. */
    static PrivateKey jdk(PrivateKey key) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm(key))
                .generatePrivate(new PKCS8EncodedKeySpec(encoding(key)));
    }

    /** {@code key} as BouncyCastle's object, which is what MINA takes. */
    static PublicKey bouncyCastle(PublicKey key) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm(key), bouncyCastle())
                .generatePublic(new X509EncodedKeySpec(encoding(key)));
    }

    /** {@code key} as BouncyCastle's object, which is what MINA takes. */
    static PrivateKey bouncyCastle(PrivateKey key) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm(key), bouncyCastle())
                .generatePrivate(new PKCS8EncodedKeySpec(encoding(key)));
    }

    private static String algorithm(Key key) throws InvalidKeyException {
        if (key instanceof OpenSshCertificate) {
            throw new InvalidKeyException("a certificate is not a key");
        }
        return switch (String.valueOf(key.getAlgorithm()).toUpperCase(Locale.ROOT)) {
            case "ED25519", "EDDSA" -> "Ed25519";
            case "EC", "ECDSA" -> "EC";
            case "RSA" -> "RSA";
            default -> throw new InvalidKeyException("unknown kind of key");
        };
    }

    private static byte[] encoding(Key key) throws InvalidKeyException {
        byte[] encoding = key.getEncoded();
        if (encoding == null) {
            throw new InvalidKeyException("the key has no encoding");
        }
        return encoding;
    }
}
