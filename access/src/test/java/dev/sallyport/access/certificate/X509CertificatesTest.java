package dev.sallyport.access.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.fake.Attack;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attacks 16 and 49 of the list, over TLS. */
class X509CertificatesTest {
    private final TestAuthority authority = new TestAuthority();
    private final KeyPair agent = KeyFiles.generate(KeyKind.P256);
    private final Grant grant = TestAuthority.grant(agent.getPublic());

    @ParameterizedTest
    @EnumSource
    void carriesTheGrantForBothKindsOfKey(KeyKind kind) {
        // Given
        PublicKey key = KeyFiles.generate(kind).getPublic();
        Grant issued = TestAuthority.grant(key);

        // When
        VerifiedGrant verified = authority.verified(issued, key);

        // Then
        assertThat(verified.grant()).isEqualTo(issued);
        assertThat(verified.thumbprint()).isEqualTo(Thumbprint.of(key));
        assertThat(verified.certificateSerial()).isEqualTo("7");
        assertThat(verified.certificateEnd()).isEqualTo(issued.notAfter());
    }

    @Test
    void refusesAnEmptyChain() {
        assertThat(rule(authority.verifier().verifyX509(List.of()))).isEqualTo("no-certificate");
    }

    @Test
    @Attack(16)
    void refusesACaOfAnotherNameAndOneOfTheSameName() {
        // Given
        var stranger = new TestAuthority();
        X509Certificate sameName = stranger.x509Certificate(grant, agent.getPublic());
        KeyPair key = KeyFiles.generate(KeyKind.P256);
        X509Certificate otherCa =
                X509Certificates.selfSignedCa(
                        key, "Mallory", Duration.ofDays(1), authority.clock());
        X509Certificate otherName =
                X509Certificates.issueClient(
                        grant,
                        authority.encode(grant),
                        agent.getPublic(),
                        7,
                        otherCa,
                        key.getPrivate(),
                        TestAuthority.LIFETIME,
                        authority.clock());

        // When, Then
        assertThat(rule(sameName)).isEqualTo("ca-signature");
        assertThat(rule(otherName)).isEqualTo("wrong-ca");
    }

    @Test
    @Attack(16)
    void refusesAClientCertificateInTheRoleOfACa() {
        // Given the agent signs a certificate with its own key (a nested CA)
        X509Certificate own = authority.x509Certificate(grant, agent.getPublic());
        X509Certificate nested =
                X509Certificates.issueClient(
                        grant,
                        authority.encode(grant),
                        agent.getPublic(),
                        8,
                        own,
                        agent.getPrivate(),
                        TestAuthority.LIFETIME,
                        authority.clock());

        // When, Then
        assertThat(rule(authority.verifier().verifyX509(List.of(nested, own))))
                .isEqualTo("wrong-ca");
    }

    @Test
    void refusesServerAndCaCertificates() {
        X509Certificate server =
                X509Certificates.issueServer(
                        agent.getPublic(),
                        List.of("localhost", "127.0.0.1", "::1"),
                        authority.x509Ca(),
                        authority.x509CaKey().getPrivate(),
                        Duration.ofDays(1),
                        authority.clock());

        assertThat(rule(server)).isEqualTo("wrong-type");
        assertThat(rule(authority.x509Ca())).isEqualTo("wrong-type");
    }

    @Test
    void toldByItsOwnClock() {
        X509Certificate certificate = authority.x509Certificate(grant, agent.getPublic());

        authority.at(TestAuthority.LIFETIME);
        assertThat(refused(certificate).rule()).isEqualTo("expired");
        assertThat(refused(certificate).verdict()).isEqualTo(Refusal.Verdict.EXPIRED);
        authority.at(Duration.ofDays(4000));
        assertThat(rule(certificate)).isEqualTo("ca-expired");
    }

    @Test
    void refusesAnotherClusterAndAnotherSigner() {
        // Given
        X509Certificate certificate = authority.x509Certificate(grant, agent.getPublic());
        var elsewhere = new GrantVerifier("other", authority.trusted(), authority.clock());
        var noKeys =
                new GrantVerifier(
                        TestAuthority.CLUSTER,
                        new TrustedKeys(List.of(), List.of(authority.x509Ca()), List.of()),
                        authority.clock());

        // When, Then
        assertThat(rule(elsewhere.verifyX509(List.of(certificate)))).isEqualTo("grant-cluster");
        assertThat(rule(noKeys.verifyX509(List.of(certificate)))).isEqualTo("grant-signature");
    }

    @Test
    @Attack({14, 49})
    void refusesMutatedCertificatesWithoutException() throws Exception {
        // Given
        byte[] good = authority.x509Certificate(grant, agent.getPublic()).getEncoded();
        var random = new Random(2);

        for (int round = 0; round < 600; round++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
            String pem =
                    "-----BEGIN CERTIFICATE-----\n"
                            + Base64.getMimeEncoder().encodeToString(bad)
                            + "\n-----END CERTIFICATE-----\n";

            // When
            String rule;
            try {
                rule = rule(authority.verifier().verifyX509(X509Certificates.parsePem(pem)));
            } catch (GrantRefusedException refused) {
                rule = refused.rule();
            }

            // Then
            assertThat(rule).as("round %d", round).isNotEmpty();
        }
    }

    @Test
    void readsThePemThatItWrites() throws Exception {
        List<X509Certificate> chain =
                List.of(authority.x509Certificate(grant, agent.getPublic()), authority.x509Ca());

        assertThat(X509Certificates.parsePem(X509Certificates.pem(chain))).isEqualTo(chain);
        assertThatExceptionOfType(GrantRefusedException.class)
                .isThrownBy(() -> X509Certificates.parsePem(""));
        assertThatExceptionOfType(GrantRefusedException.class)
                .isThrownBy(() -> X509Certificates.parsePem("x".repeat(300_000)));
    }

    @Test
    void namesItsHosts() throws Exception {
        X509Certificate server =
                X509Certificates.issueServer(
                        agent.getPublic(),
                        List.of("broker.acme", "127.0.0.1", "::1"),
                        authority.x509Ca(),
                        authority.x509CaKey().getPrivate(),
                        Duration.ofDays(1),
                        authority.clock());

        assertThat(server.getSubjectAlternativeNames().toString())
                .contains("broker.acme", "127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        X509Certificates.issueServer(
                                agent.getPublic(),
                                List.of(),
                                authority.x509Ca(),
                                authority.x509CaKey().getPrivate(),
                                Duration.ofDays(1),
                                authority.clock()));
    }

    private String rule(X509Certificate certificate) {
        return rule(authority.verifier().verifyX509(List.of(certificate)));
    }

    private Refusal refused(X509Certificate certificate) {
        return switch (authority.verifier().verifyX509(List.of(certificate))) {
            case GrantVerifier.Result.Verified good -> throw new AssertionError("accepted " + good);
            case GrantVerifier.Result.Refused bad -> bad.refusal();
        };
    }

    private static String rule(GrantVerifier.Result result) {
        return switch (result) {
            case GrantVerifier.Result.Verified good -> "";
            case GrantVerifier.Result.Refused bad -> bad.refusal().rule();
        };
    }
}
