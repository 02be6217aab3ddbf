package dev.sallyport.access.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Protocol;
import dev.sallyport.access.Target;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.port.UpstreamCertificateRequest;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SshCertificatesTest {
    private final TestAuthority authority = new TestAuthority();
    private final KeyPair agent = KeyFiles.generate(KeyKind.ED25519);
    private final Grant grant = TestAuthority.grant(agent.getPublic());

    @Test
    void carriesTheGrantAndOnlyTheRightsOfItsScope() throws Exception {
        // When
        OpenSshCertificate certificate = authority.sshCertificate(grant, agent.getPublic());

        // Then
        assertThat(certificate.getId()).isEqualTo(grant.id());
        assertThat(certificate.getPrincipals()).containsExactly("report@batch-1");
        assertThat(certificate.getCriticalOptions()).isEmpty();
        assertThat(certificate.getExtensionsMap())
                .containsOnlyKeys("grant@sallyport.dev", "permit-port-forwarding", "permit-pty");
        assertThat(certificate.getValidAfter()).isEqualTo(TestAuthority.NOW.getEpochSecond() - 30);
        assertThat(certificate.getValidBefore()).isEqualTo(grant.notAfter().getEpochSecond());
    }

    @Test
    @Attack(6)
    void neverSignsEmptyPrincipals() {
        // Given a grant that reaches nothing by SSH (CVE-2024-7594)
        Grant elsewhere = TestAuthority.grant(List.of(TestAuthority.db()), agent.getPublic());

        // When, Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> authority.sshLine(elsewhere, agent.getPublic()))
                .withMessageContaining("without principals");
        assertThatIllegalArgumentException().isThrownBy(() -> upstream(" ", Duration.ofMinutes(1)));
    }

    @Test
    void neverSignsAKeyThatTheGrantDoesNotName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        authority.sshLine(grant, KeyFiles.generate(KeyKind.ED25519).getPublic()))
                .withMessageContaining("not one of the grant's");
    }

    @Test
    void neverSignsALifeThatIsTooLongOrOver() {
        for (Duration lifetime :
                List.of(
                        Duration.ZERO,
                        Duration.ofSeconds(-1),
                        CertificateDraft.MAX_LIFETIME.plusSeconds(1))) {
            assertThatIllegalArgumentException().isThrownBy(() -> draft(lifetime));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        CertificateDraft.of(
                                grant,
                                agent.getPublic(),
                                7,
                                grant.notAfter(),
                                Duration.ofMinutes(1)));
    }

    @Test
    void endsWithTheGrantAtTheLatest() {
        assertThat(draft(Duration.ofMinutes(1)).validBefore())
                .isEqualTo(TestAuthority.NOW.plusSeconds(60));
        assertThat(draft(Duration.ofMinutes(50)).validBefore()).isEqualTo(grant.notAfter());
    }

    @Test
    void certifiesAProxysKeyForOneLogin() throws Exception {
        // When
        OpenSshCertificate certificate =
                SshCertificates.parse(upstream("report", Duration.ofMinutes(1)));

        // Then
        assertThat(certificate.getPrincipals()).containsExactly("report");
        assertThat(certificate.getExtensionsMap())
                .containsOnlyKeys("permit-X11-forwarding", "permit-pty");
        assertThat(certificate.getId()).contains("session=s-1").contains("grant=g-1");
        assertThat(certificate.getValidBefore()).isEqualTo(TestAuthority.NOW.getEpochSecond() + 60);
    }

    @Test
    void refusesAnUpstreamCertificateThatLivesLong() {
        for (Duration validity : List.of(Duration.ZERO, Duration.ofMinutes(6))) {
            assertThatIllegalArgumentException().isThrownBy(() -> upstream("report", validity));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "ssh-ed25519",
                "ssh-ed25519 !!!!",
                "ssh-ed25519 AAAA",
                "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29t",
                "ssh-ed25519-cert-v01@openssh.com //////8=",
                "a b\nc d",
            })
    @Attack(14)
    void refusesLinesThatAreNoCertificate(String line) {
        assertThatExceptionOfType(GrantRefusedException.class)
                .isThrownBy(() -> SshCertificates.parse(line));
    }

    @Test
    @Attack(13)
    void refusesALineThatIsTooLongWithoutReadingIt() {
        assertThatExceptionOfType(GrantRefusedException.class)
                .isThrownBy(() -> SshCertificates.parse("a ".repeat(100_000)))
                .withMessageContaining("too long");
    }

    private CertificateDraft draft(Duration lifetime) {
        return CertificateDraft.of(grant, agent.getPublic(), 7, TestAuthority.NOW, lifetime);
    }

    private String upstream(String login, Duration validity) {
        KeyPair proxy = KeyFiles.generate(KeyKind.ED25519);
        return SshCertificates.issueUpstream(
                new UpstreamCertificateRequest(
                        "g-1",
                        "s-1",
                        new Target(Protocol.SSH, "batch-1"),
                        login,
                        PublicKeys.line(proxy.getPublic(), ""),
                        validity,
                        false,
                        true,
                        false),
                9,
                authority.sshCa(),
                authority.clock());
    }
}
