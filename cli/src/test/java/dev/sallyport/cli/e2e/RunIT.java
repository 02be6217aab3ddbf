package dev.sallyport.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code sallyport run}, and requests that wait for a human, as an agent types them. */
final class RunIT {
    @TempDir private static Path directory;

    private static Stand stand;
    private static int homes;

    @BeforeAll
    static void open() throws Exception {
        stand = Stand.start(directory);
    }

    @AfterAll
    static void close() {
        stand.close();
    }

    @Test
    void sshIsReadyToUseAndTheGrantIsReleasedAtTheEnd() throws Exception {
        // When
        Path home = home();
        Ran ran = run(home, "ssh", Stand.TARGET, stand.bin("pass")).with("through the door");
        // Then
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo("through the door");
        assertReleased(home);
    }

    @Test
    void whatTheCommandStartsFindsTheSameSsh() throws Exception {
        // When
        String script = "ssh " + Stand.TARGET + " " + stand.bin("fail") + " 42; exit $?";
        Ran ran = run(home(), "sh", "-c", script).with("");
        // Then
        assertThat(ran.exit()).as(ran.err()).isEqualTo(42);
    }

    @Test
    void scpIsReadyToUse() throws Exception {
        // Given
        Path local = Files.writeString(stand.work().resolve("to-copy"), "copied");
        // When
        Ran ran =
                started(home(), "files", "scp", "-q", local.toString(), target("by-run")).with("");
        // Then
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(stand.file("by-run")).hasContent("copied");
    }

    @Test
    void theExitCodeIsTheCommands() throws Exception {
        assertThat(run(home(), "sh", "-c", "exit 3").with("").exit()).isEqualTo(3);
    }

    @Test
    void aProgramThatIsNotThereCostsNoGrant() throws Exception {
        // When
        Path home = home();
        Ran ran = run(home, "no-such-program").with("");
        // Then
        assertThat(ran.exit()).isEqualTo(127);
        assertThat(ran.err()).isEqualTo("sallyport: no-such-program: not found\n");
        assertThat(home.resolve("grants")).doesNotExist();
    }

    @Test
    void whoIsToldToStopStopsTheCommandAndReleasesTheGrant() throws Exception {
        // Given
        Path home = home();
        Path pid = stand.work().resolve("child.pid");
        Process run =
                stand.process(
                                words(
                                                home,
                                                "work",
                                                "sh",
                                                "-c",
                                                "echo $$ > " + pid + "; exec sleep 600")
                                        .toArray(String[]::new))
                        .redirectErrorStream(true)
                        .start();
        Stand.await("the command runs", () -> pid.toFile().length() > 0);
        long child = Long.parseLong(Files.readString(pid).strip());
        // When
        run.destroy();
        // Then
        assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ProcessHandle.of(child).filter(ProcessHandle::isAlive)).isEmpty();
        assertReleased(home);
    }

    @Test
    void whatAHumanApprovedLaterIsCollectedByTheSameRequest() throws Exception {
        // Given
        Path home = home();
        Ran asked = stand.request("late", "reviewed", home);
        assertThat(asked.exit()).as(asked.out() + asked.err()).isEqualTo(10);
        // When
        Ran tooEarly = stand.request("late", "reviewed", home);
        Ran approved = stand.sallyport("approve", onlyApproval());
        Ran collected = stand.request("late", "reviewed", home);
        Ran next = stand.request("late", "reviewed", home);
        // Then
        assertThat(asked.err()).contains("approvers see:", "the same request later on collects");
        assertThat(tooEarly.exit()).isEqualTo(10);
        assertThat(approved.exit()).as(approved.err()).isZero();
        assertThat(collected.exit()).as(collected.err()).isZero();
        assertThat(home.resolve("grants/latest/ssh_config")).exists();
        assertThat(next.exit()).as("a new request asks anew").isEqualTo(10);
        stand.sallyport("deny", onlyApproval());
    }

    @Test
    void whatAHumanDeniedIsToldOnceAndThenAskedAnew() throws Exception {
        // Given
        Path home = home();
        stand.request("denied", "reviewed", home);
        stand.sallyport("deny", onlyApproval(), "--comment", "no");
        // When
        Ran told = stand.request("denied", "reviewed", home);
        Ran again = stand.request("denied", "reviewed", home);
        // Then
        assertThat(told.exit()).isEqualTo(11);
        assertThat(told.err()).contains("an approver said no");
        assertThat(again.exit()).isEqualTo(10);
        stand.sallyport("deny", onlyApproval());
    }

    private static String onlyApproval() {
        Ran listed = stand.sallyport("approvals", "--json");
        assertThat(listed.exit()).as(listed.err()).isZero();
        JsonNode open = JsonMapper.shared().readTree(listed.out());
        assertThat(open).hasSize(1);
        return open.get(0).path("id").stringValue();
    }

    private static void assertReleased(Path home) throws IOException {
        String grant = home.resolve("grants/latest").toRealPath().getFileName().toString();
        JsonNode grants = JsonMapper.shared().readTree(stand.sallyport("grants", "--json").out());
        assertThat(grants)
                .allSatisfy(each -> {
                    boolean isReleased = !each.path("state").stringValue().equals("active");
                    assertThat(isReleased || !each.path("id").stringValue().equals(grant)).isTrue();
                });
        Ran refused =
                Stand.main(
                        "--data",
                        stand.data().toString(),
                        "release",
                        "latest",
                        "--home",
                        home.toString());
        assertThat(refused.exit()).as("idempotent: " + refused.err()).isZero();
    }

    private static Path home() {
        return stand.work().resolve("run-home-" + ++homes);
    }

    private static String target(String name) {
        return Stand.TARGET + ":" + stand.file(name);
    }

    /** A command under a grant, that has yet to get its input. */
    private record Started(Process process) {
        Ran with(String input) throws IOException, InterruptedException {
            return Ran.toEnd(process, input.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Started run(Path home, String... command) throws IOException {
        return started(home, "work", command);
    }

    private static Started started(Path home, String intent, String... command) throws IOException {
        String[] all = words(home, intent, command).toArray(String[]::new);
        return new Started(stand.process(all).start());
    }

    private static List<String> words(Path home, String intent, String... command)
            throws IOException {
        var words =
                new ArrayList<>(
                        List.of(
                                "run",
                                "--intent",
                                intent,
                                "--reason",
                                "a test",
                                "--token-file",
                                stand.token("runner", "olga@example.com", "run-1").toString(),
                                "--home",
                                home.toString(),
                                "--"));
        words.addAll(Arrays.asList(command));
        return words;
    }
}
