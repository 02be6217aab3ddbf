package dev.sallyport.recorder.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.recorder.log.NoteKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifierTest {
    @TempDir private Path root;

    private VerifyReport verify(VerifyOptions options) {
        InstantSource clock = InstantSource.fixed(SmallRecord.BEGIN.plusSeconds(3600));
        return new Verifier(clock).verify(root, options);
    }

    private VerifyOptions trusting(SmallRecord record) {
        return VerifyOptions.NONE.trusting(List.of(record.key().verifier()));
    }

    @Test
    void runningNodesRecordIsSound() {
        // Given
        SmallRecord record = SmallRecord.typical(root);

        // When
        VerifyReport report = verify(trusting(record));

        // Then
        assertThat(report.findings()).isEmpty();
        assertThat(report.exitCode()).isZero();
        assertThat(report.counts().sessions()).isEqualTo(4);
        assertThat(report.counts().open()).isEqualTo(1);
        assertThat(report.counts().events()).isEqualTo(10);
        assertThat(report.heads()).containsExactly(record.head());
    }

    @Test
    void strictlyAnOpenSessionIsIncomplete() {
        SmallRecord record = SmallRecord.typical(root);
        VerifyReport report = verify(trusting(record).strictly());
        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(report.findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.place().session()).isEqualTo("S4"));
    }

    @Test
    void whatIsWrittenAfterTheCheckpointIsOnlyNoted() {
        // Given: a chunk, a seal and a session that no checkpoint covers yet
        SmallRecord record = SmallRecord.typical(root);
        String later = ExcusesTest.idOf(SmallRecord.BEGIN.plusSeconds(3590));
        record.session(later).chunk("events", SmallRecord.event(later, 0, "session.opened"));

        // When
        VerifyReport report = verify(trusting(record));

        // Then
        assertThat(report.exitCode()).isZero();
        assertThat(report.findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.place().session()).isEqualTo(later));
    }

    @Test
    void moreBytesThanLeavesIsAllowedOnlyWhileASessionIsOpen() {
        // Given
        SmallRecord record = new SmallRecord(root);
        SmallRecord.TestSession session =
                record.session("S1").chunk("events", SmallRecord.event("S1", 0, "a"));
        session.write("events-000000.seg", "later\n".getBytes(StandardCharsets.UTF_8));
        session.write("term-000000.seg", "{}\n".getBytes(StandardCharsets.UTF_8));
        record.publish();

        // When / Then
        Verifier live = new Verifier(InstantSource.fixed(SmallRecord.BEGIN.plusSeconds(1)));
        assertThat(live.verify(root, trusting(record)).findings()).isEmpty();
    }

    @Test
    void sessionOfADeadProcessIsIncomplete() {
        SmallRecord record = SmallRecord.typical(root).boot("").publish();
        VerifyReport report = verify(trusting(record));
        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(report.text()).contains("session S4").contains("never sealed");
    }

    @Test
    void lossAndSilenceAreIncomplete() {
        SmallRecord record = SmallRecord.typical(root).loss().pause(600_000).heartbeat().publish();
        VerifyReport report = verify(trusting(record));
        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(report.text()).contains("lost: the last journal").contains("no heartbeat from");
    }

    @Test
    void staleRecordIsIncomplete() {
        SmallRecord record = SmallRecord.typical(root);
        VerifyOptions fresh =
                new VerifyOptions(
                        List.of(record.key().verifier()), List.of(), false, Duration.ofMinutes(10));
        assertThat(verify(fresh).exitCode()).isEqualTo(2);
    }

    @Test
    void sessionGoesOnOverTheChangeOfTheEpoch() {
        // Given
        SmallRecord record = new SmallRecord(root);
        SmallRecord.TestSession session =
                record.session("S1").chunk("events", SmallRecord.event("S1", 0, "a"));
        record.nextEpoch("2026-12");
        session.chunk("events", SmallRecord.event("S1", 1, "b")).seal().publish();

        // When
        VerifyReport report = verify(trusting(record));

        // Then
        assertThat(report.findings()).isEmpty();
        assertThat(report.heads()).hasSize(2);
    }

    @Test
    void manyLeavesAreSound() {
        // Given
        SmallRecord record = new SmallRecord(root);
        for (int i = 0; i < 90; i++) {
            record.fullSession("S" + i);
            if (i % 7 == 0) {
                record.publish();
            }
        }
        record.publish();

        // When
        VerifyReport report = verify(trusting(record));

        // Then
        assertThat(report.findings()).isEmpty();
        assertThat(report.counts().leaves()).isEqualTo(1 + 90 * 7);
    }

    @Test
    void deletedUnderATombstoneIsNoFailure() throws IOException {
        // Given
        SmallRecord record = SmallRecord.typical(root);
        record.tombstone("S1").publish();
        for (Path file : RecordFiles.list(root.resolve("sessions/2026/11/23/S1"))) {
            Files.delete(file);
        }
        Files.delete(root.resolve("sessions/2026/11/23/S1"));

        // When
        VerifyReport report = verify(trusting(record));

        // Then
        assertThat(report.exitCode()).isZero();
        assertThat(report.text()).contains("deleted under policy p30d");
    }

    @Test
    void crashBetweenKeepingAndPublishingLosesNothing() throws IOException {
        // Given
        SmallRecord record = SmallRecord.typical(root);
        byte[] older = Files.readAllBytes(record.logDirectory().resolve("checkpoint"));
        record.fullSession("S5").publish();
        Files.write(record.logDirectory().resolve("checkpoint"), older);

        // When
        VerifyReport report = verify(trusting(record));

        // Then
        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(report.heads()).containsExactly(record.head());
    }

    @Test
    @Attack(57)
    void withoutATrustedKeyOfTheNodeNothingIsVerified() {
        SmallRecord.typical(root);
        NoteKey other = NoteKey.ephemeral("acme/px2/2026-11");
        VerifyReport report = verify(VerifyOptions.NONE.trusting(List.of(other.verifier())));
        assertThat(report.exitCode()).isEqualTo(3);
    }

    @Test
    void withoutAnyKeyNothingIsVerified() throws IOException {
        SmallRecord record = SmallRecord.typical(root);
        Files.delete(record.logDirectory().resolve("vkey"));
        assertThat(verify(VerifyOptions.NONE).exitCode()).isEqualTo(3);
    }

    @Test
    void believingTheRecordsOwnKeyIsSaid() {
        SmallRecord.typical(root);
        VerifyReport report = verify(VerifyOptions.NONE);
        assertThat(report.exitCode()).isZero();
        assertThat(report.text()).contains("believed: no trusted key was given");
    }

    @Test
    void emptyRecordIsNotVerifiable() {
        assertThat(verify(VerifyOptions.NONE).exitCode()).isEqualTo(3);
    }

    @Test
    void reportForMachinesNamesThePlace() throws IOException {
        // Given
        SmallRecord record = SmallRecord.typical(root);
        Path segment = root.resolve("sessions/2026/11/23/S1/term-000000.seg");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length - 5] ^= 1;
        Files.write(segment, bytes);

        // When
        String json = verify(trusting(record)).json();

        // Then
        assertThat(json)
                .contains("\"exit\":1")
                .contains(
                        "\"file\":\"sessions/2026/11/23/S1/term-000000.seg\","
                                + "\"leaf\":4,\"session\":\"S1\"");
    }

    @Test
    @Attack(22)
    void controlsInHostileNamesDoNotReachTheTerminal() throws IOException {
        SmallRecord.typical(root);
        Files.writeString(root.resolve("sessions/\u001b]52;c;evil"), "x");
        assertThat(verify(VerifyOptions.NONE).text()).doesNotContain("\u001b");
    }
}
