package dev.sallyport.access.certificate;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.sshd.common.config.keys.OpenSshCertificate.CertificateOption;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * The content of one OpenSSH user certificate, and its signing. Layout (PROTOCOL.certkeys): type,
 * nonce, key, serial, 1 = user, id, principals, valid after, valid before, critical options (never
 * any), extensions in the order of their names, reserved, CA key, signature over all that precedes.
 */
record SshCertificateBody(
        PublicKey key,
        long serial,
        String id,
        List<String> principals,
        Instant validAfter,
        Instant validBefore,
        SortedMap<String, String> extensions) {
    private static final int USER = 1;
    private static final int NONCE_BYTES = 32;

    SshCertificateBody {
        principals = List.copyOf(principals);
        extensions = new TreeMap<>(extensions);
    }

    /** Signs with an Ed25519 or P-256 CA; gives one line in OpenSSH's format. */
    String sign(KeyPair ca) throws GeneralSecurityException {
        String type = kind(key).sshCertificateName();
        Buffer buffer = new ByteArrayBuffer();
        buffer.putString(type);
        buffer.putBytes(nonce());
        buffer.putRawPublicKeyBytes(Keys.bouncyCastle(key));
        buffer.putLong(serial);
        buffer.putInt(USER);
        buffer.putString(id);
        buffer.putBytes(principalList());
        buffer.putLong(validAfter.getEpochSecond());
        buffer.putLong(validBefore.getEpochSecond());
        buffer.putCertificateOptions(List.of());
        buffer.putCertificateOptions(options());
        buffer.putString("");
        buffer.putPublicKey(Keys.bouncyCastle(ca.getPublic()));
        buffer.putBytes(signature(ca, buffer.getCompactData()));
        return type + " " + Base64.getEncoder().encodeToString(buffer.getCompactData());
    }

    private byte[] principalList() {
        Buffer list = new ByteArrayBuffer();
        principals.forEach(list::putString);
        return list.getCompactData();
    }

    private List<CertificateOption> options() {
        return extensions.entrySet().stream()
                .map(entry -> new CertificateOption(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static byte[] signature(KeyPair ca, byte[] message) throws GeneralSecurityException {
        KeyKind kind = kind(ca.getPublic());
        Buffer blob = new ByteArrayBuffer();
        blob.putString(kind.sshName());
        blob.putBytes(rawSignature(kind, ca, message));
        return blob.getCompactData();
    }

    private static byte[] rawSignature(KeyKind kind, KeyPair ca, byte[] message)
            throws GeneralSecurityException {
        Signature signer = signer(kind);
        try {
            signer.initSigner(null, Keys.bouncyCastle(ca.getPrivate()));
            signer.update(null, message);
            return signer.sign(null);
        } catch (GeneralSecurityException refused) {
            throw refused;
        } catch (Exception refused) {
            // MINA's signatures declare every exception there is.
            throw new GeneralSecurityException("signing failed", refused);
        }
    }

    /** MINA's implementation of this kind's SSH signature. */
    static Signature signer(KeyKind kind) {
        return switch (kind) {
            case ED25519 -> BuiltinSignatures.ed25519.create();
            case P256 -> BuiltinSignatures.nistp256.create();
        };
    }

    private static KeyKind kind(PublicKey key) throws GeneralSecurityException {
        return KeyKind.of(key)
                .orElseThrow(
                        () -> new GeneralSecurityException("the key is neither Ed25519 nor P-256"));
    }

    private static byte[] nonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        return nonce;
    }
}
