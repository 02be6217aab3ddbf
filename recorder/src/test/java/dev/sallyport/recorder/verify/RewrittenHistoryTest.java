package dev.sallyport.recorder.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.recorder.log.LogWriter;
import dev.sallyport.recorder.log.Note;
import dev.sallyport.recorder.log.NoteKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * History cut, rolled back, forked or written anew, also by whoever holds the key: each is found by
 * memory from elsewhere or by the grammar of leaves.
 */
class RewrittenHistoryTest {
    @TempDir private Path directory;
    private TamperedRecord tampered;

    @BeforeEach
    void writeRecord() {
        tampered = new TamperedRecord(directory.resolve("record"));
        assertThat(tampered.verify().exitCode()).isZero();
    }

    @Test
    void deletedReceiptIsIncomplete() throws IOException {
        Files.delete(tampered.file(TamperedRecord.DAY + "S1/seal.tlog-proof"));
        tampered.requireFound(tampered.verify(), 2, TamperedRecord.DAY + "S1/seal.tlog-proof");
    }

    @Test
    @Attack(57)
    void unsignedCheckpointIsNotVerifiable() throws IOException {
        // Given: the same head, signed by a stranger's key (attack 57: unsigned must not pass)
        Note note = Note.parse(Files.readString(tampered.file(TamperedRecord.LOG + "checkpoint")));
        NoteKey stranger = NoteKey.ephemeral("acme/px1/2026-11");
        Files.writeString(
                tampered.file(TamperedRecord.LOG + "checkpoint"),
                stranger.sign(note.text()).format());

        // When / Then
        tampered.requireFound(
                tampered.verify(),
                3,
                TamperedRecord.LOG + "checkpoint",
                "not signed by a trusted key");
    }

    @Test
    void swappedKeyIsFound() throws IOException {
        NoteKey stranger = NoteKey.ephemeral("acme/px1/2026-11");
        Files.writeString(tampered.file(TamperedRecord.LOG + "vkey"), stranger.vkey() + "\n");
        tampered.requireFound(
                tampered.verify(), 1, TamperedRecord.LOG + "vkey", "is not the trusted key");
    }

    @Test
    void editedSizeIsFound() throws IOException {
        String size = Long.toString(tampered.record().head().size());
        String text = Files.readString(tampered.file(TamperedRecord.LOG + "checkpoint"));
        Files.writeString(
                tampered.file(TamperedRecord.LOG + "checkpoint"),
                text.replace("\n" + size + "\n", "\n7\n"));
        tampered.requireFound(
                tampered.verify(),
                1,
                TamperedRecord.LOG + "checkpoint",
                "signature is not by the log's key");
    }

    @Test
    @Attack(62)
    void rolledBackRecordIsFoundByOneReceiptFromElsewhere() throws IOException {
        // Given: everything is put back to how it was after the first session
        Path receipt = directory.resolve("S3.tlog-proof");
        Files.copy(tampered.file(TamperedRecord.DAY + "S3/seal.tlog-proof"), receipt);
        Path note = directory.resolve("last.note");
        Files.copy(tampered.file(TamperedRecord.LOG + "checkpoint"), note);
        TamperedRecord.deleteTree(tampered.root());
        new SmallRecord(tampered.root(), tampered.record().key()).fullSession("S1").publish();

        // When / Then: the rest verifies, only memory elsewhere tells
        assertThat(tampered.verify().exitCode()).isZero();
        tampered.requireFound(tampered.verify(receipt), 1, "S3.tlog-proof", "rolled back");
        tampered.requireFound(tampered.verify(note), 1, "last.note", "rolled back");
    }

    @Test
    void truncatedTailIsFoundByTheReceiptsThatAreLeft() throws IOException {
        // Given: the log is cut back to its first checkpoint; sessions stay
        List<Path> notes = RecordFiles.list(tampered.file(TamperedRecord.LOG + "checkpoints"));
        Files.copy(
                notes.getFirst(),
                tampered.file(TamperedRecord.LOG + "checkpoint"),
                StandardCopyOption.REPLACE_EXISTING);
        for (Path newer : notes.subList(1, notes.size())) {
            Files.delete(newer);
        }

        // When / Then
        tampered.requireFound(
                tampered.verify(),
                1,
                TamperedRecord.DAY + "S3/seal.tlog-proof",
                "rolled back",
                "unknown session");
    }

    @Test
    @Attack(62)
    void forkSignedWithTheRealKeyIsFoundByAnOldCheckpoint() throws IOException {
        // Given: history is written anew with the node's own key, one command changed
        Path old = directory.resolve("state");
        List<Path> notes = RecordFiles.list(tampered.file(TamperedRecord.LOG + "checkpoints"));
        Files.writeString(
                old, Files.readString(notes.get(0)) + "\n" + Files.readString(notes.get(1)));
        TamperedRecord.deleteTree(tampered.root());
        SmallRecord fork = new SmallRecord(tampered.root(), tampered.record().key());
        fork.session("S1").chunk("events", SmallRecord.event("S1", 0, "nothing.happened")).seal();
        fork.fullSession("S2").fullSession("S3").fullSession("S5").publish();

        // When / Then
        assertThat(tampered.verify().exitCode()).isZero();
        tampered.requireFound(tampered.verify(old), 1, "state", "forked");
    }

    @Test
    void deletedLogIsFoundByTheReceiptsThatAreLeft() throws IOException {
        TamperedRecord.deleteTree(tampered.file("log"));
        tampered.requireFound(tampered.verify(), 1, "seal.tlog-proof", "not in this record");
    }

    @Test
    void deletedEpochIsFoundByTheNext() throws IOException {
        tampered.record().nextEpoch("2026-12").fullSession("S9").publish();
        TamperedRecord.deleteTree(tampered.file("sessions/2026/11/23/S1"));
        TamperedRecord.deleteTree(tampered.file("sessions/2026/11/23/S2"));
        TamperedRecord.deleteTree(tampered.file("sessions/2026/11/23/S3"));
        TamperedRecord.deleteTree(tampered.file("sessions/2026/11/23/S4"));
        TamperedRecord.deleteTree(tampered.file(TamperedRecord.LOG));
        tampered.requireFound(
                tampered.verify(), 1, "log/acme/px1/2026-12 leaf 0", "2026-11, which is missing");
    }

    @Test
    void resignedLeavesMustStillBeAChain() throws IOException {
        Map<String, String> edits = new TreeMap<>();
        edits.put("\"n\":0", "\"n\":1");
        edits.put("\"off\":0", "\"off\":1");
        edits.put("\"ev\":[0,", "\"ev\":[1,");
        edits.put("\"sid\":\"S1\"", "\"sid\":\"S9\"");
        edits.put("\"prev\":\"", "\"prev\":\"00");
        byte[] good = Files.readAllBytes(tampered.file(tampered.lastBundle()));
        for (Map.Entry<String, String> edit : edits.entrySet()) {
            VerifyReport report =
                    tampered.resigned(entries ->
                            entries.set(
                                    2,
                                    TamperedRecord.edited(
                                            entries.get(2), edit.getKey(), edit.getValue())));
            tampered.requireFound(report, 1, "log/acme/px1/2026-11 leaf 2");
            Files.write(tampered.file(tampered.lastBundle()), good);
        }
    }

    @Test
    void changedSealIsFound() throws IOException {
        byte[] good = Files.readAllBytes(tampered.file(tampered.lastBundle()));
        List<String> edits = List.of("\"bytes\":", "\"chunks\":", "\"ev\":", "\"segs\":[\"");
        for (String field : edits) {
            VerifyReport report =
                    tampered.resigned(entries ->
                            entries.set(
                                    7,
                                    TamperedRecord.edited(
                                            entries.get(7),
                                            field,
                                            field.endsWith("\"") ? field + "00" : field + "1")));
            tampered.requireFound(report, 1, "log/acme/px1/2026-11 leaf 7");
            Files.write(tampered.file(tampered.lastBundle()), good);
        }
    }

    @Test
    void keptCheckpointOfAnotherSizeIsFound() throws IOException {
        Path first = RecordFiles.list(tampered.file(TamperedRecord.LOG + "checkpoints")).getFirst();
        Files.copy(first, tampered.file(TamperedRecord.LOG + LogWriter.checkpointPath(5)));
        tampered.requireFound(
                tampered.verify(), 1, LogWriter.checkpointPath(5), "another log or size");
    }
}
