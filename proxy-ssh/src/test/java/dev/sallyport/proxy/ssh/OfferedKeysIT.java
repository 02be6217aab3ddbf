package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Grant;
import dev.sallyport.access.certificate.GrantCodec;
import dev.sallyport.access.certificate.KeyFiles;
import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.access.certificate.PublicKeys;
import dev.sallyport.access.certificate.SshCertificates;
import dev.sallyport.access.certificate.Thumbprint;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.Grants;
import dev.sallyport.access.scope.Scope;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import dev.sallyport.proxy.ssh.fixture.StockSsh;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several keys on one connection: only the one that proved itself counts. */
class OfferedKeysIT {
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
    @Attack({2, 3})
    void aStolenCertificateThatIsOfferedFirstGivesNoRights() throws Exception {
        // Given: somebody's mighty certificate without its key, and a poor one with it
        KeyPair mighty = KeyFiles.generate(KeyKind.ED25519);
        String stolen = certificate("github/acme/mighty", mighty, SshHouse.everything());
        Path files = Files.createDirectories(directory.resolve("stolen"));
        Files.writeString(files.resolve("id-cert.pub"), stolen + "\n");
        Files.writeString(files.resolve("id.pub"), PublicKeys.line(mighty.getPublic(), "") + "\n");
        KeyPair poor = KeyFiles.generate(KeyKind.ED25519);
        StockSsh agent =
                house.agent(
                        poor,
                        certificate("github/acme/poor", poor, SshHouse.only("true")),
                        SshHouse.USER);

        // When
        var allowed = ssh(agent, files, "true");
        var refused = ssh(agent, files, "id");

        // Then
        assertThat(allowed.exit()).as(allowed.err()).isZero();
        assertThat(allowed.err()).contains("Offering public key: " + files.resolve("id"));
        assertThat(refused.exit()).isEqualTo(77);
        assertThat(refused.out()).isEmpty();
        assertThat(house.recorder().events(EventType.SESSION_OPENED))
                .hasSize(2)
                .extracting(Event::context)
                .allMatch(context -> context.toString().contains("github/acme/poor"));
    }

    private static StockSsh.Result ssh(StockSsh agent, Path stolen, String command)
            throws Exception {
        List<String> line =
                new ArrayList<>(
                        List.of(
                                "ssh",
                                "-v",
                                "-o",
                                "CertificateFile=" + stolen.resolve("id-cert.pub"),
                                "-o",
                                "IdentityFile=" + stolen.resolve("id")));
        List<String> rest = agent.command("-o", "LogLevel=VERBOSE", "host", command);
        line.addAll(rest.subList(1, rest.size()));
        return agent.run(new byte[0], line);
    }

    private static String certificate(String agent, KeyPair key, Scope scope) {
        Instant now = Instant.now();
        var grant =
                new Grant(
                        "g-" + agent.substring(agent.lastIndexOf('/') + 1),
                        Grants.CLUSTER,
                        Grants.agent(agent),
                        "read-only-billing",
                        Map.of(),
                        Map.of(),
                        "a test",
                        "",
                        List.of(scope),
                        List.of(),
                        List.of(Thumbprint.of(key.getPublic())),
                        now,
                        now.plus(Duration.ofMinutes(10)));
        return SshCertificates.issue(
                grant,
                GrantCodec.sign(grant, house.grants().grantKey().getPrivate()),
                key.getPublic(),
                21,
                house.grants().sshCa(),
                Duration.ofMinutes(10),
                InstantSource.system());
    }
}
