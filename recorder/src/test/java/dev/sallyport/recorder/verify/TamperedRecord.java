package dev.sallyport.recorder.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.recorder.log.Checkpoint;
import dev.sallyport.recorder.log.EntryBundle;
import dev.sallyport.recorder.log.Hash;
import dev.sallyport.recorder.log.Head;
import dev.sallyport.recorder.log.Tile;
import dev.sallyport.recorder.log.TreeEdge;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A small sound record, and the hands of somebody who changes its files. */
final class TamperedRecord {
    static final String DAY = "sessions/2026/11/23/";
    static final String LOG = "log/acme/px1/2026-11/";

    private final Path root;
    private final SmallRecord record;

    TamperedRecord(Path root) {
        this.root = root;
        this.record = SmallRecord.typical(root);
    }

    Path root() {
        return root;
    }

    SmallRecord record() {
        return record;
    }

    VerifyReport verify(Path... known) {
        VerifyOptions options =
                VerifyOptions.NONE
                        .trusting(List.of(record.key().verifier()))
                        .knowing(List.of(known));
        InstantSource clock = InstantSource.fixed(SmallRecord.BEGIN);
        return new Verifier(clock).verify(root, options);
    }

    void requireFound(VerifyReport report, int exitCode, String... words) {
        assertThat(report.exitCode()).as(report.text()).isEqualTo(exitCode);
        assertThat(report.text()).contains(words);
    }

    Path file(String name) {
        return root.resolve(name);
    }

    void flip(String name, int offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file(name));
        bytes[offset] ^= 1;
        Files.write(file(name), bytes);
    }

    String lastBundle() {
        return LOG + new Tile(Tile.ENTRIES, 0, (int) record.head().size()).path();
    }

    void editEntries(Consumer<List<byte[]>> edit) throws IOException {
        int size = (int) record.head().size();
        List<byte[]> entries = EntryBundle.decode(Files.readAllBytes(file(lastBundle())), size);
        edit.accept(entries);
        Files.write(file(lastBundle()), EntryBundle.encode(entries));
    }

    static byte[] edited(byte[] leaf, String from, String to) {
        String text = new String(leaf, StandardCharsets.UTF_8);
        assertThat(text).contains(from);
        return text.replace(from, to).getBytes(StandardCharsets.UTF_8);
    }

    List<Path> allFiles() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** What the key's owner can sign is still held against the grammar. */
    VerifyReport resigned(Consumer<List<byte[]>> edit) throws IOException {
        editEntries(edit);
        int size = (int) record.head().size();
        List<byte[]> entries = EntryBundle.decode(Files.readAllBytes(file(lastBundle())), size);
        TreeEdge edge = new TreeEdge();
        entries.forEach(entry -> edge.add(Hash.leaf(entry)));
        String text = Checkpoint.of(new Head("acme/px1/2026-11", size, edge.root())).text();
        Files.writeString(file(LOG + "checkpoint"), record.key().sign(text).format());
        return verify();
    }

    static void deleteTree(Path top) throws IOException {
        try (Stream<Path> files = Files.walk(top)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    static void copyTree(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path file : RecordFiles.list(from)) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
    }
}
