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
            if (last) {
                torn = cut(disk, path, scan);
            }
            nextSequence = scan.sequence;
            nextIndex = JournalFiles.index(path) + 1;
            read.add(new JournalFiles.Closed(path, nextSequence - 1));
        }
        return new JournalRecovery(read, nextSequence, nextIndex, torn);
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

    /** Judges the end of the newest file and removes what was never acknowledged. */
    private static String cut(Disk disk, Path path, Scan scan) throws IOException {
        int end = scan.position;
        long watermark = scan.watermark();
        if (end < watermark) {
            throw new DamagedJournalException(
                    path + " is damaged at offset " + end + ", durable up to " + watermark);
        }
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
                position += FrameCodec.paddedLength(next.get().bytes().length);
                next = codec.decode(bytes, position);
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
