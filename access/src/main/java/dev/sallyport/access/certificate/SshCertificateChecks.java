package dev.sallyport.access.certificate;

import static dev.sallyport.access.certificate.GrantChecks.require;

import dev.sallyport.access.Grant;
import java.security.PublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.signature.Signature;

/** The checks on an OpenSSH user certificate, in the order in which they can be believed. */
final class SshCertificateChecks {
    private final Set<String> cas;
    private final GrantChecks grants;
    private final InstantSource clock;

    SshCertificateChecks(List<PublicKey> cas, GrantChecks grants, InstantSource clock) {
        this.cas = cas.stream().map(Thumbprint::of).collect(Collectors.toUnmodifiableSet());
        this.grants = grants;
        this.clock = clock;
    }

    VerifiedGrant verify(OpenSshCertificate certificate) throws GrantRefusedException {
        Instant now = clock.instant();
        requirePlainKeys(certificate);
        requireCa(certificate);
        require(
                certificate.getType() == OpenSshCertificate.Type.USER,
                "wrong-type",
                "the certificate is not a user certificate");
        requireValidity(certificate, now);
        require(
                !certificate.getPrincipals().isEmpty(),
                "no-principals",
                "the certificate names nobody");
        require(
                certificate.getCriticalOptions().isEmpty(),
                "critical-option",
                "the certificate has a critical option, which we never issue");
        String encoded = certificate.getExtensionsMap().get(SshCertificates.GRANT_EXTENSION);
        if (encoded == null) {
            throw new GrantRefusedException("no-grant", "the certificate carries no grant");
        }
        String thumbprint = Thumbprint.of(certificate.getCertPubKey());
        Grant grant = grants.verify(encoded, thumbprint, now);
        require(
                SshCertificates.principals(grant).containsAll(certificate.getPrincipals()),
                "name-not-in-grant",
                "the certificate names a login that its grant does not");
        return VerifiedGrant.of(
                grant,
                certificate.getCertPubKey(),
                thumbprint,
                Long.toUnsignedString(certificate.getSerial()),
                Instant.ofEpochSecond(certificate.getValidBefore()));
    }

    /** A certificate in place of either key would bring a CA of its own (CVE-2025-49825). */
    private static void requirePlainKeys(OpenSshCertificate certificate)
            throws GrantRefusedException {
        for (PublicKey key : keys(certificate)) {
            require(
                    !(key instanceof OpenSshCertificate),
                    "nested-certificate",
                    "a certificate stands where a plain key belongs");
            require(KeyKind.of(key).isPresent(), "key-type", "a key is neither Ed25519 nor P-256");
        }
    }

    private static List<PublicKey> keys(OpenSshCertificate certificate)
            throws GrantRefusedException {
        if (certificate.getCertPubKey() == null || certificate.getCaPubKey() == null) {
            throw new GrantRefusedException("key-type", "a key is missing");
        }
        return List.of(certificate.getCertPubKey(), certificate.getCaPubKey());
    }

    private void requireCa(OpenSshCertificate certificate) throws GrantRefusedException {
        require(
                cas.contains(Thumbprint.of(certificate.getCaPubKey())),
                "wrong-ca",
                "the certificate was signed by a CA that is not trusted");
        require(
                isSigned(certificate),
                "ca-signature",
                "the CA's signature does not fit the certificate");
    }

    /**
     * MINA checks it again, but only at the end of the handshake; here nothing may be taken on
     * trust.
     */
    private static boolean isSigned(OpenSshCertificate certificate) {
        try {
            PublicKey ca = certificate.getCaPubKey();
            Signature signature = SshCertificateBody.signer(KeyKind.of(ca).orElseThrow());
            signature.initVerifier(null, Keys.bouncyCastle(ca));
            signature.update(null, certificate.getMessage());
            return signature.verify(null, certificate.getSignature());
        } catch (Exception malformed) {
            // MINA's signatures declare every exception there is, and a malformed one is a no.
            return false;
        }
    }

    private static void requireValidity(OpenSshCertificate certificate, Instant now)
            throws GrantRefusedException {
        long after = certificate.getValidAfter();
        long before = certificate.getValidBefore();
        long second = now.getEpochSecond();
        require(
                Long.compareUnsigned(after, second) <= 0,
                "not-yet-valid",
                "the certificate is not valid yet");
        require(before > 0, "no-end", "the certificate never ends");
        require(second < before, "expired", "the certificate has expired");
    }
}
