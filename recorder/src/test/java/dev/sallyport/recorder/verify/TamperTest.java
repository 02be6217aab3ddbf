package dev.sallyport.recorder.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.recorder.log.EntryBundle;
import dev.sallyport.recorder.log.Hash;
import dev.sallyport.recorder.log.Tile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that somebody can do to the files of a record: each is found, with the right exit
 * code, and the report names the place.
 */
class TamperTest {
    @TempDir private Path directory;
    private TamperedRecord tampered;

    @BeforeEach
    void writeRecord() {
        tampered = new TamperedRecord(directory.resolve("record"));
        assertThat(tampered.verify().exitCode()).isZero();
    }

    @Test
    @Attack(62)
    void oneFlippedByteInAnyFileIsFound() throws IOException {
        List<String> missed = new ArrayList<>();
        for (Path file : tampered.allFiles()) {
            byte[] good = Files.readAllBytes(file);
            for (int offset : new int[] {0, good.length / 3, good.length / 2, good.length - 1}) {
                byte[] bad = good.clone();
                bad[offset] ^= 1;
                Files.write(file, bad);
                String name = tampered.root().relativize(file).toString();
                VerifyReport report = tampered.verify();
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

    @Test
    @Attack(62)
    void anyDeletedFileIsFound() throws IOException {
        List<String> missed = new ArrayList<>();
        for (Path file : tampered.allFiles()) {
            String name = tampered.root().relativize(file).toString();
            // Older partial tiles, kept notes and the log's own copy of its key may be gone: what
            // they say is in what is left.
            boolean redundant =
                    name.contains(".p/") && !name.endsWith(".p/" + tampered.record().head().size())
                            || name.contains("checkpoints/")
                            || name.endsWith("vkey");
            byte[] good = Files.readAllBytes(file);
            Files.delete(file);
            VerifyReport report = tampered.verify();
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
        tampered.editEntries(entries ->
                entries.set(2, TamperedRecord.edited(entries.get(2), "\"n\":0", "\"n\":1")));
        tampered.requireFound(tampered.verify(), 1, TamperedRecord.LOG + "tile/0/000.p/", "leaf 2");
    }

    @Test
    void modifiedLeafWithItsTileIsFound() throws IOException {
        // The forged leaf of CVE-2026-56865: who trusts the stored tile believes it.
        tampered.editEntries(entries ->
                entries.set(2, TamperedRecord.edited(entries.get(2), "\"n\":0", "\"n\":1")));
        int size = (int) tampered.record().head().size();
        List<byte[]> entries =
                EntryBundle.decode(Files.readAllBytes(tampered.file(tampered.lastBundle())), size);
        String tile = TamperedRecord.LOG + new Tile(0, 0, size).path();
        byte[] hashes = Files.readAllBytes(tampered.file(tile));
        System.arraycopy(Hash.leaf(entries.get(2)).bytes(), 0, hashes, 64, 32);
        Files.write(tampered.file(tile), hashes);
        tampered.requireFound(
                tampered.verify(), 1, "the entries do not give the root that was signed");
    }

    @Test
    void insertedLeafIsFound() throws IOException {
        tampered.editEntries(entries -> entries.add(3, entries.get(3)));
        tampered.requireFound(
                tampered.verify(), 1, TamperedRecord.LOG + "tile/entries/000", "goes on after its");
    }

    @Test
    void deletedLeafIsFound() throws IOException {
        tampered.editEntries(entries -> entries.remove(3));
        tampered.requireFound(
                tampered.verify(), 1, TamperedRecord.LOG + "tile/entries/000", "bundle ends after");
    }

    @Test
    @Attack(62)
    void swappedLeavesAreFound() throws IOException {
        tampered.editEntries(entries -> Collections.swap(entries, 2, 3));
        tampered.requireFound(tampered.verify(), 1, "leaf 2", "leaf 3", "session S1");
    }

    @Test
    void deletedBundleIsFound() throws IOException {
        Files.delete(tampered.file(tampered.lastBundle()));
        tampered.requireFound(
                tampered.verify(), 1, TamperedRecord.LOG + "tile/entries/000", "missing");
    }

    @Test
    void deletedSegmentIsFound() throws IOException {
        Files.delete(tampered.file(TamperedRecord.DAY + "S2/term-000000.seg"));
        tampered.requireFound(
                tampered.verify(),
                1,
                TamperedRecord.DAY + "S2/term-000000.seg",
                "session S2",
                "missing");
    }

    @Test
    void deletedSessionIsFound() throws IOException {
        TamperedRecord.deleteTree(tampered.file(TamperedRecord.DAY + "S2"));
        tampered.requireFound(
                tampered.verify(),
                1,
                TamperedRecord.DAY + "S2",
                "session S2",
                "recording is missing");
    }

    @Test
    void swappedSessionsAreFound() throws IOException {
        Files.move(
                tampered.file(TamperedRecord.DAY + "S1"), tampered.file(TamperedRecord.DAY + "X"));
        Files.move(
                tampered.file(TamperedRecord.DAY + "S2"), tampered.file(TamperedRecord.DAY + "S1"));
        Files.move(
                tampered.file(TamperedRecord.DAY + "X"), tampered.file(TamperedRecord.DAY + "S2"));
        tampered.requireFound(
                tampered.verify(),
                1,
                TamperedRecord.DAY + "S1/events-000000.seg",
                TamperedRecord.DAY + "S2/events-000000.seg");
    }

    @Test
    void copiedSessionIsFound() throws IOException {
        TamperedRecord.copyTree(
                tampered.file(TamperedRecord.DAY + "S1"), tampered.file("sessions/2026/11/22/S1"));
        tampered.requireFound(tampered.verify(), 1, "sessions/2026/11/22/S1", "unknown session");
    }

    @Test
    @Attack(62)
    void replayOfAnotherSessionsTailIsFound() throws IOException {
        byte[] tail = Files.readAllBytes(tampered.file(TamperedRecord.DAY + "S1/term-000001.seg"));
        Files.write(tampered.file(TamperedRecord.DAY + "S2/term-000001.seg"), tail);
        byte[] more =
                Files.readAllBytes(tampered.file(TamperedRecord.DAY + "S1/events-000000.seg"));
        Files.write(tampered.file(TamperedRecord.DAY + "S2/events-000000.seg"), more);
        tampered.requireFound(
                tampered.verify(), 1, TamperedRecord.DAY + "S2/events-000000.seg at byte 0 leaf");
    }

    @Test
    @Attack(62)
    void cutAndLengthenedSegmentsAreFound() throws IOException {
        byte[] bytes =
                Files.readAllBytes(tampered.file(TamperedRecord.DAY + "S1/events-000000.seg"));
        Files.write(
                tampered.file(TamperedRecord.DAY + "S1/events-000000.seg"),
                Arrays.copyOf(bytes, 100));
        Files.writeString(
                tampered.file(TamperedRecord.DAY + "S2/events-000000.seg"),
                Files.readString(tampered.file(TamperedRecord.DAY + "S2/events-000000.seg"))
                        + "{}\n");
        tampered.requireFound(
                tampered.verify(),
                1,
                TamperedRecord.DAY
                        + "S1/events-000000.seg at byte 100 leaf 2 session S1: segment ends within",
                TamperedRecord.DAY + "S2/events-000000.seg at byte",
                "bytes after the last ones");
    }

    @Test
    void extraFilesAreFound() throws IOException {
        for (String name :
                List.of(
                        TamperedRecord.DAY + "S1/term-000002.seg",
                        TamperedRecord.DAY + "S1/notes.txt",
                        "sessions/2026/readme",
                        TamperedRecord.LOG + "tile/0/x",
                        TamperedRecord.LOG + "hidden",
                        "log/acme/file")) {
            Files.writeString(tampered.file(name), "x");
            tampered.requireFound(tampered.verify(), 1, name, "unknown file");
            Files.delete(tampered.file(name));
        }
        Files.createSymbolicLink(
                tampered.file(TamperedRecord.DAY + "S1/link.seg"),
                tampered.file(TamperedRecord.DAY + "S2/events-000000.seg"));
        tampered.requireFound(tampered.verify(), 1, TamperedRecord.DAY + "S1/link.seg");
    }

    @Test
    void editedSumsAreFound() throws IOException {
        tampered.flip(TamperedRecord.DAY + "S1/SHA256SUMS", 3);
        tampered.requireFound(
                tampered.verify(), 1, TamperedRecord.DAY + "S1/SHA256SUMS", "seal commits to");
    }

    @Test
    void anotherSessionsReceiptIsFound() throws IOException {
        byte[] receipt =
                Files.readAllBytes(tampered.file(TamperedRecord.DAY + "S1/seal.tlog-proof"));
        Files.write(tampered.file(TamperedRecord.DAY + "S2/seal.tlog-proof"), receipt);
        tampered.requireFound(
                tampered.verify(),
                1,
                TamperedRecord.DAY + "S2/seal.tlog-proof",
                "does not prove the seal");
    }

    /** A damaged file is named itself; a damaged bundle may also show in what it hashes up to. */
    private static boolean namesPlace(VerifyReport report, String name) {
        return report.text().contains(name)
                || name.startsWith(TamperedRecord.LOG)
                        && report.text().contains(TamperedRecord.LOG);
    }
}
