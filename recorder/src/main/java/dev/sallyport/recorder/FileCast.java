package dev.sallyport.recorder;

import dev.sallyport.access.port.Cast;
import dev.sallyport.access.port.CastHeader;
import dev.sallyport.recorder.journal.FrameType;
import dev.sallyport.recorder.session.CastEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

/**
 * One channel's cast. Bytes are accepted at once while at most 256 KiB and 250 ms of this cast are
 * not yet durable; beyond that a write completes when its bytes are.
 */
final class FileCast implements Cast {
    /** What may be sent before it is durable: bounded lag. */
    private static final int MAX_LAG_BYTES = 256 * 1024;

    private static final long MAX_LAG_NANOS = 250_000_000;

    private static final CompletableFuture<Void> ACCEPTED = CompletableFuture.completedFuture(null);

    private final Recording recording;
    private final FileSession session;
    private final int handle;
    private final int channel;
    private final CastEncoder encoder;
    private final long start = System.nanoTime();
    // From here on guarded by this.
    private final long[] counts = new long[Stream.values().length];
    private final ArrayDeque<Lag> lags = new ArrayDeque<>();
    private long lagBytes;
    private long offset;
    private long pendingSince;
    private boolean closed;

    private record Lag(int bytes, long since) {}

    FileCast(Recording recording, FileSession session, int handle, CastHeader header) {
        this.recording = recording;
        this.session = session;
        this.handle = handle;
        channel = header.channel();
        encoder = new CastEncoder(header.terminal());
    }

    int channel() {
        return channel;
    }

    synchronized void begin(byte[] header) {
        append(header);
    }

    @Override
    public synchronized CompletableFuture<Void> write(Stream stream, ByteBuffer bytes) {
        if (isShut()) {
            return FileSession.refused();
        }
        counts[stream.ordinal()] += bytes.remaining();
        CompletableFuture<Void> accepted = ACCEPTED;
        while (bytes.hasRemaining()) {
            int length = Math.min(bytes.remaining(), CastEncoder.MAX_PIECE);
            ByteBuffer piece = bytes.slice(bytes.position(), length);
            bytes.position(bytes.position() + length);
            boolean waited = encoder.isPending();
            accepted = append(encoder.bytes(stream, piece, micros()));
            if (encoder.isPending() && !waited) {
                pendingSince = System.nanoTime();
            }
        }
        return accepted;
    }

    @Override
    public synchronized void count(Stream stream, long bytes) {
        if (!isShut()) {
            counts[stream.ordinal()] += bytes;
        }
    }

    @Override
    public synchronized void end(Stream stream) {
        if (!isShut()) {
            append(encoder.flush(stream, micros()));
            append(CastEncoder.end(stream, micros()));
        }
    }

    @Override
    public synchronized void resize(int columns, int rows) {
        if (!isShut()) {
            append(
                    CastEncoder.resize(
                            Math.clamp(columns, 1, 10_000), Math.clamp(rows, 1, 10_000), micros()));
        }
    }

    @Override
    public synchronized void mark(String label) {
        if (!isShut()) {
            String bounded = label.length() > 1024 ? label.substring(0, 1024) : label;
            append(CastEncoder.mark(bounded, micros()));
        }
    }

    @Override
    public synchronized CompletableFuture<Void> close(int exit) {
        if (isShut()) {
            return session.failed().isDone() ? FileSession.refused() : ACCEPTED;
        }
        flush();
        closed = true;
        return exit < 0
                ? recording.journal().append(FrameType.DATA, 0, handle, offset, new byte[0])
                : durable(CastEncoder.exit(exit, micros()));
    }

    /** Takes no more; what waits is written. */
    synchronized void shut() {
        if (!closed) {
            flush();
            closed = true;
        }
    }

    synchronized Map<String, Object> counts() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("channel", channel);
        fields.put("stdin", counts[Stream.STDIN.ordinal()]);
        fields.put("stdout", counts[Stream.STDOUT.ordinal()]);
        fields.put("stderr", counts[Stream.STDERR.ordinal()]);
        return fields;
    }

    synchronized long total() {
        return LongStream.of(counts).sum();
    }

    synchronized void flushBefore(long nanos) {
        if (!closed && encoder.isPending() && pendingSince - nanos < 0) {
            flush();
        }
    }

    private boolean isShut() {
        return closed || session.failed().isDone();
    }

    private void flush() {
        for (Stream stream : Stream.values()) {
            append(encoder.flush(stream, micros()));
        }
    }

    private long micros() {
        return (System.nanoTime() - start) / 1000;
    }

    // Guarded by this; completes when the lines may be relied on.
    private CompletableFuture<Void> append(byte[] lines) {
        if (lines.length == 0) {
            return ACCEPTED;
        }
        CompletableFuture<Void> durable = durable(lines);
        if (durable.isCompletedExceptionally()) {
            return durable;
        }
        Lag first = lags.peekFirst();
        boolean within =
                lagBytes <= MAX_LAG_BYTES
                        && (first == null || System.nanoTime() - first.since() <= MAX_LAG_NANOS)
                        && !recording.journal().isBacklogged();
        return within ? ACCEPTED : durable;
    }

    // Guarded by this.
    private CompletableFuture<Void> durable(byte[] lines) {
        CompletableFuture<Void> durable =
                recording.journal().append(FrameType.DATA, 0, handle, offset, lines);
        offset += lines.length;
        if (durable.isCompletedExceptionally()) {
            session.fail();
            return durable;
        }
        lags.addLast(new Lag(lines.length, System.nanoTime()));
        lagBytes += lines.length;
        durable.whenComplete((done, failure) -> caughtUp());
        return durable;
    }

    /** The journal keeps order, so the oldest is durable. */
    private synchronized void caughtUp() {
        Lag first = lags.pollFirst();
        if (first != null) {
            lagBytes -= first.bytes();
        }
    }
}
