package dev.sallyport.access.certificate;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Builds and signs the three kinds of X.509 certificate. */
final class X509Body {
    private static final int SERIAL_BITS = 127;
    private static final int MAX_COMMON_NAME = 64;
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private X509Body() {}

    static X509Certificate selfSignedCa(KeyPair key, String name, Instant after, Instant before) {
        return build(
                () -> {
                    X500Name subject = subject(name);
                    X509v3CertificateBuilder builder =
                            builder(
                                    subject,
                                    randomSerial(),
                                    after,
                                    before,
                                    subject,
                                    key.getPublic());
                    var ids = new JcaX509ExtensionUtils();
                    return builder.addExtension(
                                    Extension.basicConstraints, true, new BasicConstraints(0))
                            .addExtension(
                                    Extension.keyUsage,
                                    true,
                                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                            .addExtension(
                                    Extension.subjectKeyIdentifier,
                                    false,
                                    ids.createSubjectKeyIdentifier(key.getPublic()));
                },
                key.getPrivate());
    }

    static X509Certificate client(
            CertificateDraft draft, String encodedGrant, X509Certificate ca, PrivateKey caKey) {
        return build(
                () ->
                        endEntity(
                                        builder(
                                                issuer(ca),
                                                draft.serialNumber(),
                                                draft.validAfter(),
                                                draft.validBefore(),
                                                subject(commonName(draft)),
                                                draft.key()),
                                        ca,
                                        KeyPurposeId.id_kp_clientAuth,
                                        new GeneralNames(
                                                new GeneralName(
                                                        GeneralName.uniformResourceIdentifier,
                                                        X509Certificates.name(draft.grant()))))
                                .addExtension(
                                        new ASN1ObjectIdentifier(X509Certificates.GRANT_EXTENSION),
                                        false,
                                        new DERUTF8String(encodedGrant)),
                caKey);
    }

    static X509Certificate server(
            PublicKey key,
            List<String> hosts,
            X509Certificate ca,
            PrivateKey caKey,
            Instant after,
            Instant before) {
        GeneralName[] names =
                hosts.stream()
                        .map(host ->
                                new GeneralName(
                                        ADDRESS.matcher(host).matches()
                                                ? GeneralName.iPAddress
                                                : GeneralName.dNSName,
                                        host))
                        .toArray(GeneralName[]::new);
        return build(
                () ->
                        endEntity(
                                builder(
                                        issuer(ca),
                                        randomSerial(),
                                        after,
                                        before,
                                        subject(hosts.getFirst()),
                                        key),
                                ca,
                                KeyPurposeId.id_kp_serverAuth,
                                new GeneralNames(names)),
                caKey);
    }

    private static X509v3CertificateBuilder endEntity(
            X509v3CertificateBuilder builder,
            X509Certificate ca,
            KeyPurposeId purpose,
            GeneralNames names)
            throws GeneralSecurityException, IOException {
        return builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose))
                .addExtension(Extension.subjectAlternativeName, false, names)
                .addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        new JcaX509ExtensionUtils()
                                .createAuthorityKeyIdentifier(ca.getPublicKey()));
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer,
            BigInteger serial,
            Instant after,
            Instant before,
            X500Name subject,
            PublicKey key)
            throws GeneralSecurityException {
        return new X509v3CertificateBuilder(
                issuer,
                serial,
                Date.from(after),
                Date.from(before),
                subject,
                SubjectPublicKeyInfo.getInstance(Keys.jdk(key).getEncoded()));
    }

    private static X509Certificate build(Step step, PrivateKey caKey) {
        try {
            PrivateKey own = Keys.jdk(caKey);
            String algorithm = own.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "Ed25519";
            var signer = new JcaContentSignerBuilder(algorithm).build(own);
            return new JcaX509CertificateConverter().getCertificate(step.builder().build(signer));
        } catch (GeneralSecurityException | IOException | OperatorCreationException refused) {
            throw new IllegalArgumentException("the certificate cannot be built", refused);
        }
    }

    private static X500Name issuer(X509Certificate ca) {
        return X500Name.getInstance(ca.getSubjectX500Principal().getEncoded());
    }

    private static X500Name subject(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
    }

    /**
     * The agent's name for people's eyes; X.520 allows 64 characters, the grant's id always fits.
     */
    private static String commonName(CertificateDraft draft) {
        String agent = draft.grant().agent().id();
        return agent.length() <= MAX_COMMON_NAME
                ? agent
                : draft.grant().id().substring(0, Math.min(64, draft.grant().id().length()));
    }

    private static BigInteger randomSerial() {
        return new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE);
    }

    /** Filling in the extensions, which may fail. */
    @FunctionalInterface
    private interface Step {
        X509v3CertificateBuilder builder() throws GeneralSecurityException, IOException;
    }
}
