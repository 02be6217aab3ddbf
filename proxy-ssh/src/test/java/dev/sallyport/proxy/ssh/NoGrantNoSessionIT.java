package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Lock;
import dev.sallyport.access.Target;
import dev.sallyport.access.certificate.GrantCodec;
import dev.sallyport.access.certificate.KeyFiles;
import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.access.certificate.SshCertificates;
import dev.sallyport.access.certificate.Thumbprint;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.Grants;
import dev.sallyport.access.scope.Scope;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import dev.sallyport.proxy.ssh.fixture.StockSsh;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.sshd.certificate.OpenSshCertificateBuilder;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise 1. Every case of a login that must fail: the same answer outside, the true reason in the
 * record (attacks 2, 3, 6 and 16).
 */
class NoGrantNoSessionIT {
    @TempDir static Path directory;

    private static SshHouse house;

    @BeforeAll
    static void open() throws Exception {
        house = new SshHouse(directory);
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @Test
    @Attack(3)
    void aPlainKeyIsNoCertificate() throws Exception {
        StockSsh agent = house.agent(house.grants().agentKey(), "", SshHouse.USER);

        assertThat(refusal(agent)).containsEntry("rule", "no-certificate");
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        // Given a certificate that an hour ago was good for ten minutes
        InstantSource past = InstantSource.offset(InstantSource.system(), Duration.ofHours(-1));
        Grant grant =
                grant(
                        house.grants().agentKey(),
                        SshHouse.TARGET,
                        Instant.now().minus(Duration.ofHours(1)));
        String certificate =
                SshCertificates.issue(
                        grant,
                        GrantCodec.sign(grant, house.grants().grantKey().getPrivate()),
                        house.grants().agentKey().getPublic(),
                        11,
                        house.grants().sshCa(),
                        Duration.ofMinutes(10),
                        past);

        assertThat(refusal(house.agent(house.grants().agentKey(), certificate, SshHouse.USER)))
                .containsEntry("rule", "expired");
    }

    @Test
    @Attack(16)
    void anotherAuthorityIsNotBelieved() throws Exception {
        Grant grant = house.grants().grant(SshHouse.everything());
        String certificate =
                issue(grant, KeyFiles.generate(KeyKind.ED25519), house.grants().grantKey());

        assertThat(refusal(house.agent(house.grants().agentKey(), certificate, SshHouse.USER)))
                .containsEntry("rule", "wrong-ca");
    }

    @Test
    @Attack({2, 49})
    void theKeyOfAnotherAgentDoesNotFit() throws Exception {
        // Given: the certificate of one key, and only another key to prove it with
        String certificate = house.certificate(house.grants().grant(SshHouse.everything()));
        KeyPair thief = KeyFiles.generate(KeyKind.ED25519);

        // When
        var result = house.agent(thief, certificate, SshHouse.USER).ssh("host", "true");

        // Then
        assertThat(result.exit()).isEqualTo(255);
        assertThat(result.err()).contains("Permission denied (publickey)");
    }

    @Test
    @Attack(17)
    void anotherTargetIsRefused() throws Exception {
        String certificate = house.certificate(house.grants().grant(SshHouse.everything()));
        StockSsh agent = house.agent(house.grants().agentKey(), certificate, "root@host-2");

        assertThat(refusal(agent)).containsEntry("rule", "principal");
    }

    @Test
    @Attack(6)
    void noPrincipalsMeanNobody() throws Exception {
        Grant grant = house.grants().grant(SshHouse.everything());
        var certificate =
                OpenSshCertificateBuilder.userCertificate()
                        .publicKey(bouncy(house.grants().agentKey()))
                        .serial(5)
                        .id("none")
                        .validAfter(Instant.now().minusSeconds(60))
                        .validBefore(Instant.now().plusSeconds(300))
                        .extension(
                                SshCertificates.GRANT_EXTENSION,
                                GrantCodec.sign(grant, house.grants().grantKey().getPrivate()))
                        .sign(bouncyPair(house.grants().sshCa()));

        assertThat(
                        refusal(
                                house.agent(
                                        house.grants().agentKey(),
                                        PublicKeyEntry.toString(certificate),
                                        SshHouse.USER)))
                .containsEntry("rule", "no-principals");
    }

    @Test
    void aGrantSignedBySomebodyElseIsRefused() throws Exception {
        Grant grant = house.grants().grant(SshHouse.everything());
        String certificate =
                issue(grant, house.grants().sshCa(), KeyFiles.generate(KeyKind.ED25519));

        assertThat(refusal(house.agent(house.grants().agentKey(), certificate, SshHouse.USER)))
                .containsEntry("rule", "grant-signature");
    }

    @Test
    void aReleasedGrantIsShutOut() throws Exception {
        Grant grant = house.grants().grant(SshHouse.everything());
        StockSsh agent = house.agent(grant);
        house.broker().release(grant.id());

        assertThat(refusal(agent)).containsEntry("verdict", "expired");
    }

    @Test
    void aLockedAgentIsShutOut() throws Exception {
        Grant grant =
                house.grants().grant(Grants.agent("github/acme/locked"), SshHouse.everything());
        StockSsh agent = house.agent(grant);
        house.broker().kill(Lock.Subject.AGENT, "github/acme/locked");

        assertThat(refusal(agent)).containsEntry("verdict", "killed");
    }

    /** Tries to log in; returns what the record says, having seen that the outside says nothing. */
    private static Map<String, Object> refusal(StockSsh agent) throws Exception {
        var result = agent.ssh("host", "true");
        assertThat(result.exit()).isEqualTo(255);
        assertThat(result.err().strip()).endsWith("Permission denied (publickey).");
        return recorded();
    }

    private static Map<String, Object> recorded() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (true) {
            List<Event> events = house.recorder().events(EventType.SESSION_REFUSED);
            if (events.size() > seen) {
                seen = events.size();
                return events.getLast().fields();
            }
            assertThat(System.nanoTime()).as("nothing was recorded").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private static int seen;

    private static String issue(Grant grant, KeyPair ca, KeyPair grantKey) {
        return SshCertificates.issue(
                grant,
                GrantCodec.sign(grant, grantKey.getPrivate()),
                house.grants().agentKey().getPublic(),
                9,
                ca,
                Duration.ofMinutes(5),
                InstantSource.system());
    }

    private static Grant grant(KeyPair key, Target target, Instant from) {
        Scope scope = SshHouse.everything();
        assertThat(scope.target()).isEqualTo(target);
        return new Grant(
                "g-old",
                Grants.CLUSTER,
                Grants.agent(),
                "read-only-billing",
                Map.of(),
                Map.of(),
                "a test",
                "",
                List.of(scope),
                List.of(),
                List.of(Thumbprint.of(key.getPublic())),
                from,
                from.plus(Duration.ofMinutes(10)));
    }

    private static java.security.PublicKey bouncy(KeyPair pair) throws Exception {
        return dev.sallyport.access.certificate.PublicKeys.parse(
                dev.sallyport.access.certificate.PublicKeys.line(pair.getPublic(), ""));
    }

    private static KeyPair bouncyPair(KeyPair pair) throws Exception {
        Path file = directory.resolve("ca-" + System.nanoTime());
        KeyFiles.write(file, pair, KeyFiles.Format.OPENSSH);
        return KeyFiles.load(file);
    }
}
