package dev.sallyport.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.port.SessionRecording;
import dev.sallyport.recorder.disk.LocalDisk;
import dev.sallyport.recorder.log.Checkpoint;
import dev.sallyport.recorder.log.Head;
import dev.sallyport.recorder.verify.Verifier;
import dev.sallyport.recorder.verify.VerifyOptions;
import dev.sallyport.recorder.verify.VerifyReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A month, a log: the old one ends with {@code close}, the new one cites it. */
class EpochTest {
    @TempDir Path directory;

    private volatile Instant now = Instant.parse("2026-11-30T23:59:58Z");
    private final InstantSource clock = () -> now;

    @Test
    void aRunningNodeGoesOnInTheNewMonthsLog() throws Exception {
        // Given
        try (FileRecorder recorder = start()) {
            SessionRecording over = recorder.open(TestSettings.opening("S1"));
            over.seal(SessionEnd.NORMAL, Map.of()).join();
            SessionRecording session = recorder.open(TestSettings.opening("S2"));
            session.record(EventType.SSH_REQUEST, Map.of("mark", "before")).join();

            // When
            now = Instant.parse("2026-12-01T00:00:01Z");
            until(log("2026-12").resolve("checkpoint"));
            VerifyReport running = verify();
            session.record(EventType.SSH_REQUEST, Map.of("mark", "after")).join();
            session.seal(SessionEnd.NORMAL, Map.of()).join();

            // Then: a session that goes on is none of a process that went away
            assertThat(running.exitCode()).as(running.text()).isZero();
        }

        // Then
        VerifyReport report = verify();
        assertThat(report.exitCode()).as(report.text()).isZero();
        assertThat(report.heads())
                .extracting(Head::origin)
                .containsExactly("acme/px1/2026-11", "acme/px1/2026-12");
        List<String> old = leaves("2026-11");
        List<String> young = leaves("2026-12");
        assertThat(old.getLast()).contains("\"t\":\"close\"", "\"next\":\"acme/px1/2026-12\"");
        Head last = head("2026-11");
        assertThat(young.getFirst())
                .contains("\"t\":\"boot\"")
                .contains(
                        "\"prevlog\":{\"origin\":\"acme/px1/2026-11\",\"size\":%d,\"root\":\"%s\"}"
                                .formatted(last.size(), last.root().base64()));
        assertThat(young).filteredOn(leaf -> leaf.contains("\"t\":\"seal\"")).hasSize(2);
        assertThat(young).filteredOn(leaf -> leaf.contains("\"t\":\"boot\"")).hasSize(1);
    }

    @Test
    void aNodeThatStartsMonthsLaterClosesTheOldLogFirst() throws Exception {
        // Given: a session is open when the node goes away
        try (FileRecorder recorder = start()) {
            recorder.open(TestSettings.opening("S1"));
        }

        // When
        now = Instant.parse("2027-02-03T04:05:06Z");
        start().close();

        // Then: it is sealed in the new log
        VerifyReport report = verify();
        assertThat(report.exitCode()).as(report.text()).isZero();
        assertThat(leaves("2026-11").getLast()).contains("\"next\":\"acme/px1/2027-02\"");
        assertThat(leaves("2027-02").getFirst())
                .contains("\"recovered\":1", "\"prevlog\":{\"origin\":\"acme/px1/2026-11\"");
        assertThat(leaves("2027-02")).anyMatch(leaf -> leaf.contains("\"end\":\"recovered\""));
    }

    @Test
    void aClockThatGoesBackOverAMonthKeepsTheLog() throws Exception {
        now = Instant.parse("2026-12-01T00:00:01Z");
        start().close();
        now = Instant.parse("2026-11-30T23:59:59Z");
        start().close();
        assertThat(log("2026-11")).doesNotExist();
        assertThat(verify().exitCode()).isZero();
    }

    private FileRecorder start() throws IOException {
        return FileRecorder.start(TestSettings.in(directory), new LocalDisk(), clock);
    }

    private VerifyReport verify() {
        return new Verifier(clock).verify(directory.resolve("record"), VerifyOptions.NONE);
    }

    private Path log(String epoch) {
        return directory.resolve("record/log/acme/px1").resolve(epoch);
    }

    private Head head(String epoch) throws IOException {
        return Checkpoint.ofNote(Files.readString(log(epoch).resolve("checkpoint"))).head();
    }

    private List<String> leaves(String epoch) throws IOException {
        List<String> leaves = new ArrayList<>();
        StoredLeaves.read(
                log(epoch),
                head(epoch),
                (index, leaf) -> leaves.add(new String(leaf, StandardCharsets.UTF_8)));
        return leaves;
    }

    private static void until(Path file) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!Files.exists(file) && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(file).exists();
    }
}
