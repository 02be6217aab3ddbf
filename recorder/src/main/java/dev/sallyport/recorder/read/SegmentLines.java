package dev.sallyport.recorder.read;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The complete lines of one stream over all its segments, in order, each exactly once, also while
 * they grow. Not thread-safe.
 */
public final class SegmentLines {
    /** Takes lines. */
    @FunctionalInterface
    public interface Sink {
        /** A line without its line feed. */
        void line(byte[] line) throws IOException;
    }

    private static final int BUFFER = 64 * 1024;
    // An event line has at most 1 MiB; a cast line grows by escapes. Beyond that it is none of
    // ours.
    private static final int LONGEST_LINE = 64 << 20;

    private final Path directory;
    private final String stream;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int segment;
    private long position;

    /** Begins at the stream's first line. */
    public SegmentLines(Path directory, String stream) {
        this.directory = directory;
        this.stream = stream;
    }

    /** Hands out all lines that are complete by now and were not handed out before. */
    public void drain(Sink sink) throws IOException {
        while (true) {
            // Asked before reading: a segment with a successor does not grow any more.
            boolean finished = Files.exists(segment(segment + 1));
            readOn(sink);
            if (!finished) {
                return;
            }
            segment++;
            position = 0;
            line.reset();
        }
    }

    private Path segment(int number) {
        return directory.resolve("%s-%06d.seg".formatted(stream, number));
    }

    private void readOn(Sink sink) throws IOException {
        Path file = segment(segment);
        if (!Files.exists(file)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            buffer.clear();
            for (int count = channel.read(buffer, position);
                    count > 0;
                    count = channel.read(buffer.clear(), position)) {
                position += count;
                split(count, sink);
            }
        }
    }

    private void split(int count, Sink sink) throws IOException {
        byte[] bytes = buffer.array();
        int from = 0;
        for (int i = 0; i < count; i++) {
            if (bytes[i] == '\n') {
                line.write(bytes, from, i - from);
                sink.line(line.toByteArray());
                line.reset();
                from = i + 1;
            }
        }
        line.write(bytes, from, count - from);
        if (line.size() > LONGEST_LINE) {
            throw new IOException(segment(segment) + " has a line that is too long");
        }
    }
}
