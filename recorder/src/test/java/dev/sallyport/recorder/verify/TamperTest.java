package dev.sallyport.recorder.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.recorder.log.Checkpoint;
import dev.sallyport.recorder.log.EntryBundle;
import dev.sallyport.recorder.log.Hash;
import dev.sallyport.recorder.log.Head;
import dev.sallyport.recorder.log.LogWriter;
import dev.sallyport.recorder.log.Note;
import dev.sallyport.recorder.log.NoteKey;
import dev.sallyport.recorder.log.Tile;
import dev.sallyport.recorder.log.TreeEdge;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that somebody can do to the files of a record: each is found, with the right exit
 * code, and the report names the place.
 */
class TamperTest {
    private static final String DAY = "sessions/2026/11/23/";
    private static final String LOG = "log/acme/px1/2026-11/";

    @TempDir private Path directory;
    private Path root;
    private SmallRecord record;

    @BeforeEach
    void writeRecord() {
        root = directory.resolve("record");
        record = SmallRecord.typical(root);
        assertThat(verify().exitCode()).isZero();
    }

    private VerifyReport verify(Path... known) {
        VerifyOptions options =
                VerifyOptions.NONE
                        .trusting(List.of(record.key().verifier()))
                        .knowing(List.of(known));
        InstantSource clock = InstantSource.fixed(SmallRecord.BEGIN);
        return new Verifier(clock).verify(root, options);
    }

    private void requireFound(VerifyReport report, int exitCode, String... words) {
        assertThat(report.exitCode()).as(report.text()).isEqualTo(exitCode);
        assertThat(report.text()).contains(words);
    }

    private Path file(String name) {
        return root.resolve(name);
    }

    private void flip(String name, int offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file(name));
        bytes[offset] ^= 1;
        Files.write(file(name), bytes);
    }

    private String lastBundle() {
        return LOG + new Tile(Tile.ENTRIES, 0, (int) record.head().size()).path();
    }

    private void editEntries(Consumer<List<byte[]>> edit) throws IOException {
        int size = (int) record.head().size();
        List<byte[]> entries = EntryBundle.decode(Files.readAllBytes(file(lastBundle())), size);
        edit.accept(entries);
        Files.write(file(lastBundle()), EntryBundle.encode(entries));
    }

    private static byte[] edited(byte[] leaf, String from, String to) {
        String text = new String(leaf, StandardCharsets.UTF_8);
        assertThat(text).contains(from);
        return text.replace(from, to).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    @Attack(62)
    void oneFlippedByteInAnyFileIsFound() throws IOException {
        List<String> missed = new ArrayList<>();
        for (Path file : allFiles()) {
            byte[] good = Files.readAllBytes(file);
            for (int offset : new int[] {0, good.length / 3, good.length / 2, good.length - 1}) {
                byte[] bad = good.clone();
                bad[offset] ^= 1;
                Files.write(file, bad);
                String name = root.relativize(file).toString();
                VerifyReport report = verify();
                // A flipped name in a signature line makes it a stranger's: not verifiable.
                boolean found = report.exitCode() == 1 || report.exitCode() == 3;
                if (!found || !namesPlace(report, name)) {
                    missed.add(name + " at " + offset + ": " + report.text());
                }
            }
            Files.write(file, good);
        }
        assertThat(missed).isEmpty();
    }

    /** A damaged file is named itself; a damaged bundle may also show in what it hashes up to. */
    private static boolean namesPlace(VerifyReport report, String name) {
        return report.text().contains(name) || name.startsWith(LOG) && report.text().contains(LOG);
    }

    private List<Path> allFiles() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    @Attack(62)
    void anyDeletedFileIsFound() throws IOException {
        List<String> missed = new ArrayList<>();
        for (Path file : allFiles()) {
            String name = root.relativize(file).toString();
            // Older partial tiles, kept notes and the log's own copy of its key may be gone: what
            // they say is in what is left.
            boolean redundant =
                    name.contains(".p/") && !name.endsWith(".p/" + record.head().size())
                            || name.contains("checkpoints/")
                            || name.endsWith("vkey");
            byte[] good = Files.readAllBytes(file);
            Files.delete(file);
            VerifyReport report = verify();
            int expected = redundant ? 0 : name.endsWith("tlog-proof") ? 2 : 1;
            String place = redundant ? "" : name.replaceFirst("[.]p/.*", "");
            if (report.exitCode() != expected || !report.text().contains(place)) {
                missed.add(name + ": " + report.text());
            }
            Files.write(file, good);
        }
        assertThat(missed).isEmpty();
    }

    @Test
    void modifiedLeafIsFound() throws IOException {
        editEntries(entries -> entries.set(2, edited(entries.get(2), "\"n\":0", "\"n\":1")));
        requireFound(verify(), 1, LOG + "tile/0/000.p/", "leaf 2");
    }

    @Test
    void modifiedLeafWithItsTileIsFound() throws IOException {
        // The forged leaf of CVE-2026-56865: who trusts the stored tile believes it.
        editEntries(entries -> entries.set(2, edited(entries.get(2), "\"n\":0", "\"n\":1")));
        int size = (int) record.head().size();
        List<byte[]> entries = EntryBundle.decode(Files.readAllBytes(file(lastBundle())), size);
        String tile = LOG + new Tile(0, 0, size).path();
        byte[] hashes = Files.readAllBytes(file(tile));
        System.arraycopy(Hash.leaf(entries.get(2)).bytes(), 0, hashes, 64, 32);
        Files.write(file(tile), hashes);
        requireFound(verify(), 1, "the entries do not give the root that was signed");
    }

    @Test
    void insertedLeafIsFound() throws IOException {
        editEntries(entries -> entries.add(3, entries.get(3)));
        requireFound(verify(), 1, LOG + "tile/entries/000", "goes on after its");
    }

    @Test
    void deletedLeafIsFound() throws IOException {
        editEntries(entries -> entries.remove(3));
        requireFound(verify(), 1, LOG + "tile/entries/000", "bundle ends after");
    }

    @Test
    @Attack(62)
    void swappedLeavesAreFound() throws IOException {
        editEntries(entries -> Collections.swap(entries, 2, 3));
        requireFound(verify(), 1, "leaf 2", "leaf 3", "session S1");
    }

    @Test
    void deletedBundleIsFound() throws IOException {
        Files.delete(file(lastBundle()));
        requireFound(verify(), 1, LOG + "tile/entries/000", "missing");
    }

    @Test
    void deletedSegmentIsFound() throws IOException {
        Files.delete(file(DAY + "S2/term-000000.seg"));
        requireFound(verify(), 1, DAY + "S2/term-000000.seg", "session S2", "missing");
    }

    @Test
    void deletedSessionIsFound() throws IOException {
        deleteTree(file(DAY + "S2"));
        requireFound(verify(), 1, DAY + "S2", "session S2", "recording is missing");
    }

    @Test
    void swappedSessionsAreFound() throws IOException {
        Files.move(file(DAY + "S1"), file(DAY + "X"));
        Files.move(file(DAY + "S2"), file(DAY + "S1"));
        Files.move(file(DAY + "X"), file(DAY + "S2"));
        requireFound(verify(), 1, DAY + "S1/events-000000.seg", DAY + "S2/events-000000.seg");
    }

    @Test
    void copiedSessionIsFound() throws IOException {
        copyTree(file(DAY + "S1"), file("sessions/2026/11/22/S1"));
        requireFound(verify(), 1, "sessions/2026/11/22/S1", "unknown session");
    }

    @Test
    @Attack(62)
    void replayOfAnotherSessionsTailIsFound() throws IOException {
        byte[] tail = Files.readAllBytes(file(DAY + "S1/term-000001.seg"));
        Files.write(file(DAY + "S2/term-000001.seg"), tail);
        byte[] more = Files.readAllBytes(file(DAY + "S1/events-000000.seg"));
        Files.write(file(DAY + "S2/events-000000.seg"), more);
        requireFound(verify(), 1, DAY + "S2/events-000000.seg at byte 0 leaf");
    }

    @Test
    @Attack(62)
    void cutAndLengthenedSegmentsAreFound() throws IOException {
        byte[] bytes = Files.readAllBytes(file(DAY + "S1/events-000000.seg"));
        Files.write(file(DAY + "S1/events-000000.seg"), Arrays.copyOf(bytes, 100));
        Files.writeString(
                file(DAY + "S2/events-000000.seg"),
                Files.readString(file(DAY + "S2/events-000000.seg")) + "{}\n");
        requireFound(
                verify(),
                1,
                DAY + "S1/events-000000.seg at byte 100 leaf 2 session S1: segment ends within",
                DAY + "S2/events-000000.seg at byte",
                "bytes after the last ones");
    }

    @Test
    void extraFilesAreFound() throws IOException {
        for (String name :
                List.of(
                        DAY + "S1/term-000002.seg",
                        DAY + "S1/notes.txt",
                        "sessions/2026/readme",
                        LOG + "tile/0/x",
                        LOG + "hidden",
                        "log/acme/file")) {
            Files.writeString(file(name), "x");
            requireFound(verify(), 1, name, "unknown file");
            Files.delete(file(name));
        }
        Files.createSymbolicLink(file(DAY + "S1/link.seg"), file(DAY + "S2/events-000000.seg"));
        requireFound(verify(), 1, DAY + "S1/link.seg");
    }

    @Test
    void editedSumsAreFound() throws IOException {
        flip(DAY + "S1/SHA256SUMS", 3);
        requireFound(verify(), 1, DAY + "S1/SHA256SUMS", "seal commits to");
    }

    @Test
    void anotherSessionsReceiptIsFound() throws IOException {
        byte[] receipt = Files.readAllBytes(file(DAY + "S1/seal.tlog-proof"));
        Files.write(file(DAY + "S2/seal.tlog-proof"), receipt);
        requireFound(verify(), 1, DAY + "S2/seal.tlog-proof", "does not prove the seal");
    }

    @Test
    void deletedReceiptIsIncomplete() throws IOException {
        Files.delete(file(DAY + "S1/seal.tlog-proof"));
        requireFound(verify(), 2, DAY + "S1/seal.tlog-proof");
    }

    @Test
    @Attack(57)
    void unsignedCheckpointIsNotVerifiable() throws IOException {
        // Given: the same head, signed by a stranger's key (attack 57: unsigned must not pass)
        Note note = Note.parse(Files.readString(file(LOG + "checkpoint")));
        NoteKey stranger = NoteKey.ephemeral("acme/px1/2026-11");
        Files.writeString(file(LOG + "checkpoint"), stranger.sign(note.text()).format());

        // When / Then
        requireFound(verify(), 3, LOG + "checkpoint", "not signed by a trusted key");
    }

    @Test
    void swappedKeyIsFound() throws IOException {
        NoteKey stranger = NoteKey.ephemeral("acme/px1/2026-11");
        Files.writeString(file(LOG + "vkey"), stranger.vkey() + "\n");
        requireFound(verify(), 1, LOG + "vkey", "is not the trusted key");
    }

    @Test
    void editedSizeIsFound() throws IOException {
        String size = Long.toString(record.head().size());
        String text = Files.readString(file(LOG + "checkpoint"));
        Files.writeString(file(LOG + "checkpoint"), text.replace("\n" + size + "\n", "\n7\n"));
        requireFound(verify(), 1, LOG + "checkpoint", "signature is not by the log's key");
    }

    @Test
    @Attack(62)
    void rolledBackRecordIsFoundByOneReceiptFromElsewhere() throws IOException {
        // Given: everything is put back to how it was after the first session
        Path receipt = directory.resolve("S3.tlog-proof");
        Files.copy(file(DAY + "S3/seal.tlog-proof"), receipt);
        Path note = directory.resolve("last.note");
        Files.copy(file(LOG + "checkpoint"), note);
        deleteTree(root);
        new SmallRecord(root, record.key()).fullSession("S1").publish();

        // When / Then: the rest verifies, only memory elsewhere tells
        assertThat(verify().exitCode()).isZero();
        requireFound(verify(receipt), 1, "S3.tlog-proof", "rolled back");
        requireFound(verify(note), 1, "last.note", "rolled back");
    }

    @Test
    void truncatedTailIsFoundByTheReceiptsThatAreLeft() throws IOException {
        // Given: the log is cut back to its first checkpoint; sessions stay
        List<Path> notes = RecordFiles.list(file(LOG + "checkpoints"));
        Files.copy(notes.getFirst(), file(LOG + "checkpoint"), StandardCopyOption.REPLACE_EXISTING);
        for (Path newer : notes.subList(1, notes.size())) {
            Files.delete(newer);
        }

        // When / Then
        requireFound(verify(), 1, DAY + "S3/seal.tlog-proof", "rolled back", "unknown session");
    }

    @Test
    @Attack(62)
    void forkSignedWithTheRealKeyIsFoundByAnOldCheckpoint() throws IOException {
        // Given: history is written anew with the node's own key, one command changed
        Path old = directory.resolve("state");
        List<Path> notes = RecordFiles.list(file(LOG + "checkpoints"));
        Files.writeString(
                old, Files.readString(notes.get(0)) + "\n" + Files.readString(notes.get(1)));
        deleteTree(root);
        SmallRecord fork = new SmallRecord(root, record.key());
        fork.session("S1").chunk("events", SmallRecord.event("S1", 0, "nothing.happened")).seal();
        fork.fullSession("S2").fullSession("S3").fullSession("S5").publish();

        // When / Then
        assertThat(verify().exitCode()).isZero();
        requireFound(verify(old), 1, "state", "forked");
    }

    @Test
    void deletedLogIsFoundByTheReceiptsThatAreLeft() throws IOException {
        deleteTree(file("log"));
        requireFound(verify(), 1, "seal.tlog-proof", "not in this record");
    }

    @Test
    void deletedEpochIsFoundByTheNext() throws IOException {
        record.nextEpoch("2026-12").fullSession("S9").publish();
        deleteTree(file("sessions/2026/11/23/S1"));
        deleteTree(file("sessions/2026/11/23/S2"));
        deleteTree(file("sessions/2026/11/23/S3"));
        deleteTree(file("sessions/2026/11/23/S4"));
        deleteTree(file(LOG));
        requireFound(verify(), 1, "log/acme/px1/2026-12 leaf 0", "2026-11, which is missing");
    }

    /** What the key's owner can sign is still held against the grammar. */
    private VerifyReport resigned(Consumer<List<byte[]>> edit) throws IOException {
        editEntries(edit);
        int size = (int) record.head().size();
        List<byte[]> entries = EntryBundle.decode(Files.readAllBytes(file(lastBundle())), size);
        TreeEdge edge = new TreeEdge();
        entries.forEach(entry -> edge.add(Hash.leaf(entry)));
        String text = Checkpoint.of(new Head("acme/px1/2026-11", size, edge.root())).text();
        Files.writeString(file(LOG + "checkpoint"), record.key().sign(text).format());
        return verify();
    }

    @Test
    void resignedLeavesMustStillBeAChain() throws IOException {
        Map<String, String> edits = new TreeMap<>();
        edits.put("\"n\":0", "\"n\":1");
        edits.put("\"off\":0", "\"off\":1");
        edits.put("\"ev\":[0,", "\"ev\":[1,");
        edits.put("\"sid\":\"S1\"", "\"sid\":\"S9\"");
        edits.put("\"prev\":\"", "\"prev\":\"00");
        byte[] good = Files.readAllBytes(file(lastBundle()));
        for (Map.Entry<String, String> edit : edits.entrySet()) {
            VerifyReport report =
                    resigned(entries ->
                            entries.set(2, edited(entries.get(2), edit.getKey(), edit.getValue())));
            requireFound(report, 1, "log/acme/px1/2026-11 leaf 2");
            Files.write(file(lastBundle()), good);
        }
    }

    @Test
    void changedSealIsFound() throws IOException {
        byte[] good = Files.readAllBytes(file(lastBundle()));
        List<String> edits = List.of("\"bytes\":", "\"chunks\":", "\"ev\":", "\"segs\":[\"");
        for (String field : edits) {
            VerifyReport report =
                    resigned(entries ->
                            entries.set(
                                    7,
                                    edited(
                                            entries.get(7),
                                            field,
                                            field.endsWith("\"") ? field + "00" : field + "1")));
            requireFound(report, 1, "log/acme/px1/2026-11 leaf 7");
            Files.write(file(lastBundle()), good);
        }
    }

    @Test
    void keptCheckpointOfAnotherSizeIsFound() throws IOException {
        Path first = RecordFiles.list(file(LOG + "checkpoints")).getFirst();
        Files.copy(first, file(LOG + LogWriter.checkpointPath(5)));
        requireFound(verify(), 1, LogWriter.checkpointPath(5), "another log or size");
    }

    private static void deleteTree(Path top) throws IOException {
        try (Stream<Path> files = Files.walk(top)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path file : RecordFiles.list(from)) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
    }
}
