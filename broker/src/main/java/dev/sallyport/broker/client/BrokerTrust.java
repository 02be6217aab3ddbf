package dev.sallyport.broker.client;

import dev.sallyport.access.certificate.Thumbprint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The broker's own CA and nothing else: no public CA can vouch for a broker. */
public final class BrokerTrust {
    private BrokerTrust() {}

    /** The CA certificates of a PEM file. */
    public static List<X509Certificate> ofFile(Path pem)
            throws IOException, GeneralSecurityException {
        var certificates = new ArrayList<X509Certificate>();
        try (InputStream stream = Files.newInputStream(pem)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(stream)) {
                certificates.add((X509Certificate) certificate);
            }
        }
        if (certificates.isEmpty()) {
            throw new IOException(pem + " holds no certificate");
        }
        return certificates;
    }

    /**
     * The same certificates when the one CA's public key has this fingerprint.
     *
     * @param fingerprint {@code SHA256:…} of {@link Thumbprint}
     * @throws GeneralSecurityException when it has another
     */
    public static List<X509Certificate> pinned(
            List<X509Certificate> certificates, String fingerprint)
            throws GeneralSecurityException {
        if (certificates.stream()
                .noneMatch(ca -> Thumbprint.of(ca.getPublicKey()).equals(fingerprint))) {
            throw new GeneralSecurityException("the broker's CA has another fingerprint");
        }
        return certificates;
    }

    static SSLContext context(List<X509Certificate> authorities) throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("ca" + i, authorities.get(i));
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store cannot be made", e);
        }
    }
}
