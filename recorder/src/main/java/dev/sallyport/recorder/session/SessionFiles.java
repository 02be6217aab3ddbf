package dev.sallyport.recorder.session;

import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.recorder.disk.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * One session's directory: its streams, the chain of its leaves, and its seal. Owned by the
 * sequencer thread; only {@link #sealed} is for others.
 */
public final class SessionFiles {
    /** Names every segment in the format of {@code sha256sum}. */
    public static final String SUMS = "SHA256SUMS";

    /** Proof of the seal's leaf: the session's receipt. */
    public static final String PROOF = "seal.tlog-proof";

    private final Disk disk;
    private final Path directory;
    private final SessionInfo info;
    private final SequencedMap<String, SegmentStream> streams = new LinkedHashMap<>();
    private final CompletableFuture<Void> sealed = new CompletableFuture<>();
    private byte[] previous;
    private Optional<SessionEnd> ending = Optional.empty();
    private boolean abandoned;

    public SessionFiles(Disk disk, Path root, SessionInfo info, byte[] openLeafHash) {
        this.disk = disk;
        this.directory = info.directory(root);
        this.info = info;
        previous = openLeafHash;
    }

    public SessionInfo info() {
        return info;
    }

    public Path directory() {
        return directory;
    }

    /** Completes when the seal is durable. */
    public CompletableFuture<Void> sealed() {
        return sealed;
    }

    public void add(SegmentStream stream) {
        streams.put(stream.name(), stream);
    }

    public Collection<SegmentStream> streams() {
        return streams.values();
    }

    /** The hash of this session's last leaf. */
    public byte[] previous() {
        return previous;
    }

    public void follow(byte[] leafHash) {
        previous = leafHash;
    }

    /** No more bytes come. */
    public void end(SessionEnd end) {
        ending = Optional.of(end);
    }

    public Optional<SessionEnd> ending() {
        return ending;
    }

    /** A loss may have taken a part of it, which its seal says. */
    public void abandon() {
        abandoned = true;
    }

    public boolean isAbandoned() {
        return abandoned;
    }

    public void forceDirectory() throws IOException {
        disk.forceDirectory(directory);
    }

    /** Totals of every stream, in the order in which they were opened. */
    public SequencedMap<String, Leaves.Total> totals() {
        SequencedMap<String, Leaves.Total> totals = new LinkedHashMap<>();
        streams.values().forEach(stream -> totals.put(stream.name(), stream.total()));
        return totals;
    }

    /** Writes SHA256SUMS durably and returns its content. */
    public byte[] writeSums(SequencedMap<String, Leaves.Total> totals) throws IOException {
        TreeMap<String, String> hashes = new TreeMap<>();
        totals.forEach((name, total) -> {
            for (int i = 0; i < total.segments().size(); i++) {
                hashes.put(streamNamed(name).fileName(i), total.segments().get(i));
            }
        });
        List<String> lines = new ArrayList<>();
        hashes.forEach((file, hash) -> lines.add(hash + "  " + file + "\n"));
        byte[] sums = String.join("", lines).getBytes(StandardCharsets.US_ASCII);
        disk.makeDirectories(directory);
        // Replaced, not created: a crash may have left one that no leaf commits to.
        disk.replace(directory.resolve(SUMS), sums);
        return sums;
    }

    public void writeProof(byte[] proof) throws IOException {
        disk.replace(directory.resolve(PROOF), proof);
    }

    private SegmentStream streamNamed(String name) {
        return Objects.requireNonNull(streams.get(name), "a stream with totals");
    }
}
