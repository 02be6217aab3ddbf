package dev.sallyport.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.config.ConfigurationFile;
import dev.sallyport.cli.e2e.Ran;
import dev.sallyport.cli.e2e.Stand;
import dev.sallyport.recorder.disk.FaultyDisk;
import dev.sallyport.recorder.disk.FaultyDisk.Failing;
import dev.sallyport.recorder.disk.FaultyDisk.Kind;
import dev.sallyport.recorder.read.RecordFilter;
import dev.sallyport.recorder.read.Recordings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Promise 2 from the target's side, with stock ssh and a real sshd: whatever single operation of
 * the record's disk fails, and whatever a power cut then takes away, no command has run at the
 * target that the recovered record does not hold.
 */
class NoRecordNoActIT {
    /** Operations between two faults in the full run. */
    private static final int STRIDE = 17;

    private static final int MAX_OPERATIONS = 2000;

    /** A fault that has not come by then will not: the recorder's rounds take seconds at most. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private static final Pattern MARK = Pattern.compile("/bin/mark ([A-Za-z0-9_-]+)");

    private static final String GONE = "GONE";

    @TempDir Path directory;
    private Stand stand;

    /** A sample: each kind of operation that a running recorder does, early in its life. */
    private enum Fault {
        WRITE(Kind.WRITE, 5, Failing.AT_ONCE),
        HALF_A_WRITE(Kind.WRITE, 9, Failing.AFTER_HALF),
        FORCE(Kind.FORCE, 6, Failing.AT_ONCE),
        CREATE(Kind.CREATE, 1, Failing.AT_ONCE),
        RENAME(Kind.RENAME, 1, Failing.AT_ONCE),
        FORCE_DIRECTORY(Kind.FORCE_DIRECTORY, 2, Failing.AT_ONCE);

        private final Kind kind;
        private final int number;
        private final Failing failing;

        Fault(Kind kind, int number, Failing failing) {
            this.kind = kind;
            this.number = number;
            this.failing = failing;
        }
    }

    @BeforeEach
    void open() throws IOException {
        stand = Stand.start(directory);
        stand.node().close();
    }

    @AfterEach
    void close() {
        stand.close();
    }

    @Test
    void noCommandRunsUnrecordedWhenAnOperationFails() throws Exception {
        for (Fault fault : Fault.values()) {
            boolean fired =
                    breaks(
                            fault.name(),
                            disk ->
                                    disk.failAt(
                                            fault.number, EnumSet.of(fault.kind), fault.failing));
            assertThat(fired).as("%s came", fault).isTrue();
        }
    }

    @Test
    void noCommandRunsUnrecordedWhenTheDiskIsFull() throws Exception {
        breaks("FULL", disk -> disk.usable(0));
    }

    @Test
    void noCommandRunsUnrecordedWhenTheJournalIsGone() throws Exception {
        breaks(GONE, disk -> deleteAll(disk, stand.record().resolve("wal")));
    }

    @Tag("full")
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"WRITE", "FORCE", "CREATE", "RENAME", "LINK", "FORCE_DIRECTORY"})
    void noCommandRunsUnrecordedWhicheverOperationFails(Kind kind) throws Exception {
        boolean fired = true;
        for (int n = 1; fired && n < MAX_OPERATIONS; n += STRIDE) {
            int number = n;
            Failing failing = n % 2 == 0 ? Failing.AT_ONCE : Failing.AFTER_HALF;
            fired = breaks(kind + "-" + n, disk -> disk.failAt(number, EnumSet.of(kind), failing));
        }
    }

    /** One life of a node: it works, its disk breaks, the power is cut, it starts again. */
    private boolean breaks(String round, Consumer<FaultyDisk> fault) throws Exception {
        // Given
        var disk = new FaultyDisk(stand.record());
        disk.remount();
        boolean stopped;
        try (LocalNode node =
                LocalNode.start(
                        ConfigurationFile.read(stand.configuration()), Clock.systemUTC(), disk)) {
            Path grant = stand.grant("agent", "work");
            Process streaming = stand.startSsh(grant, Stand.TARGET, stand.bin("follow") + " 5000");
            assertThat(streaming.inputReader().readLine()).isEqualTo("line 1");

            // When
            fault.accept(disk);
            stopped = worksUntilRefused(round, grant, streaming);

            // Then
            if (stopped) {
                hasEnded(round, grant, streaming);
            }
            assertThat(stopped || disk.fired().isEmpty() || disk.fired().endsWith("reserve"))
                    .as("%s: %s", round, disk.fired())
                    .isTrue();
            streaming.destroyForcibly();
        }
        disk.failAt(0, EnumSet.noneOf(Kind.class), Failing.AT_ONCE);
        disk.crash();
        afterRestart(round);
        return stopped;
    }

    /** True when the sessions were ended before the agent lost patience. */
    private boolean worksUntilRefused(String round, Path grant, Process streaming)
            throws Exception {
        var drained =
                Thread.ofVirtual().start(() -> streaming.inputReader().lines().forEach(line -> {}));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; streaming.isAlive() && System.nanoTime() < deadline; i++) {
            mark(grant, round + "-" + i);
        }
        if (streaming.isAlive()) {
            return false;
        }
        drained.join();
        return true;
    }

    private void hasEnded(String round, Path grant, Process streaming) throws Exception {
        assertThat(streaming.exitValue()).as(round).isNotZero();
        // The login shell of the target's user may have words of its own on standard error.
        assertThat(streaming.errorReader().lines())
                .as(round)
                .anyMatch(line -> line.contains("\"verdict\":\"unrecordable\""));
        Ran late = mark(grant, round + "-late");
        assertThat(late.exit()).as(round).isNotZero();
        assertThat(stand.mark(round + "-late")).doesNotExist();
    }

    private void afterRestart(String round) throws Exception {
        try (LocalNode _ =
                LocalNode.start(ConfigurationFile.read(stand.configuration()), Clock.systemUTC())) {
            Path grant = stand.grant("agent", "work");
            assertThat(mark(grant, round + "-again").exit()).as(round).isZero();
        }
        assertThat(recorded()).as(round).containsAll(done());
        Ran verify = stand.sallyport("verify");
        // With the journal, signed leaves are gone that nothing else holds: verify may say so.
        assertThat(verify.exit())
                .as("%s: %s%s", round, verify.out(), verify.err())
                .isLessThanOrEqualTo(round.equals(GONE) ? 2 : 0);
    }

    private Ran mark(Path grant, String name) throws Exception {
        return stand.ssh(grant, stand.bin("mark") + " " + name);
    }

    /** What ran, by the target's own files. */
    private List<String> done() throws IOException {
        try (var marks = Files.list(stand.work().resolve("marks"))) {
            return marks.map(mark -> mark.getFileName().toString()).toList();
        }
    }

    /** What the record says was sent to the target. */
    private Set<String> recorded() throws IOException {
        var names = new HashSet<String>();
        for (String line : events("ssh.exec")) {
            Matcher matcher = MARK.matcher(line);
            if (matcher.find()) {
                names.add(matcher.group(1));
            }
        }
        return names;
    }

    private List<String> events(String type) throws IOException {
        var lines = new ArrayList<String>();
        new Recordings(stand.record())
                .events(
                        RecordFilter.ANY,
                        event -> {
                            if (event.type().equals(type)) {
                                lines.add(event.line());
                            }
                        });
        return lines;
    }

    /** As {@code rm -r} and a sync. */
    private static void deleteAll(FaultyDisk disk, Path directory) {
        try (var all = Files.list(directory)) {
            for (Path path : all.toList()) {
                disk.unlink(path);
            }
            disk.forceDirectory(directory);
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
