package dev.sallyport.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.port.Cast;
import dev.sallyport.access.port.CastHeader;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.port.SessionOpening;
import dev.sallyport.access.port.SessionRecording;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.recorder.disk.FaultyDisk;
import dev.sallyport.recorder.disk.LocalDisk;
import dev.sallyport.recorder.session.CastDecoder;
import dev.sallyport.recorder.session.CastEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRecorderTest {
    @TempDir Path directory;

    @Test
    void recordsASessionFromOpenToSeal() throws Exception {
        // Given
        byte[] noise = new byte[300_000];
        new Random(1).nextBytes(noise);
        try (FileRecorder recorder = start()) {
            // When
            SessionRecording session = recorder.open(opening("S1"));
            session.record(EventType.SSH_EXEC, Map.of("command", "make \"all\"\n")).join();
            Cast cast = session.cast(new CastHeader(0, "make", true, 80, 24, "xterm"));
            cast.write(Cast.Stream.STDIN, utf8("yes\n")).join();
            cast.write(Cast.Stream.STDOUT, utf8("żółw\r\n")).join();
            cast.write(Cast.Stream.STDOUT, ByteBuffer.wrap(noise)).join();
            cast.write(Cast.Stream.STDERR, utf8("warning\n")).join();
            cast.resize(100, 40);
            cast.end(Cast.Stream.STDIN);
            cast.close(0).join();
            session.seal(SessionEnd.NORMAL, Map.of("reason", "done")).join();
        }

        // Then
        Path files = session("S1");
        List<String> events = lines(files, "events");
        assertThat(events).hasSize(3);
        assertThat(events.get(0)).startsWith("{\"v\":1,\"id\":\"").contains("\"seq\":0,");
        assertThat(events.get(0)).contains("\"type\":\"session.opened\",\"session\":\"S1\"");
        assertThat(events.get(1)).contains("\"command\":\"make \\\"all\\\"\\n\"");
        assertThat(events.get(2)).contains("\"end\":\"normal\"");
        assertThat(events.get(2)).contains("\"stdin\":4,\"stdout\":300009,\"stderr\":8");
        List<String> term = lines(files, "term");
        assertThat(term.getFirst()).startsWith("{\"version\":2,\"width\":80,\"height\":24,");
        assertThat(bytes(term, Cast.Stream.STDOUT)).endsWith(noise).hasSize(300_009);
        assertThat(bytes(term, Cast.Stream.STDERR)).isEqualTo(utf8("warning\n").array());
        assertSums(files);
        assertThat(files.resolve("seal.tlog-proof")).content().contains("c2sp.org/tlog-proof@v1");
    }

    @Test
    void keepsEveryAcknowledgedEventOverAPowerCut() throws Exception {
        // Given
        FaultyDisk disk = new FaultyDisk(directory);
        FileRecorder recorder = FileRecorder.start(settings(), disk, InstantSource.system());
        SessionRecording session = recorder.open(opening("S2"));
        for (int i = 0; i < 500; i++) {
            session.record(EventType.SSH_REQUEST, Map.of("number", i)).join();
        }
        Cast cast = session.cast(new CastHeader(0, "shell", true, 80, 24, "xterm"));
        cast.write(Cast.Stream.STDOUT, utf8("hello\r\n")).join();
        session.record(EventType.SSH_REQUEST, Map.of("number", 500)).join();

        // When
        recorder.fail(new IOException("power cut"));
        recorder.close();
        disk.crash();
        disk.remount();
        FileRecorder next = FileRecorder.start(settings(), disk, InstantSource.system());
        next.close();

        // Then
        List<String> events = lines(session("S2"), "events");
        assertThat(events).hasSize(503);
        for (int i = 0; i <= 500; i++) {
            assertThat(events.get(i + 1)).endsWith("\"number\":" + i + "}");
        }
        assertThat(events.getLast())
                .contains("\"type\":\"session.closed\"", "\"end\":\"recovered\"");
        assertThat(bytes(lines(session("S2"), "term"), Cast.Stream.STDOUT))
                .isEqualTo(utf8("hello\r\n").array());
        assertSums(session("S2"));
        assertThat(session("S2").resolve("seal.tlog-proof")).exists();
    }

    @Test
    void freesTheJournalAndStillRecoversALongSession() throws Exception {
        // Given
        RecorderSettings small =
                settings()
                        .withPace(
                                new RecorderSettings.Pace(
                                        Duration.ofMillis(5),
                                        Duration.ofMillis(10),
                                        Duration.ofMillis(20),
                                        Duration.ofSeconds(60)));
        FaultyDisk disk = new FaultyDisk(directory);
        FileRecorder recorder = FileRecorder.start(small, disk, InstantSource.system());
        SessionRecording session = recorder.open(opening("S3"));
        String padding = "x".repeat(2000);

        // When
        for (int i = 0; i < 2000; i++) {
            session.record(EventType.SSH_REQUEST, Map.of("pad", padding)).join();
        }
        long files = until(() -> journalFiles() <= 3);
        recorder.fail(new IOException("power cut"));
        recorder.close();
        disk.crash();
        disk.remount();
        FileRecorder.start(small, disk, InstantSource.system()).close();

        // Then
        assertThat(files).isLessThanOrEqualTo(3);
        assertThat(lines(session("S3"), "events")).hasSize(2002);
        assertSums(session("S3"));
    }

    @Test
    void refusesASecondProcessInTheSameDirectory() throws Exception {
        try (FileRecorder first = start()) {
            assertThat(first.isRecording()).isTrue();
            assertThatThrownBy(this::start).hasMessageContaining("another process records here");
        }
    }

    @Test
    @Attack(61)
    void admitsNoSessionWhenTheDiskIsNearlyFull() throws Exception {
        // Given
        FaultyDisk disk = new FaultyDisk(directory);
        disk.usable(900);
        try (FileRecorder recorder =
                FileRecorder.start(
                        settings().withFreeSpaceFloor(1000), disk, InstantSource.system())) {
            // Then
            assertThat(recorder.isRecording()).isFalse();
            assertThatThrownBy(() -> recorder.open(opening("S4")))
                    .isInstanceOf(UnrecordableException.class);
        }
    }

    @Test
    @Attack({59, 61})
    void endsOpenRecordingsBeforeTheDiskIsFull() throws Exception {
        // Given
        FaultyDisk disk = new FaultyDisk(directory);
        try (FileRecorder recorder =
                FileRecorder.start(
                        settings().withFreeSpaceFloor(1000), disk, InstantSource.system())) {
            SessionRecording session = recorder.open(opening("S5"));

            // When
            disk.usable(100);

            // Then
            session.failed().get(10, TimeUnit.SECONDS);
            assertThat(recorder.isRecording()).isFalse();
        }
    }

    @Test
    @Attack(59)
    void aSessionWhoseSealFailsHasFailed() throws Exception {
        try (FileRecorder recorder = start()) {
            // Given
            FileSession session = (FileSession) recorder.open(opening("S6"));

            // When
            session.sealed().completeExceptionally(new IOException("the leaf was not durable"));

            // Then
            session.failed().get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void recordsEventsOfTheNodeInItsOwnStream() throws Exception {
        try (FileRecorder recorder = start()) {
            recorder.record(
                            new Event(
                                    EventType.LOCK_PLACED,
                                    EventContext.NONE,
                                    Map.of("agent", "github/acme/bot")))
                    .join();
        }
        Path node;
        try (var all = Files.walk(directory.resolve("record/sessions"))) {
            node = all.filter(path -> path.endsWith("SHA256SUMS")).findFirst().orElseThrow();
        }
        List<String> events = lines(node.resolveSibling(""), "events");
        assertThat(events.get(0)).contains("\"type\":\"recorder.started\"");
        assertThat(events.get(1)).contains("\"type\":\"lock.placed\"").contains("\"field.agent\"");
        assertThat(events.get(2)).contains("\"type\":\"recorder.stopped\"");
    }

    @Test
    void startsAgainAndAgain() throws Exception {
        for (int i = 0; i < 5; i++) {
            try (FileRecorder recorder = start()) {
                SessionRecording session = recorder.open(opening("R" + i));
                if (i % 2 == 0) {
                    session.seal(SessionEnd.NORMAL, Map.of()).join();
                }
            }
        }
        try (FileRecorder recorder = start()) {
            assertThat(recorder.openSessions()).isZero();
        }
        assertThat(lines(session("R1"), "events")).hasSize(2);
        assertSums(session("R3"));
        assertSums(session("R4"));
    }

    private FileRecorder start() throws IOException {
        return FileRecorder.start(settings(), new LocalDisk(), InstantSource.system());
    }

    private RecorderSettings settings() {
        return TestSettings.in(directory);
    }

    private static SessionOpening opening(String id) {
        return TestSettings.opening(id);
    }

    private long journalFiles() {
        try (var files = Files.list(directory.resolve("record/wal"))) {
            return files.filter(file -> file.toString().endsWith(".wal")).count();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private long until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        return journalFiles();
    }

    private Path session(String id) throws IOException {
        return TestSettings.session(directory, id);
    }

    private static List<String> lines(Path files, String stream) throws IOException {
        return TestSettings.lines(files, stream);
    }

    private static byte[] bytes(List<String> term, Cast.Stream stream) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CastDecoder decoder =
                new CastDecoder(event -> {
                    if (event instanceof CastEvent.Bytes some && some.stream() == stream) {
                        bytes.writeBytes(some.bytes());
                    }
                });
        for (String line : term.subList(1, term.size())) {
            decoder.line(line.getBytes(StandardCharsets.UTF_8));
        }
        decoder.finish();
        return bytes.toByteArray();
    }

    private static void assertSums(Path files) throws Exception {
        for (String line : Files.readAllLines(files.resolve("SHA256SUMS"))) {
            byte[] content = Files.readAllBytes(files.resolve(line.substring(66)));
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            assertThat(HexFormat.of().formatHex(hash)).isEqualTo(line.substring(0, 64));
        }
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
