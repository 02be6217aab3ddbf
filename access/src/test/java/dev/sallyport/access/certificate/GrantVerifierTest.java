package dev.sallyport.access.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.fake.Attack;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks 5, 6, 14, 16 and 49 of the list: what no certificate may achieve over SSH. */
class GrantVerifierTest {
    private final TestAuthority authority = new TestAuthority();
    private final KeyPair agent = KeyFiles.generate(KeyKind.ED25519);
    private final Grant grant = TestAuthority.grant(agent.getPublic());

    @ParameterizedTest
    @EnumSource
    void acceptsWhatTheBrokerIssued(KeyKind kind) throws Exception {
        // Given
        PublicKey key = KeyFiles.generate(kind).getPublic();
        Grant issued = TestAuthority.grant(key);
        OpenSshCertificate certificate = authority.sshCertificate(issued, key);

        // When
        GrantVerifier.Result result = authority.verifier().verifySsh(certificate);

        // Then
        assertThat(result).isInstanceOf(GrantVerifier.Result.Verified.class);
        VerifiedGrant verified = ((GrantVerifier.Result.Verified) result).grant();
        assertThat(verified.grant()).isEqualTo(issued);
        assertThat(verified.thumbprint()).isEqualTo(Thumbprint.of(key));
        assertThat(verified.certificateSerial()).isEqualTo("7");
        assertThat(verified.certificateEnd()).isEqualTo(issued.notAfter());
        assertThat(Thumbprint.of(verified.key())).isEqualTo(Thumbprint.of(key));
    }

    /** Changes a good certificate into a bad one. */
    private interface Change {
        void apply(HostileCertificate certificate);
    }

    static Stream<Arguments> hostileCertificates() {
        return Stream.of(
                bad("no-principals", c -> c.principals = List.of()),
                bad("name-not-in-grant", c -> c.principals = List.of("root@batch-1")),
                bad("wrong-type", c -> c.type = 2),
                bad("critical-option", c -> c.critical = Map.of("source-address", "10.0.0.0/8")),
                bad("critical-option", c -> c.critical = Map.of("force-command", "true")),
                bad("not-yet-valid", c -> c.validAfter = TestAuthority.NOW.getEpochSecond() + 1),
                bad("not-yet-valid", c -> c.validAfter = -1),
                bad("expired", c -> c.validBefore = TestAuthority.NOW.getEpochSecond()),
                bad("no-end", c -> c.validBefore = OpenSshCertificate.INFINITY),
                bad("no-end", c -> c.validBefore = 0),
                bad("ca-signature", c -> c.breakSignature = true),
                bad("no-grant", c -> c.extensions.clear()),
                bad("grant-encoding", c -> grantIs(c, "")),
                bad("grant-encoding", c -> grantIs(c, "spg1.AAAA.BBBB")),
                bad("grant-encoding", c -> grantIs(c, "spg2" + grantOf(c).substring(4))),
                bad("grant-encoding", c -> grantIs(c, "A".repeat(GrantCodec.MAX_LENGTH + 1))),
                bad("grant-signature", c -> grantIs(c, grantOf(c).replace("spg1.e", "spg1.f"))));
    }

    private static Arguments bad(String rule, Change change) {
        return Arguments.of(rule, change);
    }

    private static void grantIs(HostileCertificate certificate, String encoded) {
        certificate.extensions.put(SshCertificates.GRANT_EXTENSION, encoded);
    }

    private static String grantOf(HostileCertificate certificate) {
        return certificate.extensions.getOrDefault(SshCertificates.GRANT_EXTENSION, "");
    }

    @ParameterizedTest(name = "{index} {0}")
    @MethodSource("hostileCertificates")
    @Attack({4, 6})
    void refusesEachHostileCertificateByItsOwnRule(String rule, Change change) throws Exception {
        // Given
        var certificate = hostile(authority.sshCa(), agent.getPublic(), grant);
        change.apply(certificate);

        // When
        Refusal refusal = refused(authority, certificate.parsed());

        // Then
        assertThat(refusal.rule()).isEqualTo(rule);
        assertThat(refusal.reason()).isNotBlank();
    }

    @Test
    void refusesAPlainKey() {
        assertThat(refused(authority, agent.getPublic()).rule()).isEqualTo("no-certificate");
    }

    @Test
    @Attack(16)
    void refusesAForeignCa() throws Exception {
        KeyPair foreign = KeyFiles.generate(KeyKind.ED25519);
        var certificate = hostile(foreign, agent.getPublic(), grant);

        assertThat(refused(authority, certificate.parsed()).rule()).isEqualTo("wrong-ca");
    }

    @Test
    @Attack(5)
    void refusesARevokedCaAndGoesOnWithItsSuccessor() throws Exception {
        // Given
        var successor = new TestAuthority();
        var keys =
                new TrustedKeys(
                        List.of(successor.sshCa().getPublic()),
                        List.of(),
                        List.of(authority.grantKey().getPublic()));
        var verifier = new GrantVerifier(TestAuthority.CLUSTER, keys, authority.clock());

        // When
        var old = verifier.verifySsh(authority.sshCertificate(grant, agent.getPublic()));
        var next =
                verifier.verifySsh(hostile(successor.sshCa(), agent.getPublic(), grant).parsed());

        // Then
        assertThat(ruleOf(old)).isEqualTo("wrong-ca");
        assertThat(next).isInstanceOf(GrantVerifier.Result.Verified.class);
    }

    @Test
    @Attack(16)
    void refusesACaThatIsItselfACertificate() throws Exception {
        // Given a certificate that our CA signed, in the place of a CA key (CVE-2025-49825)
        String good = authority.sshLine(grant, agent.getPublic());
        var nested = hostile(agent, agent.getPublic(), grant);
        nested.caBlob = Base64.getDecoder().decode(good.split(" ")[1]);

        // When
        Refusal refusal;
        try {
            refusal = refused(authority, nested.parsed());
        } catch (GrantRefusedException unparsable) {
            refusal = unparsable.refusal();
        }

        // Then
        assertThat(refusal.rule()).isIn("nested-certificate", "key-encoding");
    }

    @Test
    void refusesAnotherCluster() throws Exception {
        var verifier = new GrantVerifier("other", authority.trusted(), authority.clock());

        var result = verifier.verifySsh(authority.sshCertificate(grant, agent.getPublic()));

        assertThat(ruleOf(result)).isEqualTo("grant-cluster");
    }

    @Test
    @Attack(49)
    void refusesAKeyThatTheGrantDoesNotName() throws Exception {
        KeyPair thief = KeyFiles.generate(KeyKind.ED25519);
        var certificate = hostile(authority.sshCa(), thief.getPublic(), grant);

        assertThat(refused(authority, certificate.parsed()).rule()).isEqualTo("key-not-in-grant");
    }

    @Test
    void refusesAGrantOfAnotherSigner() throws Exception {
        // Given
        String foreign = GrantCodec.sign(grant, agent.getPrivate());
        var certificate = new HostileCertificate(authority.sshCa(), agent.getPublic(), foreign);

        // When
        Refusal refusal = refused(authority, certificate.parsed());

        // Then
        assertThat(refusal.rule()).isEqualTo("grant-signature");
    }

    @Test
    void toldByItsOwnClockWhenGrantOrCertificateIsOver() throws Exception {
        // Given a certificate that outlives its grant, which we never issue
        var certificate = hostile(authority.sshCa(), agent.getPublic(), grant);
        certificate.validBefore += 600;
        OpenSshCertificate parsed = certificate.parsed();

        // When, Then
        authority.at(TestAuthority.LIFETIME.minusMillis(1));
        assertThat(authority.verifier().verifySsh(parsed))
                .isInstanceOf(GrantVerifier.Result.Verified.class);
        authority.at(TestAuthority.LIFETIME);
        assertThat(refused(authority, parsed).rule()).isEqualTo("grant-expired");
        assertThat(refused(authority, parsed).verdict()).isEqualTo(Refusal.Verdict.EXPIRED);
        authority.at(TestAuthority.LIFETIME.multipliedBy(2));
        assertThat(refused(authority, parsed).rule()).isEqualTo("expired");
        authority.at(Duration.ofSeconds(-31));
        assertThat(refused(authority, parsed).rule()).isEqualTo("not-yet-valid");
    }

    @Test
    void refusesAGrantThatHasNotBegun() throws Exception {
        var certificate = hostile(authority.sshCa(), agent.getPublic(), grant);
        certificate.validAfter -= 3600;
        authority.at(Duration.ofSeconds(-31));

        assertThat(refused(authority, certificate.parsed()).rule())
                .isEqualTo("grant-not-yet-valid");
    }

    @Test
    @Attack(14)
    void refusesWithoutException() throws Exception {
        // Given 3000 random mutations of a good certificate's bytes
        String line = authority.sshLine(grant, agent.getPublic());
        byte[] good = Base64.getDecoder().decode(line.split(" ")[1]);
        String type = line.split(" ")[0];
        var random = new Random(1);
        GrantVerifier verifier = authority.verifier();

        for (int round = 0; round < 3000; round++) {
            String bad = type + " " + Base64.getEncoder().encodeToString(mutate(good, random));

            // When
            String rule;
            try {
                rule = ruleOf(verifier.verifySsh(SshCertificates.parse(bad)));
            } catch (GrantRefusedException refused) {
                rule = refused.rule();
            }

            // Then
            assertThat(rule).as("round %d", round).isNotEmpty();
        }
    }

    private static byte[] mutate(byte[] good, Random random) {
        byte[] bad = good.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
        }
        int cut = random.nextInt(10) == 0 ? random.nextInt(bad.length) : bad.length;
        byte[] result = java.util.Arrays.copyOf(bad, cut);
        return java.util.Arrays.equals(result, good) ? new byte[0] : result;
    }

    private HostileCertificate hostile(KeyPair ca, PublicKey key, Grant content) {
        return new HostileCertificate(ca, key, authority.encode(content));
    }

    private static Refusal refused(TestAuthority authority, PublicKey offered) {
        return switch (authority.verifier().verifySsh(offered)) {
            case GrantVerifier.Result.Verified good -> throw new AssertionError("accepted " + good);
            case GrantVerifier.Result.Refused bad -> bad.refusal();
        };
    }

    private static String ruleOf(GrantVerifier.Result result) {
        return switch (result) {
            case GrantVerifier.Result.Verified good -> "";
            case GrantVerifier.Result.Refused bad -> bad.refusal().rule();
        };
    }
}
