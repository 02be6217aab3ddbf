package dev.sallyport.recorder.log;

import dev.sallyport.recorder.disk.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Writes one log (C2SP tlog-tiles v0.1.0): appends leaves, stores bundles and tiles durably, signs
 * the new head, publishes it.
 *
 * <p>The caller MUST have leaf bytes durable elsewhere before it appends them, and MUST make the
 * note that {@link #integrate} returns durable before it calls {@link #publish}: then a crash at
 * any point is repaired by {@link #open} and appending the same leaves again. Every stored file is
 * written once; one that exists with other bytes fails the write. After any {@link IOException} the
 * writer MUST be thrown away. Not thread-safe: owned by the recorder's sequencer thread.
 */
public final class LogWriter {
    private final Disk disk;
    private final Path directory;
    private final NoteKey key;
    private final TreeEdge edge;
    private final Map<Tile, List<Hash>> newlyFull;
    // The entries of the last bundle: what is stored of it and what is not yet.
    private final List<byte[]> lastEntries;
    private final List<byte[]> fullBundles = new ArrayList<>();
    private Head signed;
    private Head published;
    private String publishedNote;

    private LogWriter(Disk disk, Path directory, NoteKey key, LogStart start) {
        this.disk = disk;
        this.directory = directory;
        this.key = key;
        this.newlyFull = new HashMap<>();
        this.edge =
                TreeEdge.restored(
                        start.head().size(),
                        start.partialTiles(),
                        (level, index, hashes) ->
                                newlyFull.put(new Tile(level, index, Tile.WIDTH), hashes));
        this.lastEntries = new ArrayList<>(start.lastEntries());
        this.signed = start.head();
        this.published = start.head();
        this.publishedNote = start.note();
    }

    /**
     * Opens the log in {@code directory}, or begins it.
     *
     * @param checkpointNote the last note that {@link #integrate} returned and that was made
     *     durable; empty when there is none, then the published checkpoint counts if there is one
     * @throws LogDamagedException when what is stored is not what was signed, or something newer
     *     was published than {@code checkpointNote}: this directory or the journal is a restored
     *     copy
     */
    public static LogWriter open(
            Disk disk, Path directory, String origin, NoteKey key, String checkpointNote)
            throws IOException {
        if (!key.verifier().name().equals(origin)) {
            throw new IllegalArgumentException("the key must have the log's origin as its name");
        }
        disk.makeDirectories(directory.resolve("checkpoints"));
        disk.createOnce(directory.resolve("vkey"), bytes(key.vkey() + "\n"));
        LogStart start = LogStart.read(directory, key.verifier(), checkpointNote);
        LogWriter writer = new LogWriter(disk, directory, key, start);
        if (start.head().size() > 0) {
            writer.publish(start.note());
        }
        return writer;
    }

    /**
     * The newest note that {@code directory} holds, published or kept; one that {@code key} signed
     * if there is any. For when nothing else says how far the log had come.
     */
    public static Optional<String> newestNote(Path directory, VerifierKey key) throws IOException {
        return LogStart.newestNote(directory, key);
    }

    /** The leaf hash of {@code leaf}, as bytes. */
    public static byte[] leafHash(byte[] leaf) {
        return Hash.leaf(leaf).bytes();
    }

    /** How many leaves were appended; the next one's index. */
    public long size() {
        return edge.size();
    }

    /** The last leaf, appended or stored. */
    public Optional<byte[]> last() throws IOException {
        if (!lastEntries.isEmpty()) {
            return Optional.of(lastEntries.getLast().clone());
        }
        if (!fullBundles.isEmpty()) {
            return Optional.of(EntryBundle.decode(fullBundles.getLast(), Tile.WIDTH).getLast());
        }
        long size = edge.size();
        return size == 0
                ? Optional.empty()
                : Optional.of(new StoredTree(directory, size).entriesAround(size - 1).getLast());
    }

    /** The head that was last signed. */
    public Head head() {
        return signed;
    }

    /**
     * Appends a leaf and returns its index. Nothing is written yet.
     *
     * @throws IllegalArgumentException when it is longer than 65,535 bytes
     */
    public long append(byte[] leaf) {
        if (leaf.length > EntryBundle.LARGEST_ENTRY) {
            throw new IllegalArgumentException("a leaf has at most 65,535 bytes");
        }
        long index = edge.size();
        lastEntries.add(leaf.clone());
        if (lastEntries.size() == Tile.WIDTH) {
            fullBundles.add(EntryBundle.encode(lastEntries));
            lastEntries.clear();
        }
        edge.add(Hash.leaf(leaf));
        return index;
    }

    /**
     * Stores everything appended so far and signs the new head.
     *
     * @return the signed note, not yet published
     */
    public String integrate() throws IOException {
        long size = edge.size();
        for (Tile tile : Tile.grownBetween(signed.size(), size)) {
            Path path = directory.resolve(tile.path());
            disk.makeDirectories(Objects.requireNonNull(path.getParent(), "tiles have a parent"));
            disk.createOnce(path, content(tile));
        }
        fullBundles.clear();
        newlyFull.clear();
        Head head = new Head(signed.origin(), size, edge.root());
        requireConsistent(head);
        signed = head;
        return key.sign(Checkpoint.of(head).text()).format();
    }

    /** Makes {@code note}, which {@link #integrate} returned, the log's checkpoint. */
    public void publish(String note) throws IOException {
        Head head = Checkpoint.parse(Note.parse(note).text()).head();
        if (!head.equals(signed)) {
            throw new IllegalArgumentException("only the last signed head can be published");
        }
        disk.createOnce(directory.resolve(checkpointPath(head.size())), bytes(note));
        disk.replace(directory.resolve("checkpoint"), bytes(note));
        dropPartials(published.size(), head.size());
        published = head;
        publishedNote = note;
    }

    /**
     * The proof (C2SP tlog-proof) that the leaf is in the log, under the published checkpoint.
     *
     * @throws IllegalArgumentException when the checkpoint does not reach it
     */
    public byte[] proof(long index) throws IOException {
        StoredTree tree = new StoredTree(directory, published.size());
        List<Hash> hashes = MerkleProofs.inclusion(index, published.size(), tree);
        return bytes(new TlogProof(index, hashes, publishedNote).format());
    }

    /** Where the checkpoint of a size is kept, below the log's directory. */
    public static String checkpointPath(long size) {
        String digits = Long.toString(size);
        return "checkpoints/" + "0".repeat(20 - digits.length()) + digits + ".note";
    }

    private byte[] content(Tile tile) {
        if (tile.level() == Tile.ENTRIES) {
            if (!tile.isFull()) {
                return EntryBundle.encode(lastEntries);
            }
            long firstNew = signed.size() >>> 8;
            return fullBundles.get(Math.toIntExact(tile.index() - firstNew));
        }
        List<Hash> hashes =
                tile.isFull()
                        ? Objects.requireNonNull(newlyFull.get(tile), "a full tile is kept")
                        : edge.partialTile(tile.level());
        byte[] bytes = new byte[hashes.size() * Hash.LENGTH];
        for (int i = 0; i < hashes.size(); i++) {
            hashes.get(i).copyTo(bytes, i * Hash.LENGTH);
        }
        return bytes;
    }

    /** A log MUST NOT sign an inconsistent head: what is on disk has to lead from the last one. */
    private void requireConsistent(Head head) throws LogDamagedException {
        StoredTree tree = new StoredTree(directory, head.size());
        List<Hash> proof = MerkleProofs.consistency(signed.size(), head.size(), tree);
        if (!MerkleProofs.verifyConsistency(signed, head, proof)
                || !tree.root().equals(head.root())) {
            throw new LogDamagedException(
                    directory + ": the stored tiles do not lead from the last signed head");
        }
    }

    /** Deletes partial tiles and bundles whose full one is stored and covered by a checkpoint. */
    private void dropPartials(long from, long to) throws IOException {
        for (Tile tile : Tile.grownBetween(from, to)) {
            if (tile.isFull()) {
                Path partials = directory.resolve(tile.path() + ".p");
                if (Files.isDirectory(partials, LinkOption.NOFOLLOW_LINKS)) {
                    for (Path partial : list(partials)) {
                        disk.unlink(partial);
                    }
                    // An emptied directory stays: it costs nothing and readers may still look in.
                }
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
