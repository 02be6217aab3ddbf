package dev.sallyport.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.recorder.verify.SmallRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody changes the files of a record of more than a tile of leaves, and {@code sallyport
 * verify} says so: the place on its output, the kind in its exit code.
 */
final class TamperedRecordTest {
    private static final int FULL_TILE = 256;

    @TempDir private static Path directory;
    private static Path sound;
    private static Path early;
    private static Path key;
    private static Path foreign;

    private Path record;

    @BeforeAll
    static void write() throws IOException {
        early = directory.resolve("early");
        sound = directory.resolve("sound");
        foreign = directory.resolve("foreign");
        key = directory.resolve("log.vkey");
        SmallRecord record = new SmallRecord(sound);
        Files.writeString(key, record.key().vkey() + "\n");
        record.fullSession("S10").publish();
        copy(sound, early);
        for (int i = 11; record.head().size() <= FULL_TILE; i++) {
            record.fullSession("S" + i).publish();
        }
        new SmallRecord(foreign).fullSession("S10").publish();
    }

    @BeforeEach
    void copyRecord(TestInfo test) throws IOException {
        record = directory.resolve(test.getTestMethod().orElseThrow().getName());
        copy(sound, record);
    }

    @Test
    void untouchedItIsSound() {
        Ran ran = verify(0);
        assertThat(ran.out()).contains("sound: ").doesNotContain("believed");
    }

    @Test
    @Attack(62)
    void aFlippedBitOfASegment() throws IOException {
        Path segment = anyFile("sessions", "term-000000.seg");
        flip(segment);
        found(1, name(segment), "bytes are not the ones that the leaf commits to");
    }

    @Test
    void aDroppedSegment() throws IOException {
        Path segment = anyFile("sessions", "events-000000.seg");
        Files.delete(segment);
        found(1, name(segment), "segment is missing");
    }

    @Test
    void aCutSegment() throws IOException {
        Path segment = anyFile("sessions", "events-000000.seg");
        byte[] bytes = Files.readAllBytes(segment);
        Files.write(segment, Arrays.copyOf(bytes, bytes.length - 7));
        found(1, name(segment));
    }

    @Test
    void swappedSegments() throws IOException {
        List<Path> segments = files("sessions", "term-000000.seg");
        byte[] first = Files.readAllBytes(segments.getFirst());
        byte[] last = Files.readAllBytes(segments.getLast());
        Files.write(segments.getFirst(), last);
        Files.write(segments.getLast(), first);
        found(1, name(segments.getFirst()), name(segments.getLast()));
    }

    @Test
    void aDroppedSession() throws IOException {
        Path session = parent(anyFile("sessions", "SHA256SUMS"));
        delete(session);
        found(1, name(session), "the session's recording is missing");
    }

    @Test
    void anotherFileInASession() throws IOException {
        Path session = parent(anyFile("sessions", "SHA256SUMS"));
        Files.writeString(session.resolve("more.seg.bak"), "x");
        found(1, name(session) + "/more.seg.bak", "unknown file");
    }

    @Test
    void aSessionThatWasMadeUp() throws IOException {
        Path session = parent(anyFile("sessions", "SHA256SUMS"));
        Path made = session.resolveSibling("s-01JZZZZZZZ0000000000000000");
        copy(session, made);
        found(1, name(made), "unknown session");
    }

    @Test
    void changedSums() throws IOException {
        Path sums = anyFile("sessions", "SHA256SUMS");
        flip(sums);
        found(1, name(sums), "is not the file that the seal commits to");
    }

    @Test
    void anotherSessionsReceipt() throws IOException {
        List<Path> receipts = files("sessions", "seal.tlog-proof");
        Files.write(receipts.getFirst(), Files.readAllBytes(receipts.getLast()));
        found(1, name(receipts.getFirst()), "receipt does not prove the seal");
    }

    @Test
    void aFlippedBitOfAFullBundleOfLeaves() throws IOException {
        Path bundle = anyFile("log", "tile/entries/000");
        flip(bundle);
        found(1, name(parent(parent(parent(bundle)))));
    }

    @Test
    void aFlippedBitOfAFullTileOfHashes() throws IOException {
        Path tile = anyFile("log", "tile/0/000");
        flip(tile);
        found(1, name(tile));
    }

    @Test
    void aDroppedBundle() throws IOException {
        Path bundle = anyFile("log", "tile/entries/000");
        Files.delete(bundle);
        Ran ran = Stand.main(arguments());
        assertThat(ran.exit()).as(ran.out()).isIn(1, 3);
        assertThat(ran.out()).contains(name(bundle));
    }

    @Test
    void aForgedCheckpoint() throws IOException {
        Path checkpoint = anyFile("log", "/checkpoint");
        List<String> lines = Files.readAllLines(checkpoint);
        lines.set(1, String.valueOf(Long.parseLong(lines.get(1)) - 1));
        Files.write(checkpoint, lines);
        found(1, name(checkpoint), "signature is not by the log's key");
    }

    @Test
    void aRecordThatWasRolledBack() throws IOException {
        Path receipt = anyFile("sessions", "seal.tlog-proof", true);
        Path known = Files.copy(receipt, directory.resolve("known.tlog-proof"));
        delete(record);
        copy(early, record);
        Ran without = Stand.main(arguments());
        assertThat(without.exit()).as(without.out()).isNotEqualTo(1);
        found(1, known.toString(), "rolled back", "--known", known.toString());
    }

    @Test
    void aRecordOfAnotherKey() throws IOException {
        delete(record);
        copy(foreign, record);
        found(1, "vkey", "is not the trusted key of this node");
    }

    @Test
    void aRecordWithoutALog() throws IOException {
        delete(record.resolve("log"));
        found(1, "log", "there is no log");
    }

    /** Verifies with the node's key and asserts the exit code and the words; options come last. */
    private void found(int exit, String... words) {
        int options = List.of(words).indexOf("--known");
        List<String> said = options < 0 ? List.of(words) : List.of(words).subList(0, options);
        var all = new ArrayList<>(List.of(arguments()));
        if (options >= 0) {
            all.addAll(List.of(words).subList(options, words.length));
        }
        Ran ran = Stand.main(all.toArray(String[]::new));
        assertThat(ran.exit()).as(ran.out() + ran.err()).isEqualTo(exit);
        assertThat(ran.out()).contains(said);
    }

    private Ran verify(int exit) {
        Ran ran = Stand.main(arguments());
        assertThat(ran.exit()).as(ran.out() + ran.err()).isEqualTo(exit);
        return ran;
    }

    private String[] arguments() {
        return new String[] {"verify", record.toString(), "--key", key.toString()};
    }

    private String name(Path file) {
        return record.relativize(file).toString();
    }

    private Path anyFile(String top, String ending) throws IOException {
        return anyFile(top, ending, false);
    }

    private Path anyFile(String top, String ending, boolean newest) throws IOException {
        List<Path> files = files(top, ending);
        return newest ? files.getLast() : files.getFirst();
    }

    private List<Path> files(String top, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(record.resolve(top))) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
            assertThat(found).as(ending).isNotEmpty();
            return found;
        }
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.getParent());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static void delete(Path top) throws IOException {
        try (Stream<Path> files = Files.walk(top)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
