package dev.sallyport.recorder.journal;

import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a journal held when the node came back. Reading stops at the first frame that is not valid;
 * whether that is a torn tail or damage is decided by the durable watermarks: an offset below the
 * greatest {@code synced} of any valid frame was durable once, and so was everything before a
 * younger file.
 *
 * @param files the files that were read, with the last sequence number of each
 * @param nextSequence number of the next frame
 * @param nextIndex number of the next file
 * @param torn the torn tail that was cut off, or an empty string
 */
public record JournalRecovery(
        List<JournalFiles.Closed> files, long nextSequence, long nextIndex, String torn) {
    /**
     * Longest file that is read into memory: the greatest size that settings allow, and a frame.
     */
    private static final long MAX_FILE = (1L << 30) + FrameCodec.MAX_PAYLOAD;

    public JournalRecovery {
        files = List.copyOf(files);
    }

    /** The files that were read, oldest first. */
    public List<Path> paths() {
        return files.stream().map(JournalFiles.Closed::path).toList();
    }

    /** The same for a journal that leaves these files alone. */
    public JournalRecovery apart() {
        return new JournalRecovery(List.of(), nextSequence, nextIndex, torn);
    }

    /**
     * Reads whatever is valid in all files in {@code directory}, also behind damage, and changes
     * nothing. What is missing between two frames shows in their sequence numbers.
     */
    public static JournalRecovery readAround(Disk disk, Path directory, Consumer<Frame> frames)
            throws IOException {
        List<JournalFiles.Closed> read = new ArrayList<>();
        long nextSequence = 1;
        long nextIndex = 1;
        for (Path path : JournalFiles.list(directory)) {
            ByteBuffer bytes = ByteBuffer.wrap(disk.read(path, MAX_FILE));
            if (FrameCodec.isFileHeader(bytes)) {
                Scan scan = new Scan(bytes, nextSequence);
                scan.runAround(frames);
                nextSequence = scan.sequence;
            }
            nextIndex = JournalFiles.index(path) + 1;
            read.add(new JournalFiles.Closed(path, nextSequence - 1));
        }
        return new JournalRecovery(read, nextSequence, nextIndex, "");
    }

    /**
     * Reads all files in {@code directory}, hands every frame to {@code frames} in order and cuts
     * off a torn tail, durably.
     *
     * @throws DamagedJournalException when something durable is missing or changed
     */
    public static JournalRecovery read(Disk disk, Path directory, Consumer<Frame> frames)
            throws IOException {
        List<Path> paths = JournalFiles.list(directory);
        List<JournalFiles.Closed> read = new ArrayList<>();
        long nextSequence = 1;
        long nextIndex = 1;
        long oldest = 1;
        long freed = 1;
        String torn = "";
        for (Path path : paths) {
            boolean last = path.equals(paths.getLast());
            requireNext(path, nextIndex, read.isEmpty());
            ByteBuffer bytes = ByteBuffer.wrap(disk.read(path, MAX_FILE));
            if (!FrameCodec.isFileHeader(bytes)) {
                throw new DamagedJournalException(path + " is damaged at offset 0");
            }
            long first = FrameCodec.firstSequence(bytes);
            if (!read.isEmpty() && first != nextSequence) {
                throw damaged(read.getLast().path(), "the end", first - nextSequence);
            }
            Scan scan = new Scan(bytes, first);
            scan.run(frames);
            freed = Math.max(freed, scan.freed);
            oldest = read.isEmpty() ? first : oldest;
            if (last) {
                requireDurable(path, scan);
                requireFreed(path, oldest, freed);
                torn = cut(disk, path, scan);
            }
            nextSequence = scan.sequence;
            nextIndex = JournalFiles.index(path) + 1;
            read.add(new JournalFiles.Closed(path, nextSequence - 1));
        }
        return new JournalRecovery(read, nextSequence, nextIndex, torn);
    }

    /** Older files are gone only when a series of states had made them dispensable. */
    private static void requireFreed(Path path, long oldest, long freed)
            throws DamagedJournalException {
        if (oldest > freed) {
            throw new DamagedJournalException(
                    path.resolveSibling("")
                            + " lacks its oldest files: it begins with frame "
                            + oldest
                            + " and frames from "
                            + freed
                            + " on are needed");
        }
    }

    private static void requireNext(Path path, long index, boolean first)
            throws DamagedJournalException {
        if (!first && JournalFiles.index(path) != index) {
            throw new DamagedJournalException(
                    path + " does not follow: journal file " + index + " is missing");
        }
    }

    private static DamagedJournalException damaged(Path path, String where, long frames) {
        return new DamagedJournalException(
                path + " is damaged at " + where + ": " + frames + " durable frames are missing");
    }

    /** The newest file may end early, but not before what was durable. */
    private static void requireDurable(Path path, Scan scan) throws DamagedJournalException {
        int end = scan.position;
        long watermark = scan.watermark();
        if (end < watermark) {
            throw new DamagedJournalException(
                    path + " is damaged at offset " + end + ", durable up to " + watermark);
        }
    }

    /** Removes from the newest file what was never acknowledged. */
    private static String cut(Disk disk, Path path, Scan scan) throws IOException {
        int end = scan.position;
        int lastByte = scan.lastByte();
        try (DiskFile file = disk.open(path)) {
            if (file.size() > end) {
                file.truncate(end);
                file.force();
            }
        }
        return lastByte > end
                ? path.getFileName() + " offset " + end + ", " + (lastByte - end) + " bytes"
                : "";
    }

    /** Reads one file; {@code position} ends at the first byte that belongs to no valid frame. */
    private static final class Scan {
        private final ByteBuffer bytes;
        private final FrameCodec codec;
        private int position = FrameCodec.FILE_HEADER;
        private long sequence;
        private long synced;
        // The first frame that older files may still be needed for, as a series of states says.
        private long freed;

        Scan(ByteBuffer bytes, long firstSequence) {
            this.bytes = bytes;
            codec = new FrameCodec(FrameCodec.salt(bytes));
            sequence = firstSequence;
        }

        void run(Consumer<Frame> frames) {
            Optional<Frame> next = codec.decode(bytes, position);
            while (next.isPresent() && next.get().sequence() == sequence) {
                frames.accept(next.get());
                sequence++;
                synced = Math.max(synced, next.get().synced());
                freed = Math.max(freed, freed(next.get()));
                position += FrameCodec.paddedLength(next.get().bytes().length);
                next = codec.decode(bytes, position);
            }
        }

        private static long freed(Frame frame) {
            return frame.type() == FrameType.STATE_END && frame.bytes().length == Long.BYTES
                    ? ByteBuffer.wrap(frame.bytes()).getLong()
                    : 0;
        }

        /** Every valid frame that is not older than the one before, wherever it begins. */
        void runAround(Consumer<Frame> frames) {
            while (position < bytes.limit()) {
                Optional<Frame> next = codec.decode(bytes, position);
                if (next.isPresent() && next.get().sequence() >= sequence) {
                    frames.accept(next.get());
                    sequence = next.get().sequence() + 1;
                    position += FrameCodec.paddedLength(next.get().bytes().length);
                } else {
                    position += 8;
                }
            }
        }

        /** The greatest watermark of any valid frame, before or behind the bad place. */
        long watermark() {
            long greatest = synced;
            for (int at = position; at < bytes.limit(); at += 8) {
                Optional<Frame> frame = codec.decode(bytes, at);
                if (frame.isPresent()) {
                    greatest = Math.max(greatest, frame.get().synced());
                }
            }
            return greatest;
        }

        int lastByte() {
            int at = bytes.limit();
            while (at > position && bytes.get(at - 1) == 0) {
                at--;
            }
            return at;
        }
    }
}
