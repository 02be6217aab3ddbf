package dev.sallyport.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.scope.ArgvPattern;
import dev.sallyport.recorder.read.RecordFilter;
import dev.sallyport.recorder.read.Recordings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an agent may do, seen by stock ssh in front of a whole node. */
final class ActsIT {
    @TempDir private static Path directory;

    private static Stand stand;
    private static Path report;
    private static Path work;
    private static Path shell;

    @BeforeAll
    static void open() throws Exception {
        stand = Stand.start(directory);
        report = stand.grant("bot", "report", "customer=42");
        work = stand.grant("bot", "work");
        shell = stand.grant("bot", "shell");
    }

    @AfterAll
    static void close() {
        stand.close();
    }

    @Test
    void whatIsInScopeRuns() throws Exception {
        // When
        Ran ran = stand.ssh(report, stand.bin("report") + " --customer 42");
        // Then
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo("report for customer 42\n");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void theProgramsOwnExitStatusArrives() throws Exception {
        assertThat(stand.ssh(work, stand.bin("fail") + " 42").exit()).isEqualTo(42);
    }

    @Test
    void whatIsOutOfScopeSaysSoInOneLineWhoseNextCommandWorks() throws Exception {
        // When
        Ran ran = stand.ssh(report, stand.bin("report") + " --customer 43");
        // Then
        assertThat(ran.exit()).isEqualTo(77);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).endsWith("}}\n").doesNotContain("\r");
        assertThat(ran.err().lines()).hasSize(1);
        JsonNode refusal = JsonMapper.shared().readTree(ran.err()).path("sallyport");
        assertThat(refusal.path("verdict").stringValue()).isEqualTo("deny");
        assertThat(refusal.path("rule").stringValue()).isEqualTo("scope");
        assertThat(refusal.path("reason").stringValue()).isNotBlank();
        assertThat(refusal.path("session").stringValue()).startsWith("s-");
        assertThat(refusal.path("grant").stringValue()).isEqualTo(report.getFileName().toString());
        List<String> next = ArgvPattern.words(refusal.path("next").stringValue());
        assertThat(next.getFirst()).isEqualTo("sallyport");
        Ran followed = Stand.main(next.subList(1, next.size()).toArray(String[]::new));
        assertThat(followed.exit()).as(followed.err()).isZero();
        assertThat(followed.err()).isEmpty();
    }

    @Test
    void aRefusalBehindATerminalEndsItsLineForIt() throws Exception {
        // When
        Ran ran = stand.ssh(report, new byte[0], "-tt", Stand.TARGET, "id");
        // Then
        assertThat(ran.exit()).isEqualTo(77);
        assertThat(ran.err()).endsWith("}}\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sh -c '@BIN@/mark @NAME@'",
                "@BIN@/pass; @BIN@/mark @NAME@",
                "@BIN@/pass && @BIN@/mark @NAME@",
                "@BIN@/pass || @BIN@/mark @NAME@",
                "@BIN@/pass & @BIN@/mark @NAME@",
                "@BIN@/pass | @BIN@/mark @NAME@",
                "@BIN@/pass $(@BIN@/mark @NAME@)",
                "@BIN@/pass \"$(@BIN@/mark @NAME@)\"",
                "@BIN@/pass `@BIN@/mark @NAME@`",
                "@BIN@/pass\n@BIN@/mark @NAME@",
                "@BIN@/emit /dev/null > @MARK@",
                "@BIN@/emit /dev/null 2>@MARK@",
                "@BIN@/emit /dev/null >> @MARK@",
                "@BIN@/pass < /dev/null > @MARK@",
                "@BIN@/mark ${HOME:+@NAME@}",
                "@BIN@/mark ~/@NAME@",
                "A=b @BIN@/mark @NAME@",
                "exec @BIN@/mark @NAME@",
                "eval @BIN@/mark @NAME@",
                "@BIN@/../bin/mark @NAME@"
            })
    void whatOnlyAShellUnderstandsNeedsTheRightToAShell(String template) throws Exception {
        // Given
        String command = filled(template, "by-shell");
        // When
        Ran ran = stand.ssh(work, command);
        // Then
        assertThat(ran.exit()).as(ran.err()).isEqualTo(77);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines()).hasSize(1);
        assertThat(stand.mark("by-shell")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(@BIN@/mark @NAME@)",
                "true; @BIN@/mark @NAME@",
                "@BIN@/report $(@BIN@/mark @NAME@)",
                "@BIN@/report `@BIN@/mark @NAME@`",
                "true\n@BIN@/mark @NAME@",
                "@BIN@/emit /dev/null > @MARK@"
            })
    void withTheRightToAShellTheTargetsShellRunsIt(String template) throws Exception {
        // Given
        Files.deleteIfExists(stand.mark("with-shell"));
        // When
        Ran ran = stand.ssh(shell, filled(template, "with-shell"));
        // Then
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(stand.mark("with-shell")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bash", "bash -s", "sh", "sh -s", "bash -i", "bash <&0"})
    void aShellThatReadsStandardInputNeedsTheRightToOne(String command) throws Exception {
        // When
        Ran ran = withScript(work, command, "stdin-without");
        // Then
        assertThat(ran.exit()).isEqualTo(77);
        assertThat(stand.mark("stdin-without")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bash <&0"})
    void withTheRightToAShellItReadsStandardInput(String command) throws Exception {
        // Given
        Files.deleteIfExists(stand.mark("stdin-with"));
        // When
        Ran ran = withScript(shell, command, "stdin-with");
        // Then
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(stand.mark("stdin-with")).exists();
    }

    @Test
    void aHeldCommandRunsExactlyAsShownAfterAnotherIdentitysYes() throws Exception {
        // Given
        String command = stand.bin("careful") + " yes 'two words'";
        Process client = stand.startSsh(work, Stand.TARGET, command);
        String approval = awaitApproval();
        Ran shown = stand.sallyport("approvals", approval);
        // When
        boolean ranBefore = Files.exists(stand.mark("yes"));
        Ran approved = stand.sallyport("approve", approval, "--comment", "go ahead");
        Ran ran = Ran.toEnd(client, new byte[0]);
        // Then
        assertThat(shown.out()).contains("| ").contains(command);
        assertThat(ranBefore).isFalse();
        assertThat(approved.exit()).as(approved.err()).isZero();
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo("careful yes two words\n");
        assertThat(stand.mark("yes")).hasContent("yes two words\n");
        assertThat(ran.err()).contains("\"verdict\":\"held\"").doesNotContain("\r");
        assertThat(typesOf(command)).containsSequence("act.held", "act.released", "ssh.exec");
    }

    @Test
    void aHeldCommandThatIsDeniedDoesNotRun() throws Exception {
        // Given
        String command = stand.bin("careful") + " no";
        Process client = stand.startSsh(work, Stand.TARGET, command);
        String approval = awaitApproval();
        // When
        Ran denied = stand.sallyport("deny", approval, "--comment", "not today");
        Ran ran = Ran.toEnd(client, new byte[0]);
        // Then
        assertThat(denied.exit()).as(denied.err()).isZero();
        assertThat(ran.exit()).isEqualTo(77);
        assertThat(ran.err()).contains("\"verdict\":\"deny\"");
        assertThat(stand.mark("no")).doesNotExist();
        assertThat(typesOf(command)).contains("act.held", "act.denied").doesNotContain("ssh.exec");
    }

    @Test
    void theAgentsOwnTokenApprovesNothing() throws Exception {
        // Given
        Process client = stand.startSsh(work, Stand.TARGET, stand.bin("careful") + " own");
        String approval = awaitApproval();
        Path token = stand.token("bot", "olga@example.com", "run-1");
        // When
        Ran tried = stand.sallyport("approve", approval, "--token-file", token.toString());
        // Then
        assertThat(tried.exit()).isEqualTo(11);
        assertThat(client.isAlive()).isTrue();
        assertThat(stand.mark("own")).doesNotExist();
        stand.sallyport("deny", approval);
        assertThat(Ran.toEnd(client, new byte[0]).exit()).isEqualTo(77);
    }

    private static Ran withScript(Path grant, String command, String mark) throws Exception {
        byte[] script = (stand.bin("mark") + " " + mark + "\n").getBytes(StandardCharsets.UTF_8);
        return command.isEmpty()
                ? stand.ssh(grant, script, "-T", Stand.TARGET)
                : stand.ssh(grant, script, Stand.TARGET, command);
    }

    private static String filled(String template, String name) {
        return template.replace("@BIN@", stand.work().resolve("bin").toString())
                .replace("@NAME@", name)
                .replace("@MARK@", stand.mark(name).toString());
    }

    private static String awaitApproval() {
        var found = new ArrayList<String>();
        Stand.await(
                "an approval is asked for",
                () -> {
                    Ran open = stand.sallyport("approvals", "--json");
                    JsonNode list = JsonMapper.shared().readTree(open.out());
                    list.forEach(question -> found.add(question.path("id").stringValue()));
                    return !found.isEmpty();
                });
        return found.getFirst();
    }

    private static List<String> typesOf(String command) throws Exception {
        var types = new ArrayList<String>();
        Stand.await("the client's session is recorded", () -> stand.node().live().list().isEmpty());
        new Recordings(stand.record())
                .events(
                        RecordFilter.ANY,
                        event -> {
                            if (event.text("command").equals(command)) {
                                types.add(event.type());
                            }
                        });
        return types;
    }
}
