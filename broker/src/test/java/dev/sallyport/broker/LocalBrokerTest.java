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
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.BrokerUnreachableException;
import dev.sallyport.access.port.UpstreamCertificateRequest;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.broker.identity.CallerVerifier;
import dev.sallyport.broker.identity.OidcVerifier;
import dev.sallyport.broker.identity.OperatorCredential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
    void approversAreThoseThatIntentsAndPoliciesName() {
        // Given
        var sources =
                new LocalBroker.Sources(
                        fixture.policy::get, fixture.catalogue::get, bound -> fixture.facts.get());

        // When
        List<String> groups = sources.approverGroups();

        // Then
        assertThat(groups).containsExactlyInAnyOrder("leads", "security");
    }

    @Test
    void recordsThePolicyInForceAndWhatItOnlyCounted() throws IOException {
        // Given
        var callers =
                new CallerVerifier(
                        new OidcVerifier(List.of(), fixture.clock),
                        OperatorCredential.open(
                                directory.resolve("operator.credential"),
                                directory.resolve("operator.sha256"),
                                List.of(),
                                List::of,
                                fixture.clock),
                        fixture.broker().identities(),
                        List::of);
        for (int i = 0; i < 100; i++) {
            callers.verify("Bearer spo1.guess", "192.0.2.1");
        }
        int written = fixture.recorder.events(EventType.IDENTITY_REJECTED).size();

        // When
        fixture.restart();

        // Then
        assertThat(fixture.recorder.events(EventType.IDENTITY_REJECTED)).hasSize(written + 1);
        assertThat(fixture.recorder.events(EventType.IDENTITY_REJECTED).getLast().fields())
                .containsEntry("counts", Map.of("operator", 100L - written));
        assertThat(fixture.recorder.events(EventType.POLICY_LOADED))
                .hasSize(2)
                .allSatisfy(event ->
                        assertThat(event.fields())
                                .containsEntry("policy", fixture.policy.get().version())
                                .containsEntry("catalogue", "v1")
                                .containsEntry("intents", 4));
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
