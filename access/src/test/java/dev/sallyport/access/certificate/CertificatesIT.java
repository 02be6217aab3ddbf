package dev.sallyport.access.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Grant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What stock OpenSSH and OpenSSL say about what is written here. */
class CertificatesIT {
    @TempDir private Path directory;

    private final TestAuthority authority = new TestAuthority();

    @ParameterizedTest
    @EnumSource
    void sshKeygenReadsTheCertificate(KeyKind kind) throws Exception {
        // Given
        KeyPair agent = KeyFiles.generate(kind);
        Grant grant = TestAuthority.grant(agent.getPublic());
        Path file = directory.resolve("id-cert.pub");
        Files.writeString(file, authority.sshLine(grant, agent.getPublic()) + "\n");

        // When
        String shown = run("ssh-keygen", "-L", "-f", file.toString());

        // Then
        assertThat(shown)
                .contains("user certificate", "Serial: 7", "report@batch-1", "grant@sallyport.dev")
                .contains("Key ID: \"" + grant.id() + "\"");
    }

    @ParameterizedTest
    @EnumSource
    void opensslAcceptsTheClientCertificate(KeyKind kind) throws Exception {
        // Given
        KeyPair agent = KeyFiles.generate(kind);
        Grant grant = TestAuthority.grant(agent.getPublic());
        Path ca = write("ca.pem", X509Certificates.pem(List.of(authority.x509Ca())));
        Path client =
                write(
                        "client.pem",
                        X509Certificates.pem(
                                List.of(authority.x509Certificate(grant, agent.getPublic()))));

        // When
        String answer =
                run(
                        "openssl",
                        "verify",
                        "-x509_strict",
                        "-purpose",
                        "sslclient",
                        "-attime",
                        String.valueOf(TestAuthority.NOW.getEpochSecond()),
                        "-CAfile",
                        ca.toString(),
                        client.toString());

        // Then
        assertThat(answer).contains("client.pem: OK");
    }

    @ParameterizedTest
    @EnumSource
    void stockToolsReadThePrivateKeys(KeyKind kind) throws Exception {
        // Given
        KeyPair key = KeyFiles.generate(kind);
        Path openSsh = directory.resolve("id");
        Path pkcs8 = directory.resolve("key.pem");
        KeyFiles.write(openSsh, key, KeyFiles.Format.OPENSSH);
        KeyFiles.write(pkcs8, key, KeyFiles.Format.PKCS8);

        // When
        String line = run("ssh-keygen", "-y", "-f", openSsh.toString());
        String pem = run("openssl", "pkey", "-in", pkcs8.toString(), "-noout", "-text");

        // Then
        assertThat(line.strip()).isEqualTo(PublicKeys.line(key.getPublic(), ""));
        assertThat(pem).contains("Private-Key");
    }

    @Test
    void readsTheKeysOfStockTools() throws Exception {
        // Given
        Path ssh = directory.resolve("id");
        Path pem = directory.resolve("key.pem");
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ssh.toString());
        run("openssl", "genpkey", "-algorithm", "ED25519", "-out", pem.toString());

        // When
        KeyPair fromSsh = KeyFiles.load(ssh);
        KeyPair fromPem = KeyFiles.load(pem);

        // Then
        assertThat(Files.readString(directory.resolve("id.pub")))
                .startsWith(PublicKeys.line(fromSsh.getPublic(), ""));
        assertThat(KeyKind.of(fromPem.getPublic())).contains(KeyKind.ED25519);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
