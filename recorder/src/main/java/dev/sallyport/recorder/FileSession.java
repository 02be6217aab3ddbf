package dev.sallyport.recorder;

import dev.sallyport.access.Ulid;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.Cast;
import dev.sallyport.access.port.CastHeader;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.port.SessionRecording;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.recorder.journal.FrameType;
import dev.sallyport.recorder.session.CastEncoder;
import dev.sallyport.recorder.session.EventLines;
import dev.sallyport.recorder.session.SegmentStream;
import dev.sallyport.recorder.session.SessionFiles;
import dev.sallyport.recorder.session.SessionInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * The producers' side of one session. Its lock is held for numbering and queueing a line, never
 * while anything waits.
 */
final class FileSession implements SessionRecording {
    /** Far more than a connection opens; each costs a file. */
    private static final int MAX_CASTS = 4096;

    private static final byte[] NOTHING = {};

    private final Recording recording;
    private final SessionFiles files;
    private final SegmentStream events;
    private final Ulid ids;
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    // From here on guarded by this.
    private final List<FileCast> casts = new ArrayList<>();
    private long offset;
    private long sequence;
    private Instant latest = Instant.MIN;
    private boolean sealing;
    private boolean ended;

    FileSession(
            Recording recording,
            SessionFiles files,
            SegmentStream events,
            SplittableRandom random) {
        this.recording = recording;
        this.files = files;
        this.events = events;
        // Used under the lock only, so the generator need not be thread-safe.
        ids = new Ulid(recording.clock(), random);
    }

    /** Goes on where a recovered stream ended. */
    synchronized void resume(long offset, long sequence) {
        this.offset = offset;
        this.sequence = sequence;
    }

    /** Its end was recorded before. */
    synchronized void markEnded() {
        ended = true;
    }

    SessionInfo info() {
        return files.info();
    }

    @Override
    public CompletableFuture<Void> record(EventType type, Map<String, Object> fields) {
        return record(new Event(type, info().context(), fields), 0);
    }

    /** Appends an event; {@code flags} other than 0 end the stream with it. */
    CompletableFuture<Void> record(Event event, int flags) {
        List<byte[]> tails;
        try {
            tails = recording.lines().tails(event);
        } catch (IllegalArgumentException invalid) {
            return CompletableFuture.failedFuture(
                    new UnrecordableException("an event cannot be written", invalid));
        }
        synchronized (this) {
            if (ended || failed.isDone()) {
                return refused();
            }
            ended = flags != 0;
            return append(tails, flags);
        }
    }

    /** Ends a stream without an event. */
    synchronized CompletableFuture<Void> end(SessionEnd end) {
        if (!ended) {
            ended = true;
            append(NOTHING, 1 + end.ordinal());
        }
        return files.sealed();
    }

    @Override
    public synchronized Cast cast(CastHeader header) {
        if (sealing || ended || failed.isDone() || casts.size() >= MAX_CASTS) {
            throw new UnrecordableException("the recording takes no further cast");
        }
        String name = SessionInfo.castStream(header.channel());
        long same = casts.stream().filter(cast -> cast.channel() == header.channel()).count();
        if (same > 0) {
            name += "." + (header.channel() == 0 ? "0." : "") + (same + 1);
        }
        SegmentStream stream = recording.openStream(files, name);
        Instant start = recording.clock().instant();
        FileCast cast = new FileCast(recording, this, stream.handle(), header);
        cast.begin(CastEncoder.header(header, info().session(), start));
        casts.add(cast);
        return cast;
    }

    @Override
    public CompletableFuture<Void> seal(SessionEnd end, Map<String, Object> fields) {
        List<FileCast> open;
        synchronized (this) {
            // From here on no cast: what it took behind the end would be in no segment.
            sealing = true;
            open = List.copyOf(casts);
        }
        open.forEach(FileCast::shut);
        Map<String, Object> all = new LinkedHashMap<>(fields);
        all.put("end", end.word());
        all.put("channels", open.stream().map(FileCast::counts).toList());
        synchronized (this) {
            if (ended) {
                return files.sealed();
            }
            Map<String, Object> totals = new LinkedHashMap<>();
            totals.put("events", sequence + 1);
            totals.put("bytes", open.stream().mapToLong(FileCast::total).sum());
            all.put("totals", totals);
            Event closed = new Event(EventType.SESSION_CLOSED, info().context(), all);
            // The future of the seal: it fails with the recorder, as this event would.
            return record(closed, 1 + end.ordinal()).thenCompose(done -> files.sealed());
        }
    }

    @Override
    public CompletableFuture<Void> failed() {
        return failed;
    }

    CompletableFuture<Void> sealed() {
        return files.sealed();
    }

    synchronized boolean isEnded() {
        return ended;
    }

    synchronized long length() {
        return offset;
    }

    /** This recording has a hole: its session must end. */
    void fail() {
        failed.completeAsync(() -> null, recording.callbacks());
    }

    /** Writes out characters that have waited for their rest since before {@code nanos}. */
    void flushBefore(long nanos) {
        List<FileCast> open;
        synchronized (this) {
            open = List.copyOf(casts);
        }
        open.forEach(cast -> cast.flushBefore(nanos));
    }

    // Guarded by this.
    private CompletableFuture<Void> append(List<byte[]> tails, int flags) {
        Instant now = recording.clock().instant();
        latest = now.isBefore(latest) ? latest : now;
        String id = ids.next();
        CompletableFuture<Void> durable = CompletableFuture.completedFuture(null);
        for (int i = 0; i < tails.size(); i++) {
            byte[] line = EventLines.line(id, latest, sequence++, tails.get(i));
            durable = append(line, i == tails.size() - 1 ? flags : 0);
        }
        return durable;
    }

    // Guarded by this.
    private CompletableFuture<Void> append(byte[] line, int flags) {
        CompletableFuture<Void> durable =
                recording.journal().append(FrameType.DATA, flags, events.handle(), offset, line);
        offset += line.length;
        if (durable.isCompletedExceptionally()) {
            fail();
        }
        return durable;
    }

    static CompletableFuture<Void> refused() {
        return CompletableFuture.failedFuture(new UnrecordableException("the recording has ended"));
    }
}
