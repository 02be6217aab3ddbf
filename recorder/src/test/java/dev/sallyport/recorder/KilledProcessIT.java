package dev.sallyport.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.recorder.disk.LocalDisk;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise 2 against kill -9: what a process had acknowledged is there after the next start. */
class KilledProcessIT {
    private static final String MARK = "\"mark\":\"";

    @TempDir Path directory;

    @Test
    @Attack(60)
    void losesNothingAcknowledgedInTwentyKills() throws Exception {
        kill(Integer.getInteger("kill.rounds", 20));
    }

    private void kill(int rounds) throws Exception {
        Random random = new Random();
        for (int round = 0; round < rounds; round++) {
            // When: killed within milliseconds of its first acknowledgements
            Set<String> acknowledged = runAndKill("K" + round, 1 + random.nextInt(4000));
            FileRecorder.start(TestSettings.in(directory), new LocalDisk(), InstantSource.system())
                    .close();

            // Then
            Set<String> recorded = new HashSet<>();
            for (int i = 0; i < 8; i++) {
                recorded.addAll(marks("K" + round + "-" + i));
            }
            assertThat(acknowledged).isNotEmpty();
            assertThat(recorded).as("round %d", round).containsAll(acknowledged);
        }
    }

    private Set<String> runAndKill(String round, int lines) throws Exception {
        Process child =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                CrashChild.class.getName(),
                                directory.toString(),
                                round)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        Set<String> acknowledged = new HashSet<>();
        try (BufferedReader out = child.inputReader()) {
            for (int i = 0; i <= lines; i++) {
                String line = out.readLine();
                if (line != null && line.startsWith(round)) {
                    acknowledged.add(line);
                }
            }
            child.toHandle().destroyForcibly();
            out.lines().forEach(acknowledged::add);
        }
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        // The last line may be torn, and "ready" is none.
        acknowledged.removeIf(line -> !line.matches(round + "-[0-9]/[0-9]+"));
        return acknowledged;
    }

    /** What a session's events say; a session that was never open has none. */
    private List<String> marks(String id) throws IOException {
        Path files;
        try {
            files = TestSettings.session(directory, id);
        } catch (NoSuchElementException _) {
            return List.of();
        }
        return TestSettings.lines(files, "events").stream()
                .filter(line -> line.contains(MARK))
                .map(line -> line.substring(line.indexOf(MARK) + MARK.length(), line.length() - 2))
                .toList();
    }
}
