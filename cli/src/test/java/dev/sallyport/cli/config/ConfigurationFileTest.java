package dev.sallyport.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.access.yaml.InvalidConfigurationException;
import dev.sallyport.access.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigurationFileTest {
    private static final String HOST_KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1Lv0nKgHUq5P7u2uxE8JtYkXKMyZWsGmL4s1hY2q0B";

    private static final String GOOD =
            """
            cluster: acme
            data: ./data
            listen: { broker: "127.0.0.1:8443", ssh: "127.0.0.1:2222" }
            identity:
              issuers:
                - issuer: https://issuer.example
                  audience: sallyport
                  agent: "x/{sub}"
                  owner: "{owner}"
                  run: "{run}"
                  groups: [bots]
            policy: ./policy
            targets:
              batch-1: { ssh: "127.0.0.1:22", hostKey: "%s" }
            certificates: 10m
            holds: 10m
            """
                    .formatted(HOST_KEY);

    @TempDir private Path directory;

    @BeforeEach
    void policy() throws IOException {
        Files.createDirectory(directory.resolve("policy"));
    }

    @Test
    void theShippedExampleReads() {
        // When
        Configuration configuration = ConfigurationFile.read(Path.of("../examples/sallyport.yaml"));
        // Then
        assertThat(configuration.cluster()).isEqualTo("acme");
        assertThat(configuration.targets()).hasSize(4);
        assertThat(configuration.sshTargets()).hasSize(2);
        assertThat(configuration.certificates()).isEqualTo(Duration.ofMinutes(10));
        assertThat(configuration.grantsPerAgent()).isEqualTo(100);
        assertThat(configuration.policy()).isAbsolute().exists();
    }

    @Test
    void pathsAreRelativeToTheFile() throws Exception {
        // When
        Configuration configuration = ConfigurationFile.read(write(GOOD));
        // Then
        assertThat(configuration.data()).isEqualTo(directory.resolve("data"));
        assertThat(configuration.policy()).isEqualTo(directory.resolve("policy"));
    }

    @Test
    void everyMistakeIsToldAtOnceWithItsPlaceAndWhatWouldBeRight() throws Exception {
        // Given
        String text =
                GOOD.replace("cluster: acme", "cluster: Acme Inc")
                        .replace("broker: \"127.0.0.1:8443\"", "broker: \"somewhere\"")
                        .replace("policy: ./policy", "policy: ./elsewhere")
                        .replace("ssh-ed25519 AAAA", "ssh-ed25519 !")
                        .replace("certificates: 10m", "certificates: 2h")
                        .replace("holds: 10m", "hold: 10m");
        // When
        List<Problem> problems = problems(text);
        // Then
        assertThat(problems).extracting(Problem::line).contains(1, 3, 12, 14, 15, 16);
        assertThat(problems)
                .allSatisfy(problem -> {
                    assertThat(problem.file()).endsWith("sallyport.yaml");
                    assertThat(problem.column()).isPositive();
                    assertThat(problem.message()).isNotBlank();
                    assertThat(problem.expected()).isNotBlank();
                });
    }

    @Test
    void anUnknownKeyRefusesAndNamesTheOneThatWasMeant() throws Exception {
        // When
        List<Problem> problems = problems(GOOD.replace("holds: 10m", "hlods: 10m"));
        // Then
        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst().toString())
                .contains("sallyport.yaml:16:1: ")
                .contains("hlods")
                .contains("holds");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ssh: "127.0.0.1:2222"      | ssh: "127.0.0.1:2222", telnet: 1   | 3
                    audience: sallyport        | audience: sallyport, x: y          | 7
                    groups: [bots]             | gruops: [bots]                     | 11
                    batch-1: { ssh             | batch-1: { sssh                    | 14
                    batch-1: { ssh             | BATCH_1!: { ssh                    | 14
                    127.0.0.1:22"              | 127.0.0.1:99999"                   | 14
                    certificates: 10m          | certificates: soon                 | 15
                    certificates: 10m          | certificates: 0s                   | 15
                    holds: 10m                 | holds: 48h                         | 16
                    holds: 10m                 | recorder: { store: tape }          | 16
                    holds: 10m                 | heartbeat: { end: 10m }            | 16
                    holds: 10m                 | grantsPerAgent: 0                  | 16
                    holds: 10m                 | grantsPerAgent: many               | 16
                    holds: 10m                 | cluster: again                     | 16
                    """)
    void aMistakeIsToldAtItsLine(String right, String wrong, int line) throws Exception {
        // When
        List<Problem> problems = problems(GOOD.replace(right, wrong));
        // Then
        assertThat(problems).extracting(Problem::line).contains(line);
    }

    @Test
    void aFileThatIsMissingOrNoMappingIsToldAsSuch() throws Exception {
        assertThat(problems("- a\n- b\n")).hasSize(1);
        assertThat(
                        catchThrowableOfType(
                                InvalidConfigurationException.class,
                                () -> ConfigurationFile.read(directory.resolve("none.yaml"))))
                .hasMessageContaining("none.yaml");
    }

    private List<Problem> problems(String text) throws IOException {
        Path file = write(text);
        var refused =
                catchThrowableOfType(
                        InvalidConfigurationException.class, () -> ConfigurationFile.read(file));
        assertThat(refused).isNotNull();
        return refused.problems();
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("sallyport.yaml"), text);
    }
}
