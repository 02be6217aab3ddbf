package dev.sallyport.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.cli.config.DataDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets that were used and controls that were printed do not come back from what was kept. */
final class CanariesIT {
    private static final String PASSWORD = "canary-Passw0rd-5c1f";
    private static final String BEARER = "canary-Bearer-77aa";
    private static final String HARMLESS = "canary-in-clear";

    /** Sets a title, rings, asks the terminal to answer, loads a key (OSC, BEL, DA, DCS, C1). */
    private static final String HOSTILE =
            "\u001b]0;owned\u0007\u001b[c\u001bP1$r0m\u001b\\\u009d52;c;b3duZWQ=\u009c text\n";

    @TempDir private static Path directory;

    private static Stand stand;
    private static Path work;

    @BeforeAll
    static void open() throws Exception {
        stand = Stand.start(directory);
        work = stand.grant("bot", "work");
    }

    @AfterAll
    static void close() {
        stand.close();
    }

    @Test
    @Attack(55)
    void noSecretThatWasUsedIsKept() throws Exception {
        // Given: secrets in allowed and in refused commands, and in a refused request
        Path token = stand.token("bot", "olga@example.com", "run-2");
        String operator = Files.readString(operatorCredential()).strip();
        Path home = stand.work().resolve("home-refused");
        // When
        stand.ssh(work, stand.bin("mark") + " " + HARMLESS + " --password=" + PASSWORD);
        stand.ssh(work, "curl -H 'Authorization: Bearer " + BEARER + "' https://host-1/");
        stand.sallyport(
                "request",
                "--intent",
                "nothing",
                "--reason",
                "canary",
                "--token-file",
                token.toString(),
                "--home",
                home.toString());
        stand.sallyport("locks");
        String told = told("sessions", "events", "status", "grants");
        // Then
        assertThat(stand.mark(HARMLESS)).as("the command ran").exists();
        assertThat(kept(HARMLESS)).as("what is searched").isNotEmpty();
        var secrets = new ArrayList<>(List.of(PASSWORD, BEARER, operator));
        secrets.addAll(tokens());
        secrets.add(privateKey(work));
        for (String secret : secrets) {
            assertThat(kept(secret)).as("files with " + secret.substring(0, 12)).isEmpty();
            assertThat(told).doesNotContain(secret);
        }
    }

    @Test
    @Attack(22)
    void noControlThatWasRecordedReachesATerminal() throws Exception {
        // Given
        Path hostile = Files.writeString(stand.file("hostile"), HOSTILE);
        Ran ran = stand.ssh(work, stand.bin("emit") + " " + hostile);
        stand.ssh(work, stand.bin("mark") + " 'note\u001b]0;owned\u0007'");
        stand.ssh(work, "nothing \u001b]0;owned\u0007");
        assertThat(ran.out()).isEqualTo(HOSTILE);
        // When
        var told = new StringBuilder(told("sessions", "events", "approvals", "grants"));
        for (String session : sessions()) {
            told.append(told("replay " + session + " --speed 100", "events --session " + session));
        }
        // Then
        assertThat(told.toString()).contains("text");
        assertThat(told.toString())
                .doesNotContain("\u001b]", "\u0007", "\u001b[c", "\u001bP", "\u009d", "\u009c");
    }

    private static String told(String... verbs) {
        var told = new StringBuilder();
        for (String verb : verbs) {
            Ran ran = stand.sallyport(verb.split(" "));
            told.append(ran.out()).append(ran.err());
        }
        return told.toString();
    }

    private static List<String> sessions() throws Exception {
        Stand.await("all sessions are over", () -> stand.node().live().list().isEmpty());
        return Pattern.compile("\\bs-[0-9A-Za-z]+\\b")
                .matcher(stand.sallyport("sessions").out())
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
    }

    /** The signatures of all tokens that were handed out; the rest of one is no secret. */
    private static List<String> tokens() throws IOException {
        try (Stream<Path> files = Files.list(stand.work())) {
            return files.filter(file -> file.getFileName().toString().startsWith("token-"))
                    .map(CanariesIT::text)
                    .map(token -> token.strip().substring(token.lastIndexOf('.') + 1))
                    .toList();
        }
    }

    /** A line of a private key's file from where the private part is. */
    private static String privateKey(Path grant) throws IOException {
        try (Stream<Path> files = Files.list(grant)) {
            List<String> lines =
                    files.filter(Files::isRegularFile)
                            .map(CanariesIT::text)
                            .filter(text -> text.contains("PRIVATE KEY"))
                            .findFirst()
                            .orElseThrow()
                            .lines()
                            .filter(line -> !line.startsWith("-----"))
                            .toList();
            return lines.get(Math.min(lines.size() - 1, 2));
        }
    }

    private static Path operatorCredential() {
        return new DataDirectory(stand.data()).operatorCredential();
    }

    /** The files of the data directory that hold {@code secret}, but for the secrets' own. */
    private static List<Path> kept(String secret) throws IOException {
        Path keys = new DataDirectory(stand.data()).keys();
        try (Stream<Path> files = Files.walk(stand.data())) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(keys) && !file.equals(operatorCredential()))
                    .filter(file -> text(file).contains(secret))
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
