package dev.sallyport.broker;

import static dev.sallyport.broker.BrokerFixture.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Lock;
import dev.sallyport.access.Target;
import dev.sallyport.access.certificate.KeyFiles;
import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.access.certificate.PublicKeys;
import dev.sallyport.access.certificate.SshCertificates;
import dev.sallyport.access.port.BrokerUnreachableException;
import dev.sallyport.access.port.UpstreamCertificateRequest;
import dev.sallyport.access.scope.Budget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalBrokerTest {
    @TempDir private Path directory;
    private BrokerFixture fixture;
    private Grant grant;

    @BeforeEach
    void issueAGrant() {
        fixture = new BrokerFixture(directory);
        grant = fixture.issued().grant();
    }

    @AfterEach
    void stopBroker() {
        fixture.close();
    }

    @Test
    void budgetIsTakenOnceAndARestartDoesNotRefillIt() {
        // Given
        assertThat(lease(60)).isEqualTo(60);

        // When
        fixture.restart();

        // Then
        assertThat(lease(60)).isEqualTo(40);
        assertThat(lease(1)).isZero();
        assertThat(lease(-5)).isZero();
    }

    @Test
    void grantThatIsUnknownOverOrReleasedHasNoBudget() {
        assertThat(fixture.broker().lease("g-x", "ssh:batch-1", Budget.Unit.BYTES, 100, 10))
                .isZero();
        fixture.clock.moveTo(grant.notAfter());
        assertThat(lease(10)).isZero();
    }

    @Test
    void proxyGetsACertificateForTheGrantsLoginOnly() throws Exception {
        // When
        String line = fixture.broker().upstreamCertificate(upstream("report", true));

        // Then
        var certificate = SshCertificates.parse(line);
        assertThat(certificate.getPrincipals()).containsExactly("report");
        assertThat(certificate.getExtensions().toString())
                .doesNotContain("permit-agent-forwarding");
        assertThatThrownBy(() -> fixture.broker().upstreamCertificate(upstream("root", false)))
                .isInstanceOf(BrokerUnreachableException.class);
    }

    @Test
    void lockedSessionGetsNoUpstreamCertificate() {
        // Given
        fixture.broker().killSwitch().place(operator(), Lock.Subject.SESSION, "s-1", "test");

        // Then
        assertThatThrownBy(() -> fixture.broker().upstreamCertificate(upstream("report", false)))
                .isInstanceOf(BrokerUnreachableException.class);
    }

    @Test
    void storeIsPrivateAndHoldsNoProofOrToken() throws IOException {
        // Then
        assertThat(Files.getPosixFilePermissions(fixture.store()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(fixture.broker().isHealthy()).isTrue();
    }

    private long lease(long wanted) {
        return fixture.broker().lease(grant.id(), "ssh:batch-1", Budget.Unit.BYTES, 100, wanted);
    }

    private UpstreamCertificateRequest upstream(String login, boolean agentForwarding) {
        return new UpstreamCertificateRequest(
                grant.id(),
                "s-1",
                Target.parse("ssh:batch-1"),
                login,
                PublicKeys.line(KeyFiles.generate(KeyKind.ED25519).getPublic(), "proxy"),
                Duration.ofMinutes(1),
                agentForwarding,
                false,
                false);
    }
}
