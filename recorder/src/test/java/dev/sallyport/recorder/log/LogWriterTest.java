package dev.sallyport.recorder.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.disk.LocalDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogWriterTest {
    private static final String ORIGIN = "test/px1/2026-11";

    @TempDir private Path directory;
    private final Disk disk = new LocalDisk();
    private final NoteKey key = NoteKey.ephemeral(ORIGIN);

    private LogWriter open(String note) throws IOException {
        return LogWriter.open(disk, directory, ORIGIN, key, note);
    }

    private static byte[] leaf(long index) {
        return ("leaf " + index).getBytes(StandardCharsets.UTF_8);
    }

    private static void append(LogWriter writer, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(writer.append(leaf(writer.size()))).isEqualTo(writer.size() - 1);
        }
    }

    private static String grow(LogWriter writer, int count) throws IOException {
        append(writer, count);
        String note = writer.integrate();
        writer.publish(note);
        return note;
    }

    private static Hash expectedRoot(long size) {
        TreeEdge edge = new TreeEdge();
        for (long i = 0; i < size; i++) {
            edge.add(Hash.leaf(leaf(i)));
        }
        return edge.root();
    }

    @Test
    void seventyThousandLeavesMakeExactlyTheTilesOfTheSpecification() throws IOException {
        // Given
        LogWriter writer = open("");

        // When
        for (int size : List.of(1, 255, 256, 300, 65_000, 4_188)) {
            grow(writer, size);
        }

        // Then
        assertThat(writer.head()).isEqualTo(new Head(ORIGIN, 70_000, expectedRoot(70_000)));
        List<String> expected =
                new ArrayList<>(Tile.covering(70_000).stream().map(Tile::path).toList());
        // Of the checkpoint of size 65,812, whose tile is not full yet.
        expected.add("tile/1/001.p/1");
        assertThat(tiles()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(directory.resolve("tile/0/000")).hasSize(8192);
    }

    private List<String> tiles() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("tile"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .toList();
        }
    }

    @Test
    void proofsLeadToThePublishedCheckpoint() throws IOException {
        // Given
        LogWriter writer = open("");
        grow(writer, 700);

        // When / Then
        for (long index = 0; index < 700; index += 13) {
            String text = new String(writer.proof(index), StandardCharsets.UTF_8);
            TlogProof proof = TlogProof.parse(text);
            assertThat(proof.index()).isEqualTo(index);
            assertThat(proof.includes(Hash.leaf(leaf(index)))).isTrue();
            assertThat(Note.parse(proof.checkpoint()).verify(List.of(key.verifier())))
                    .isEqualTo(Note.Verdict.GOOD);
        }
    }

    @Test
    void continuesWhereItEnded() throws IOException {
        for (int batch : List.of(3, 252, 1, 1, 511, 70)) {
            LogWriter writer = open("");
            grow(writer, batch);
            assertThat(writer.head().root()).isEqualTo(expectedRoot(writer.size()));
        }
        assertThat(open("").size()).isEqualTo(838);
    }

    @Test
    void crashAfterTilesIsRepairedByAppendingTheSameLeavesAgain() throws IOException {
        // Given
        String durable = grow(open(""), 10);
        LogWriter crashed = open(durable);
        append(crashed, 300);
        crashed.integrate();

        // When
        LogWriter writer = open(durable);
        assertThat(writer.size()).isEqualTo(10);
        grow(writer, 100);
        grow(writer, 400);

        // Then
        assertThat(writer.head().root()).isEqualTo(expectedRoot(510));
    }

    @Test
    void crashBeforePublishingIsRepairedByOpening() throws IOException {
        // Given
        LogWriter crashed = open("");
        append(crashed, 5);
        String durable = crashed.integrate();

        // When
        open(durable);

        // Then
        assertThat(directory.resolve("checkpoint")).hasContent(durable);
        assertThat(directory.resolve(LogWriter.checkpointPath(5))).hasContent(durable);
    }

    @Test
    void refusesOtherLeavesThanWereStored() throws IOException {
        // Given
        LogWriter crashed = open("");
        append(crashed, 5);
        crashed.integrate();

        // When
        LogWriter writer = open("");
        for (int i = 0; i < 5; i++) {
            writer.append(leaf(i + 1L));
        }

        // Then
        assertThatThrownBy(writer::integrate).isInstanceOf(IOException.class);
    }

    @Test
    void refusesAJournalThatIsOlderThanWhatWasPublished() throws IOException {
        LogWriter writer = open("");
        String old = grow(writer, 5);
        grow(writer, 5);
        assertThatThrownBy(() -> open(old)).isInstanceOf(LogDamagedException.class);
    }

    @Test
    void refusesARolledBackCheckpointFileByWhatIsKept() throws IOException {
        LogWriter writer = open("");
        String old = grow(writer, 5);
        grow(writer, 5);
        Files.writeString(directory.resolve("checkpoint"), old);
        assertThatThrownBy(() -> open(old))
                .isInstanceOf(LogDamagedException.class)
                .hasMessageContaining("00000000000000000010.note");
    }

    @Test
    void refusesAnotherKeysCheckpoint() throws IOException {
        grow(open(""), 5);
        Files.delete(directory.resolve("vkey"));
        NoteKey other = NoteKey.ephemeral(ORIGIN);
        assertThatThrownBy(() -> LogWriter.open(disk, directory, ORIGIN, other, ""))
                .isInstanceOf(LogDamagedException.class);
    }

    @Test
    void refusesDamagedTilesAndEntries() throws IOException {
        String note = grow(open(""), 600);
        for (String name : List.of("tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/002.p/88")) {
            Path file = directory.resolve(name);
            byte[] good = Files.readAllBytes(file);
            byte[] bad = good.clone();
            bad[good.length / 2] ^= 1;
            Files.write(file, bad);
            assertThatThrownBy(() -> open(note)).isInstanceOf(LogDamagedException.class);
            Files.delete(file);
            assertThatThrownBy(() -> open(note)).isInstanceOf(LogDamagedException.class);
            Files.write(file, good);
        }
        assertThat(open(note).size()).isEqualTo(600);
    }
}
