package dev.sallyport.recorder.session;

import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.disk.DiskFile;
import dev.sallyport.recorder.journal.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream's segments {@code <name>-%06d.seg}: takes bytes that are durable in the journal,
 * writes them early (so that a tail can follow the file) and cuts chunks, which are what leaves
 * commit to. A chunk ends at a line's end and never spans segments. Owned by the sequencer thread.
 */
public final class SegmentStream {
    /** A chunk of this size is worth a leaf, once the stream has had a quiet second. */
    static final int CHUNK = 64 * 1024;

    /** Longest chunk; only a single longer line exceeds it. */
    static final int MAX_CHUNK = 1 << 20;

    /** Longest segment, give or take a chunk: one part of an upload. */
    static final int MAX_SEGMENT = 16 << 20;

    private static final int READ = 1 << 20;

    private final Disk disk;
    private final Path directory;
    private final String name;
    private final int handle;
    private final List<Entry> unflushed = new ArrayList<>();
    private final List<String> segments = new ArrayList<>();

    private int segment;
    private long segmentStart;
    private long chunkStart;
    private long flushed;
    private long position;
    private long firstPending = Long.MAX_VALUE;
    private long chunkSince;
    private long firstLine;
    private long nextLine;
    private int chunks;
    private String last = "";
    private @Nullable DiskFile file;
    private boolean created;
    private @Nullable MessageDigest segmentDigest;
    // Null while the chunk is all that the segment has: then one digest is both.
    private @Nullable MessageDigest chunkDigest;

    public SegmentStream(Disk disk, Path directory, String name, int handle) {
        this.disk = disk;
        this.directory = directory;
        this.name = name;
        this.handle = handle;
    }

    /** Where a stream stood when the node went away: everything up to its last leaf. */
    public record Committed(
            int segment, long segmentStart, long bytes, long lines, int chunks, String last) {
        public static final Committed NOTHING = new Committed(0, 0, 0, 0, 0, "");
    }

    /**
     * Continues behind {@code committed}: what lies in the files beyond it is cut off, as it comes
     * again from the journal.
     *
     * @throws IOException naming the segment when less is there than leaves commit to
     */
    public void resume(Committed committed) throws IOException {
        segment = committed.segment();
        segmentStart = committed.segmentStart();
        chunkStart = committed.bytes();
        flushed = committed.bytes();
        position = committed.bytes();
        firstLine = committed.lines();
        nextLine = committed.lines();
        chunks = committed.chunks();
        last = committed.last();
        for (int i = 0; i < segment; i++) {
            Path path = path(i);
            segments.add(hex(digest(path, Files.size(path))));
        }
        Path current = path(segment);
        long length = chunkStart - segmentStart;
        if (length > 0) {
            segmentDigest = digest(current, length);
            chunkDigest = sha256();
            try (DiskFile open = disk.open(current)) {
                open.truncate(length);
                open.force();
            }
        } else {
            disk.unlink(current);
        }
        rollIfFull(0);
        disk.unlink(path(segment + 1));
    }

    public String name() {
        return name;
    }

    public int handle() {
        return handle;
    }

    /** All bytes taken so far. */
    public long position() {
        return position;
    }

    /** The oldest journal frame that is not yet in a chunk. */
    public long firstPending() {
        return firstPending;
    }

    public int unflushedBytes() {
        return Math.toIntExact(position - flushed);
    }

    /** True when {@code more} bytes would make the chunk too long. */
    public boolean isFullFor(int more) {
        return position > chunkStart && position - chunkStart + more > MAX_CHUNK;
    }

    /** Takes the bytes of a DATA entry, which MUST continue the stream. */
    public void add(Entry entry, long nanos) throws IOException {
        if (entry.number() != position) {
            throw new IOException("stream " + name + " has a gap at " + position);
        }
        if (entry.bytes().length == 0) {
            return;
        }
        if (position == chunkStart) {
            firstPending = entry.sequence();
            chunkSince = nanos;
        }
        unflushed.add(entry);
        position += entry.bytes().length;
        nextLine += LineFeeds.count(entry.bytes(), entry.bytes().length);
    }

    /** All lines taken so far. */
    public long lines() {
        return nextLine;
    }

    /** Writes what was taken; {@code released} gets every entry that left memory. */
    public void flush(ByteBuffer scratch, Consumer<Entry> released) throws IOException {
        if (unflushed.isEmpty()) {
            return;
        }
        DiskFile open = opened();
        scratch.clear();
        for (Entry entry : unflushed) {
            byte[] bytes = entry.bytes();
            digest(bytes);
            if (bytes.length > scratch.remaining()) {
                write(open, scratch);
            }
            if (bytes.length > scratch.capacity()) {
                open.write(ByteBuffer.wrap(bytes), flushed - segmentStart);
                flushed += bytes.length;
            } else {
                scratch.put(bytes);
            }
        }
        write(open, scratch);
        unflushed.forEach(released);
        unflushed.clear();
    }

    /** True when the chunk should be cut now. */
    public boolean isDue(long nanos, long chunkNanos, long busyNanos) {
        long length = position - chunkStart;
        long age = nanos - chunkSince;
        return length > 0 && (age >= chunkNanos || (length >= CHUNK && age >= busyNanos));
    }

    /** True when the stream has bytes in no chunk. */
    public boolean hasNews() {
        return position > chunkStart;
    }

    /** Makes everything flushed durable; true when the directory has a new name in it. */
    public boolean force() throws IOException {
        DiskFile open = file;
        if (open == null) {
            return false;
        }
        open.force();
        open.close();
        file = null;
        boolean isNew = created;
        created = false;
        return isNew;
    }

    /** The chunk of everything since the last one; it MUST have been forced. */
    public Leaves.Chunk cut() {
        long length = flushed - chunkStart;
        MessageDigest own = chunkDigest;
        String hash = hex(own == null ? copy(segmentDigest()) : own);
        Leaves.Chunk chunk =
                new Leaves.Chunk(
                        name,
                        chunks,
                        segment,
                        chunkStart - segmentStart,
                        length,
                        firstLine,
                        nextLine - 1,
                        hash);
        chunks++;
        chunkStart = flushed;
        firstLine = nextLine;
        firstPending = Long.MAX_VALUE;
        chunkDigest = sha256();
        rollIfFull(length);
        return chunk;
    }

    /** Remembers the leaf of the last {@link #cut}. */
    public void committed(String leafHash) {
        last = leafHash;
    }

    /** The state behind the last leaf. */
    public Committed committed() {
        return new Committed(segment, segmentStart, chunkStart, firstLine, chunks, last);
    }

    /** Totals at the end; every byte MUST be in a chunk. */
    public Leaves.Total total() {
        List<String> all = new ArrayList<>(segments);
        if (chunkStart > segmentStart) {
            all.add(hex(copy(segmentDigest())));
        }
        return new Leaves.Total(chunks, chunkStart, nextLine, last, all);
    }

    /** The name of a segment's file. */
    public String fileName(int number) {
        String digits = Integer.toString(number);
        return name + "-" + "0".repeat(Math.max(0, 6 - digits.length())) + digits + ".seg";
    }

    private void write(DiskFile open, ByteBuffer scratch) throws IOException {
        int length = scratch.flip().remaining();
        if (length > 0) {
            open.write(scratch, flushed - segmentStart);
            flushed += length;
        }
        scratch.clear();
    }

    private void rollIfFull(long chunk) {
        if (chunk >= MAX_CHUNK / 2 || chunkStart - segmentStart >= MAX_SEGMENT) {
            segments.add(hex(segmentDigest()));
            segment++;
            segmentStart = chunkStart;
            segmentDigest = null;
            chunkDigest = null;
        }
    }

    private DiskFile opened() throws IOException {
        DiskFile open = file;
        if (open == null) {
            Path path = path(segment);
            if (chunkStart == segmentStart) {
                disk.makeDirectories(directory);
                open = disk.create(path);
                created = true;
            } else {
                open = disk.open(path);
            }
            file = open;
        }
        return open;
    }

    private Path path(int number) {
        return directory.resolve(fileName(number));
    }

    private void digest(byte[] bytes) {
        segmentDigest().update(bytes);
        MessageDigest own = chunkDigest;
        if (own != null) {
            own.update(bytes);
        }
    }

    private MessageDigest segmentDigest() {
        MessageDigest digest = segmentDigest;
        if (digest == null) {
            digest = sha256();
            segmentDigest = digest;
            chunkDigest = null;
        }
        return digest;
    }

    private MessageDigest digest(Path path, long length) throws IOException {
        MessageDigest digest = sha256();
        try (DiskFile open = disk.open(path)) {
            if (open.size() < length) {
                throw new IOException(path + " is shorter than its leaves: " + open.size());
            }
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(READ, Math.max(1, length)));
            for (long at = 0; at < length; at += piece.limit()) {
                piece.clear().limit((int) Math.min(piece.capacity(), length - at));
                open.read(piece, at);
                digest.update(piece.flip());
            }
        }
        return digest;
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException(
                    "SHA-256 of this platform cannot be copied", impossible);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
