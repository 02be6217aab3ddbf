package dev.sallyport.access.certificate;

import static dev.sallyport.access.certificate.GrantChecks.require;

import dev.sallyport.access.Grant;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;

/** The checks on a client certificate (RFC 5280), in the order in which they can be believed. */
final class X509CertificateChecks {
    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

    private final List<X509Certificate> cas;
    private final GrantChecks grants;
    private final InstantSource clock;

    X509CertificateChecks(List<X509Certificate> cas, GrantChecks grants, InstantSource clock) {
        this.cas = cas;
        this.grants = grants;
        this.clock = clock;
    }

    VerifiedGrant verify(X509Certificate certificate) throws GrantRefusedException {
        Instant now = clock.instant();
        require(
                KeyKind.of(certificate.getPublicKey()).isPresent(),
                "key-type",
                "the key is neither Ed25519 nor P-256");
        requireCa(certificate, now);
        require(
                isForClients(certificate),
                "wrong-type",
                "the certificate is not a client certificate");
        requireValidity(certificate, now);
        require(
                !certificate.hasUnsupportedCriticalExtension(),
                "critical-option",
                "the certificate has a critical extension that is not known");
        String encoded =
                X509Certificates.grantIn(certificate)
                        .orElseThrow(() ->
                                new GrantRefusedException(
                                        "no-grant", "the certificate carries no grant"));
        String thumbprint = Thumbprint.of(certificate.getPublicKey());
        Grant grant = grants.verify(encoded, thumbprint, now);
        require(
                names(certificate).equals(List.of(X509Certificates.name(grant))),
                "name-not-in-grant",
                "the certificate's name is not its grant's");
        return VerifiedGrant.of(
                grant,
                certificate.getPublicKey(),
                thumbprint,
                certificate.getSerialNumber().toString(),
                certificate.getNotAfter().toInstant());
    }

    private void requireCa(X509Certificate certificate, Instant now) throws GrantRefusedException {
        List<X509Certificate> named =
                cas.stream()
                        .filter(ca ->
                                ca.getSubjectX500Principal()
                                        .equals(certificate.getIssuerX500Principal()))
                        .toList();
        require(
                !named.isEmpty(),
                "wrong-ca",
                "the certificate was signed by a CA that is not trusted");
        List<X509Certificate> signers =
                named.stream().filter(ca -> isSigned(certificate, ca)).toList();
        require(
                !signers.isEmpty(),
                "ca-signature",
                "the CA's signature does not fit the certificate");
        require(
                signers.stream().anyMatch(ca -> isValidAt(ca, now)),
                "ca-expired",
                "the CA's own certificate is not valid now");
    }

    private static boolean isSigned(X509Certificate certificate, X509Certificate ca) {
        try {
            certificate.verify(ca.getPublicKey());
            return true;
        } catch (GeneralSecurityException refused) {
            return false;
        }
    }

    private static boolean isForClients(X509Certificate certificate) throws GrantRefusedException {
        try {
            List<String> usages = certificate.getExtendedKeyUsage();
            return certificate.getBasicConstraints() < 0
                    && usages != null
                    && usages.contains(CLIENT_AUTHENTICATION);
        } catch (CertificateParsingException malformed) {
            throw new GrantRefusedException("wrong-type", "the extended key usage is malformed");
        }
    }

    private static void requireValidity(X509Certificate certificate, Instant now)
            throws GrantRefusedException {
        require(
                !now.isBefore(certificate.getNotBefore().toInstant()),
                "not-yet-valid",
                "the certificate is not valid yet");
        require(
                now.isBefore(certificate.getNotAfter().toInstant()),
                "expired",
                "the certificate has expired");
    }

    private static boolean isValidAt(X509Certificate certificate, Instant now) {
        return !now.isBefore(certificate.getNotBefore().toInstant())
                && now.isBefore(certificate.getNotAfter().toInstant());
    }

    private static List<String> names(X509Certificate certificate) throws GrantRefusedException {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream().map(name -> String.valueOf(name.get(1))).toList();
        } catch (CertificateParsingException malformed) {
            throw new GrantRefusedException("name-not-in-grant", "the names are malformed");
        }
    }
}
