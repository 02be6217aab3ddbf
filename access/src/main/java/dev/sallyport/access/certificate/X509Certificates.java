package dev.sallyport.access.certificate;

import dev.sallyport.access.Grant;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1UTF8String;

/**
 * X.509 certificates (RFC 5280): CAs, client certificates that carry a grant, server certificates
 * of Sallyport's own listeners. CA keys are P-256 or Ed25519. Stateless.
 */
public final class X509Certificates {
    /**
     * The extension that carries the signed grant as UTF8String: 2.25 and a UUID (ITU-T X.667), so
     * that no registration is needed.
     */
    public static final String GRANT_EXTENSION = "2.25.147695113762979262726594835231065280310";

    /** Longest PEM text that is read: some dozens of certificates. */
    private static final int MAX_PEM = 256 * 1024;

    private X509Certificates() {}

    /** A CA's certificate, signed by itself; it signs end certificates only (path length 0). */
    public static X509Certificate selfSignedCa(
            KeyPair key, String name, Duration validity, InstantSource clock) {
        Instant now = clock.instant();
        return X509Body.selfSignedCa(
                key, name, now.minus(CertificateDraft.BACKDATE), now.plus(validity));
    }

    /**
     * Certifies an agent's key and signs it at once; {@link CertificateDraft} has the steps apart.
     *
     * @throws IllegalArgumentException when the certificate would be invalid
     */
    public static X509Certificate issueClient(
            Grant grant,
            String encodedGrant,
            PublicKey key,
            long serial,
            X509Certificate ca,
            PrivateKey caKey,
            Duration lifetime,
            InstantSource clock) {
        return sign(
                CertificateDraft.of(grant, key, serial, clock.instant(), lifetime),
                encodedGrant,
                ca,
                caKey);
    }

    /** Signs a draft. MUST be called only after {@code grant.issued} is durable. */
    public static X509Certificate sign(
            CertificateDraft draft, String encodedGrant, X509Certificate ca, PrivateKey caKey) {
        return X509Body.client(draft, encodedGrant, ca, caKey);
    }

    /**
     * A certificate for a TLS listener of ours.
     *
     * @param hosts DNS names and IP addresses, at least one
     */
    public static X509Certificate issueServer(
            PublicKey key,
            List<String> hosts,
            X509Certificate ca,
            PrivateKey caKey,
            Duration validity,
            InstantSource clock) {
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("a server certificate names at least one host");
        }
        Instant now = clock.instant();
        return X509Body.server(
                key, hosts, ca, caKey, now.minus(CertificateDraft.BACKDATE), now.plus(validity));
    }

    /** The URI in a client certificate's subjectAltName: {@code urn:sallyport:grant:ID}. */
    public static String name(Grant grant) {
        return "urn:sallyport:grant:" + URLEncoder.encode(grant.id(), StandardCharsets.UTF_8);
    }

    /** The encoded grant in a certificate, unverified; empty when there is none. */
    public static Optional<String> grantIn(X509Certificate certificate) {
        byte[] wrapped = certificate.getExtensionValue(GRANT_EXTENSION);
        if (wrapped == null) {
            return Optional.empty();
        }
        try {
            byte[] value = ASN1OctetString.getInstance(wrapped).getOctets();
            return ASN1Primitive.fromByteArray(value) instanceof ASN1UTF8String text
                    ? Optional.of(text.getString())
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** PEM of certificates, in order. */
    public static String pem(List<X509Certificate> certificates) {
        var pem = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            pem.append("-----BEGIN CERTIFICATE-----\n")
                    .append(
                            Base64.getMimeEncoder(64, new byte[] {'\n'})
                                    .encodeToString(encoding(certificate)))
                    .append("\n-----END CERTIFICATE-----\n");
        }
        return pem.toString();
    }

    /**
     * Reads the certificates of a PEM text, in order.
     *
     * @throws GrantRefusedException rule {@code certificate-encoding} when it holds none or
     *     anything malformed
     */
    public static List<X509Certificate> parsePem(String pem) throws GrantRefusedException {
        if (pem.length() > MAX_PEM) {
            throw new GrantRefusedException("certificate-encoding", "the PEM text is too long");
        }
        try {
            var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
            List<X509Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(bytes).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (certificates.isEmpty()) {
                throw new GrantRefusedException("certificate-encoding", "no certificate in PEM");
            }
            return certificates;
        } catch (CertificateException malformed) {
            throw new GrantRefusedException("certificate-encoding", "a certificate is malformed");
        }
    }

    private static byte[] encoding(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException impossible) {
            throw new IllegalArgumentException("a certificate without encoding", impossible);
        }
    }
}
