package dev.sallyport.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.Ulid;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.port.SessionRecording;
import dev.sallyport.recorder.disk.LocalDisk;
import dev.sallyport.recorder.journal.DamagedJournalException;
import dev.sallyport.recorder.journal.JournalSettings;
import dev.sallyport.recorder.verify.Verifier;
import dev.sallyport.recorder.verify.VerifyOptions;
import dev.sallyport.recorder.verify.VerifyReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Durable bytes that are gone: nobody hides it, and what is left goes on. */
class JournalLossTest {
    @TempDir(factory = MemoryDirectory.class)
    Path directory;

    private final Ulid ids = new Ulid(InstantSource.system());
    private int fileBytes = 512 * 1024;
    private String sealed = "";
    private String first = "";
    private String second = "";

    @Test
    @Attack(58)
    void aDamagedJournalDoesNotStartAndNamesThePlace() throws IOException {
        // Given
        crashWithOpenSessions();
        Path file = damage(first + " 3");

        // When / Then
        assertThatThrownBy(() -> start(settings()))
                .isInstanceOf(DamagedJournalException.class)
                .hasMessageContaining(file + " is damaged at offset ");
        assertThat(quarantined()).isEmpty();
    }

    @Test
    @Attack(58)
    void anAcceptedLossIsDeclaredAndTheRestIsKept() throws Exception {
        // Given: an event in the middle of the first session's is damaged
        crashWithOpenSessions();
        Path file = damage(first + " 3");
        byte[] damaged = Files.readAllBytes(file);

        // When
        start(accepting()).close();

        // Then: the loss is a leaf, the journal is as it was, sessions are not said to be whole
        VerifyReport report = verify();
        assertThat(report.exitCode()).as(report.text()).isEqualTo(2);
        assertThat(report.text())
                .contains("/2026-11.2 leaf 1: the node says that it lost: wal/" + name(file))
                .contains("is damaged at offset ")
                .contains("session " + first + ": was open when its node lost something")
                .contains("session " + second + ": was open when its node lost something")
                .doesNotContain(sealed);
        assertThat(quarantined())
                .filteredOn(path -> path.endsWith(file.getFileName()))
                .singleElement()
                .satisfies(kept -> assertThat(kept).hasBinaryContent(damaged));

        // Then: events before the hole, and all of the session that has none
        assertThat(recorded(first)).containsExactly("0", "1", "2");
        assertThat(recorded(second)).hasSize(10);
        assertThat(recorded(sealed)).hasSize(2);
    }

    @Test
    void afterAnAcceptedLossTheNodeStartsAsAlways() throws Exception {
        // Given
        crashWithOpenSessions();
        damage(second + " 8");
        start(accepting()).close();

        // When
        String later = ids.next();
        try (FileRecorder recorder = start(settings())) {
            SessionRecording session = recorder.open(TestSettings.opening(later));
            event(session, later, 0);
            session.seal(SessionEnd.NORMAL, Map.of()).join();
        }

        // Then
        VerifyReport report = verify();
        assertThat(report.exitCode()).as(report.text()).isEqualTo(2);
        assertThat(report.text()).doesNotContain(later).doesNotContain("heartbeat");
        assertThat(recorded(later)).hasSize(1);
        assertThat(recorded(second)).hasSize(8);
    }

    @Test
    void whereverTheDamageIsTheRestIsKeptAndNothingLooksChanged() throws Exception {
        Random random = new Random(5);
        for (int round = 0; round < 60; round++) {
            // Given
            Path before = directory;
            directory = Files.createDirectories(before.resolve("round-" + round));
            crashWithOpenSessions();
            Path file = journal().getLast();
            byte[] bytes = Files.readAllBytes(file);
            // Not in the last group: that looks like a torn end.
            int at = random.nextInt(indexOf(bytes, first + " 9"));
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bytes);

            // When
            assertThatThrownBy(() -> start(settings())).isInstanceOf(IOException.class);
            start(accepting()).close();

            // Then: one frame is gone, or all of a file whose header is
            VerifyReport report = verify();
            assertThat(report.exitCode()).as("byte %d: %s", at, report.text()).isEqualTo(2);
            assertThat(recorded(sealed)).hasSize(2);
            if (at >= 64) {
                int whole = Math.max(recorded(first).size(), recorded(second).size());
                assertThat(whole).as("byte %d", at).isEqualTo(10);
            }
            directory = before;
        }
    }

    @Test
    void missingJournalFilesAreDamage() throws Exception {
        // Given: several files, of which no older one is dispensable yet
        fileBytes = 4096;
        crashWithOpenSessions();
        List<Path> files = journal();
        assertThat(files).hasSizeGreaterThan(2);
        byte[] oldest = Files.readAllBytes(files.getFirst());

        // When / Then
        Files.delete(files.getFirst());
        assertThatThrownBy(() -> start(settings()))
                .isInstanceOf(DamagedJournalException.class)
                .hasMessageContaining("lacks its oldest files");
        Files.write(files.getFirst(), oldest);
        Files.delete(files.get(1));
        assertThatThrownBy(() -> start(settings()))
                .isInstanceOf(DamagedJournalException.class)
                .hasMessageContaining("is missing");
        start(accepting()).close();
        VerifyReport report = verify();
        assertThat(report.exitCode()).as(report.text()).isEqualTo(2);
        assertThat(recorded(sealed)).hasSize(2);
    }

    @Test
    @Attack(58)
    void aLostJournalBeginsANewEpochThatCitesTheLastCheckpoint() throws Exception {
        // Given: bytes, sessions and leaves behind the last checkpoint, and then no journal
        crashWithOpenSessions();
        deleteAll(directory.resolve("record/wal"));

        // When
        start(settings()).close();
        start(settings()).close();

        // Then
        VerifyReport report = verify();
        assertThat(report.exitCode()).as(report.text()).isEqualTo(2);
        assertThat(report.text())
                .contains("the node says that it lost: the journal is missing")
                .contains("log/acme/px1/2026-11: the epoch was not closed")
                .contains(": was never sealed, and a later process has started");
        assertThat(report.heads()).hasSize(2);
        assertThat(recorded(sealed)).hasSize(2);
    }

    @Test
    void aSessionWithoutALogIsNamedAsLostWithTheJournal() throws Exception {
        // Given: bytes of a session are in a segment, its open leaf was in the journal only
        crashWithOpenSessions();
        String unsigned = ids.next();
        Path beside = TestSettings.session(directory, sealed);
        Path files = Files.createDirectories(beside.resolveSibling(unsigned));
        Files.writeString(files.resolve("events-000000.seg"), "{}\n");
        deleteAll(directory.resolve("record/wal"));

        // When
        start(settings()).close();

        // Then
        VerifyReport report = verify();
        assertThat(report.exitCode()).as(report.text()).isEqualTo(2);
        assertThat(report.text()).contains("session " + unsigned + ": no log has opened it");
    }

    @Test
    void aLogThatWasNeverSignedIsPutAsideWithItsJournal() throws Exception {
        // Given
        start(settings()).close();
        deleteAll(directory.resolve("record/wal"));
        deleteAll(directory.resolve("record/sessions"));
        Path log = directory.resolve("record/log/acme/px1/2026-11");
        Files.delete(log.resolve("checkpoint"));
        deleteAll(log.resolve("checkpoints"));

        // When
        start(settings()).close();

        // Then
        VerifyReport report = verify();
        assertThat(report.exitCode()).as(report.text()).isEqualTo(2);
        assertThat(report.text()).contains("there is no checkpoint");
        assertThat(quarantined()).anyMatch(path -> path.endsWith("2026-11/vkey"));
    }

    @Test
    void aJournalOlderThanTheLogNeedsAnOperatorToo() throws Exception {
        // Given: yesterday's journal beside today's log
        crashWithOpenSessions();
        Path wal = directory.resolve("record/wal");
        Path copy = copy(wal);
        start(settings()).close();
        start(settings()).close();
        deleteAll(wal);
        Files.move(copy, wal);

        // When / Then
        assertThatThrownBy(() -> start(settings())).hasMessageContaining("restored copy");
        start(accepting()).close();
        start(settings()).close();
        VerifyReport report = verify();
        assertThat(report.exitCode()).as(report.text()).isEqualTo(2);
        assertThat(recorded(first)).hasSize(10);
        assertThat(recorded(second)).hasSize(10);
    }

    /** Sealed, and under a checkpoint: one session. In the journal alone: events of two others. */
    private void crashWithOpenSessions() throws IOException {
        try (FileRecorder recorder = start(settings())) {
            sealed = ids.next();
            SessionRecording over = recorder.open(TestSettings.opening(sealed));
            event(over, sealed, 0);
            event(over, sealed, 1);
            over.seal(SessionEnd.NORMAL, Map.of()).join();
        }
        RecorderSettings slow =
                settings()
                        .withPace(
                                new RecorderSettings.Pace(
                                        Duration.ofMinutes(1),
                                        Duration.ofMinutes(1),
                                        Duration.ofMinutes(1),
                                        Duration.ofMinutes(1)))
                        .withJournal(
                                new JournalSettings(
                                        fileBytes, 32L << 20, 256L << 20, Duration.ofSeconds(30)));
        try (FileRecorder recorder = start(slow)) {
            first = ids.next();
            second = ids.next();
            SessionRecording one = recorder.open(TestSettings.opening(first));
            SessionRecording two = recorder.open(TestSettings.opening(second));
            for (int i = 0; i < 10; i++) {
                event(one, first, i);
                event(two, second, i);
            }
            recorder.fail(new IOException("power cut"));
        }
    }

    private void event(SessionRecording session, String id, int number) {
        session.record(
                        EventType.SSH_REQUEST,
                        Map.of("mark", id + " " + number, "pad", "x".repeat(300)))
                .join();
    }

    /** Flips a bit of the frame with this event; returns the file. */
    private Path damage(String mark) throws IOException {
        for (Path file : journal()) {
            byte[] bytes = Files.readAllBytes(file);
            int at = indexOf(bytes, mark);
            if (at > 0) {
                bytes[at + 1] ^= 4;
                Files.write(file, bytes);
                return file;
            }
        }
        throw new AssertionError("the journal has no " + mark);
    }

    private static int indexOf(byte[] journal, String mark) {
        return new String(journal, StandardCharsets.ISO_8859_1).indexOf("\"" + mark + "\"");
    }

    private List<String> recorded(String session) throws IOException {
        try (var all = Files.walk(directory.resolve("record/sessions"))) {
            if (all.noneMatch(path -> path.endsWith(session))) {
                return List.of();
            }
        }
        return TestSettings.lines(TestSettings.session(directory, session), "events").stream()
                .filter(line -> line.contains("\"mark\":\"" + session))
                .map(line -> line.replaceAll(".*\"mark\":\"[^ ]* ([0-9]+)\".*", "$1"))
                .toList();
    }

    private RecorderSettings settings() {
        return TestSettings.in(directory);
    }

    private RecorderSettings accepting() {
        return settings().withLoss(RecorderSettings.Loss.ACCEPTED);
    }

    private static FileRecorder start(RecorderSettings settings) throws IOException {
        return FileRecorder.start(settings, new LocalDisk(), InstantSource.system());
    }

    private VerifyReport verify() {
        return new Verifier(InstantSource.system())
                .verify(directory.resolve("record"), VerifyOptions.NONE);
    }

    private List<Path> journal() throws IOException {
        try (var files = Files.list(directory.resolve("record/wal"))) {
            return files.filter(file -> file.toString().endsWith(".wal")).sorted().toList();
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private List<Path> quarantined() throws IOException {
        Path quarantine = directory.resolve("record/quarantine");
        if (!Files.exists(quarantine)) {
            return List.of();
        }
        try (var files = Files.walk(quarantine)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private Path copy(Path source) throws IOException {
        Path copy = Files.createDirectories(directory.resolve("copy"));
        try (var files = Files.list(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static void deleteAll(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (var all = Files.walk(directory)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}
