package dev.sallyport.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.e2e.Ran;
import dev.sallyport.cli.e2e.Stand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with a mistake in its files does not start, and tells all of them at once. */
final class UpCommandTest {
    private static final String GOOD =
            """
            cluster: acme
            data: ./data
            listen: { broker: "127.0.0.1:1", ssh: "127.0.0.1:1" }
            identity:
              issuers:
                - issuer: https://a.example
                  audience: sallyport
                  agent: "x/{sub}"
                  owner: "{owner}"
                  run: "{run}"
            policy: ./policy
            targets:
              batch-1: { ssh: "127.0.0.1:22", hostKey: "ssh-ed25519 %1$s" }
              staging-1: { ssh: "127.0.0.1:22", hostKey: "ssh-ed25519 %1$s" }
              billing: { db: "127.0.0.1:5432/billing" }
              prod: { k8s: ./kubeconfig }
            """
                    .formatted(
                            "AAAAC3NzaC1lZDI1NTE5AAAAIJ1Lv0nKgHUq5P7u2uxE8JtYkXKMyZWsGmL4s1hY2q0B");

    /** At least one mistake of each section; the places stand in the test. */
    private static final String BAD =
            """
            cluster: Acme Inc
            dta: ./data
            listen: { broker: "127.0.0.1", ssh: "127.0.0.1:99999", telnet: 1 }
            identity:
              issuers:
                - { issuer: nonsense, audience: sallyport, agent: "x/{sub", owner: o }
                - { issuer: https://a.example, agent: x, owner: o, run: r, colour: red, jwks: no }
            policy: ./elsewhere
            targets:
              a: { ssh: "x:22" }
              b: { ssh: "x:22", db: y, hostKey: "ssh-ed25519 zzz" }
              c: 7
            recorder: { store: tape }
            certificates: 2h
            holds: soon
            heartbeat: { admit: 10s, end: x }
            """;

    @TempDir private Path temporary;
    private Path directory;

    @BeforeEach
    void copyPolicy() throws IOException {
        directory = temporary.toRealPath();
        try (var files = Files.walk(Path.of("../policy"))) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        directory.resolve("policy").resolve(Path.of("../policy").relativize(file)));
            }
        }
    }

    @Test
    void everyMistakeOfTheConfigurationIsToldAtOnceFromTopToBottom() throws Exception {
        // When
        Ran ran = up(BAD);
        // Then
        List<String> lines = ran.err().lines().toList();
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(lines.subList(0, lines.size() - 1))
                .extracting(UpCommandTest::place)
                .containsExactly(
                        "1:1", "2:1", "3:11", "3:32", "3:56", "6:7", "6:9", "6:48", "7:7", "7:64",
                        "7:77", "8:1", "10:6", "11:6", "12:3", "13:13", "14:1", "15:8", "16:14",
                        "16:31");
        assertThat(lines.subList(0, lines.size() - 1))
                .allMatch(line -> line.startsWith(directory.resolve("sallyport.yaml") + ":"))
                .allMatch(line -> line.contains("; expected ") || line.contains("; did you mean "));
        assertThat(lines.getLast()).isEqualTo("sallyport: 20 mistakes; nothing was done");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void aMistakeInAPolicyOrIntentIsToldTheSameWay() throws Exception {
        // Given
        Path intents = directory.resolve("policy/intents.yaml");
        Files.writeString(intents, Files.readString(intents).replace("ttl: 15m", "ttl: 15"));
        Path requests = directory.resolve("policy/requests.cedar");
        Files.writeString(
                requests, Files.readString(requests).replace("approvals >=", "aprovals >="));
        // When
        Ran ran = up(GOOD);
        // Then
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .startsWith(intents + ":54:6: ")
                .endsWith("nothing was done\n")
                .doesNotContain("Exception", "\tat ", "    at ");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void anIntentThatNamesATargetWhichIsNotConfiguredIsAMistake() throws Exception {
        // When
        Ran ran = up(GOOD.replace("batch-1: {", "batch-2: {"));
        // Then
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("intents.yaml:11:5: there is no such target");
    }

    @Test
    void anUnknownKeyAloneIsEnoughNotToStart() throws Exception {
        // When
        Ran ran = up(GOOD + "recoder: { store: local }\n");
        // Then
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .isEqualTo(
                        directory.resolve("sallyport.yaml")
                                + ":17:1: unknown key \"recoder\"; did you mean \"recorder\"?\n"
                                + "sallyport: 1 mistake; nothing was done\n");
    }

    @Test
    void whatIsNoYamlIsToldWithItsPlace() throws Exception {
        // When
        Ran ran = up("cluster: [\n");
        // Then
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("sallyport.yaml:2:1: ").doesNotContain("Exception");
    }

    @Test
    void aFileThatIsNotThereIsAUsageError() {
        // When
        Ran ran = Stand.main("up", "--config", directory.resolve("absent.yaml").toString());
        // Then
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).startsWith("sallyport: no configuration in ").hasLineCount(1);
    }

    private Ran up(String configuration) throws IOException {
        Path file = Files.writeString(directory.resolve("sallyport.yaml"), configuration);
        return Stand.main("up", "--config", file.toString());
    }

    /** {@code line:column} of a message that begins with a file's name. */
    private static String place(String message) {
        return message.replaceFirst("^.*?[.]yaml:([0-9]+:[0-9]+): .*", "$1");
    }
}
