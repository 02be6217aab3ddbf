package dev.sallyport.access.certificate;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.jce.ECNamedCurveTable;
import org.bouncycastle.jce.spec.ECPublicKeySpec;

/** Private keys as text, both ways, and their public halves. */
final class PrivateKeyText {
    private static final String PKCS8_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String PKCS8_END = "-----END PRIVATE KEY-----";

    private PrivateKeyText() {}

    static KeyPair generate(KeyKind kind) {
        try {
            return bouncyCastle(generator(kind).generateKeyPair());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java cannot make keys", impossible);
        }
    }

    static byte[] write(KeyPair pair, KeyFiles.Format format)
            throws IOException, GeneralSecurityException {
        return switch (format) {
            case PKCS8 -> pkcs8(pair.getPrivate());
            case OPENSSH -> openSsh(bouncyCastle(pair));
        };
    }

    static KeyPair read(String text) throws IOException, GeneralSecurityException {
        KeyPair pair = text.contains(PKCS8_BEGIN) ? readPkcs8(text) : readOpenSsh(text);
        if (KeyKind.of(pair.getPublic()).isEmpty()) {
            throw new InvalidKeyException("the key is neither Ed25519 nor P-256");
        }
        PublicKey own = publicHalf(Keys.jdk(pair.getPrivate()));
        if (!Thumbprint.of(own).equals(Thumbprint.of(pair.getPublic()))) {
            throw new InvalidKeyException("the two halves of the key do not belong together");
        }
        return bouncyCastle(pair);
    }

    private static KeyPairGenerator generator(KeyKind kind) throws GeneralSecurityException {
        return switch (kind) {
            case ED25519 -> KeyPairGenerator.getInstance("Ed25519");
            case P256 -> {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec("secp256r1"));
                yield generator;
            }
        };
    }

    private static KeyPair bouncyCastle(KeyPair pair) throws GeneralSecurityException {
        return new KeyPair(
                Keys.bouncyCastle(pair.getPublic()), Keys.bouncyCastle(pair.getPrivate()));
    }

    /** The JDK's encoding is PKCS#8 version 1, which every OpenSSL reads; BouncyCastle's is not. */
    private static byte[] pkcs8(PrivateKey key) throws GeneralSecurityException {
        byte[] encoded = plain(Keys.jdk(key)).getEncoded();
        String text =
                PKCS8_BEGIN
                        + "\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                        + "\n"
                        + PKCS8_END
                        + "\n";
        Arrays.fill(encoded, (byte) 0);
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Made anew from the bare number, so that nothing else stands in the encoding. */
    private static PrivateKey plain(PrivateKey key) throws GeneralSecurityException {
        return switch (key) {
            case EdECPrivateKey edwards ->
                    KeyFactory.getInstance("Ed25519")
                            .generatePrivate(
                                    new EdECPrivateKeySpec(edwards.getParams(), seed(edwards)));
            case ECPrivateKey elliptic ->
                    KeyFactory.getInstance("EC")
                            .generatePrivate(
                                    new ECPrivateKeySpec(elliptic.getS(), elliptic.getParams()));
            default -> throw new InvalidKeyException("the key is neither Ed25519 nor P-256");
        };
    }

    private static byte[] openSsh(KeyPair pair) throws IOException, GeneralSecurityException {
        var out = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "", null, out);
        return out.toByteArray();
    }

    private static KeyPair readPkcs8(String text) throws GeneralSecurityException {
        int begin = text.indexOf(PKCS8_BEGIN) + PKCS8_BEGIN.length();
        int end = text.indexOf(PKCS8_END, begin);
        if (end < 0) {
            throw new InvalidKeyException("the PEM text has no end");
        }
        byte[] encoded = Base64.getMimeDecoder().decode(text.substring(begin, end));
        PrivateKey key = readPkcs8(encoded);
        return new KeyPair(publicHalf(key), key);
    }

    private static PrivateKey readPkcs8(byte[] encoded) throws GeneralSecurityException {
        var spec = new PKCS8EncodedKeySpec(encoded);
        try {
            return KeyFactory.getInstance("Ed25519").generatePrivate(spec);
        } catch (GeneralSecurityException other) {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        }
    }

    private static PublicKey publicHalf(PrivateKey key) throws GeneralSecurityException {
        return switch (key) {
            case EdECPrivateKey edwards -> edwardsHalf(seed(edwards));
            case ECPrivateKey elliptic -> p256Half(elliptic.getS());
            default -> throw new InvalidKeyException("the key is neither Ed25519 nor P-256");
        };
    }

    private static PublicKey edwardsHalf(byte[] seed) throws GeneralSecurityException {
        try {
            byte[] encoded =
                    SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(
                                    new Ed25519PrivateKeyParameters(seed, 0).generatePublicKey())
                            .getEncoded();
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(encoded));
        } catch (IOException impossible) {
            throw new InvalidKeyException("the key has no public half", impossible);
        }
    }

    private static PublicKey p256Half(BigInteger number) throws GeneralSecurityException {
        var curve = ECNamedCurveTable.getParameterSpec("P-256");
        if (number.signum() <= 0 || number.compareTo(curve.getN()) >= 0) {
            throw new InvalidKeyException("the number is not a P-256 key");
        }
        return KeyFactory.getInstance("EC", Keys.bouncyCastle())
                .generatePublic(new ECPublicKeySpec(curve.getG().multiply(number), curve));
    }

    private static byte[] seed(EdECPrivateKey key) throws InvalidKeyException {
        return key.getBytes()
                .filter(bytes -> bytes.length == Ed25519PrivateKeyParameters.KEY_SIZE)
                .orElseThrow(() -> new InvalidKeyException("the key is not Ed25519"));
    }

    private static KeyPair readOpenSsh(String text) throws IOException, GeneralSecurityException {
        var bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
        Iterable<KeyPair> pairs =
                SecurityUtils.loadKeyPairIdentities(
                        null, NamedResource.ofName("key file"), bytes, FilePasswordProvider.EMPTY);
        Iterator<KeyPair> first = pairs == null ? null : pairs.iterator();
        if (first == null || !first.hasNext()) {
            throw new InvalidKeyException("no private key in the file");
        }
        return first.next();
    }
}
