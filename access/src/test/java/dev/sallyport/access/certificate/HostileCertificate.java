package dev.sallyport.access.certificate;

import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.OpenSshCertificate.CertificateOption;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/** Writes OpenSSH certificates that no CA of ours would sign. Starts as a good one. */
final class HostileCertificate {
    private final KeyPair ca;
    private final PublicKey key;
    int type = 1;
    List<String> principals = List.of("report@batch-1");
    long validAfter = TestAuthority.NOW.getEpochSecond() - 30;
    long validBefore = TestAuthority.NOW.getEpochSecond() + 600;
    Map<String, String> critical = Map.of();
    final Map<String, String> extensions = new TreeMap<>();

    /** A complete public key blob in place of the CA's, or empty. */
    byte[] caBlob = {};

    boolean breakSignature;

    HostileCertificate(KeyPair ca, PublicKey key, String encodedGrant) {
        this.ca = ca;
        this.key = key;
        extensions.put(SshCertificates.GRANT_EXTENSION, encodedGrant);
    }

    OpenSshCertificate parsed() throws Exception {
        return SshCertificates.parse(line());
    }

    String line() throws Exception {
        KeyKind kind = KeyKind.of(key).orElseThrow();
        Buffer buffer = new ByteArrayBuffer();
        buffer.putString(kind.sshCertificateName());
        buffer.putBytes(new byte[32]);
        buffer.putRawPublicKeyBytes(Keys.bouncyCastle(key));
        buffer.putLong(7);
        buffer.putInt(type);
        buffer.putString("hostile");
        Buffer names = new ByteArrayBuffer();
        principals.forEach(names::putString);
        buffer.putBytes(names.getCompactData());
        buffer.putLong(validAfter);
        buffer.putLong(validBefore);
        buffer.putCertificateOptions(options(critical));
        buffer.putCertificateOptions(options(extensions));
        buffer.putString("");
        if (caBlob.length == 0) {
            buffer.putPublicKey(ca.getPublic());
        } else {
            buffer.putBytes(caBlob);
        }
        buffer.putBytes(signature(buffer.getCompactData()));
        return kind.sshCertificateName()
                + " "
                + Base64.getEncoder().encodeToString(buffer.getCompactData());
    }

    private byte[] signature(byte[] message) throws Exception {
        KeyKind kind = KeyKind.of(ca.getPublic()).orElseThrow();
        Signature signer = SshCertificateBody.signer(kind);
        signer.initSigner(null, ca.getPrivate());
        signer.update(null, message);
        byte[] signature = signer.sign(null);
        if (breakSignature) {
            signature[10] ^= 1;
        }
        Buffer blob = new ByteArrayBuffer();
        blob.putString(kind.sshName());
        blob.putBytes(signature);
        return blob.getCompactData();
    }

    private static List<CertificateOption> options(Map<String, String> map) {
        var options = new ArrayList<CertificateOption>();
        map.forEach((name, data) -> options.add(new CertificateOption(name, data)));
        return options;
    }
}
