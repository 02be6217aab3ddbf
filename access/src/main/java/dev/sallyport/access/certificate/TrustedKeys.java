package dev.sallyport.access.certificate;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Whom a proxy believes. Several of each allow rotation; taking a key out revokes everything that
 * it signed.
 *
 * @param sshCas public keys that sign agents' OpenSSH certificates
 * @param x509Cas CA certificates that sign agents' client certificates, directly: no intermediates
 * @param grantKeys Ed25519 keys that sign grants
 */
public record TrustedKeys(
        List<PublicKey> sshCas, List<X509Certificate> x509Cas, List<PublicKey> grantKeys) {
    public TrustedKeys {
        sshCas = List.copyOf(sshCas);
        x509Cas = List.copyOf(x509Cas);
        grantKeys = List.copyOf(grantKeys);
    }
}
