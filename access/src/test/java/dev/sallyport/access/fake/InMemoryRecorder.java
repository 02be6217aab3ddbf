package dev.sallyport.access.fake;

import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.Cast;
import dev.sallyport.access.port.CastHeader;
import dev.sallyport.access.port.Recorder;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.port.SessionOpening;
import dev.sallyport.access.port.SessionRecording;
import dev.sallyport.access.port.UnrecordableException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * A recorder that keeps every event and every byte. A test can make it fail for good ({@link
 * #fail}) or hold its confirmations back ({@link #pause}), for everything that rests on "no record,
 * no act", and keep long transfers out of the heap ({@link #countOnly}). Thread-safe.
 */
public final class InMemoryRecorder implements Recorder {
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Map<String, Recording> recordings = new ConcurrentHashMap<>();
    private final Object guard = new Object();
    // Guarded by guard: completed while the recorder confirms, pending while it is paused.
    private CompletableFuture<Void> confirmed = CompletableFuture.completedFuture(null);
    private volatile boolean failed;
    private volatile boolean countsOnly;

    /** All events of all sessions and of none, in the order in which they came. */
    public List<Event> events() {
        return List.copyOf(events);
    }

    /** The events of one type. */
    public List<Event> events(EventType type) {
        return events.stream().filter(event -> event.type() == type).toList();
    }

    /** The recording of a session. */
    public Optional<Recording> recording(String session) {
        return Optional.ofNullable(recordings.get(session));
    }

    /** Every session's recording. */
    public List<Recording> recordings() {
        return List.copyOf(recordings.values());
    }

    /** Nothing can be made durable any more. */
    public void fail() {
        failed = true;
        recordings.values().forEach(recording -> recording.failed.complete(null));
        resume();
    }

    /** From now on bytes are counted and not kept. */
    public void countOnly() {
        countsOnly = true;
    }

    /** Confirmations wait from now on. */
    public void pause() {
        synchronized (guard) {
            confirmed = new CompletableFuture<>();
        }
    }

    /** What waits is confirmed, or fails when the recorder has failed meanwhile. */
    public void resume() {
        CompletableFuture<Void> waiting;
        synchronized (guard) {
            waiting = confirmed;
            confirmed = CompletableFuture.completedFuture(null);
        }
        waiting.complete(null);
    }

    @Override
    public CompletableFuture<Void> record(Event event) {
        if (failed) {
            return lost();
        }
        events.add(event);
        return confirm();
    }

    @Override
    public SessionRecording open(SessionOpening opening) {
        var recording = new Recording(opening);
        try {
            record(new Event(EventType.SESSION_OPENED, opening.context(), opening.fields())).join();
        } catch (java.util.concurrent.CompletionException e) {
            throw new UnrecordableException("the recorder has failed", e);
        }
        recordings.put(opening.session(), recording);
        return recording;
    }

    @Override
    public boolean isRecording() {
        return !failed;
    }

    private CompletableFuture<Void> confirm() {
        CompletableFuture<Void> now;
        synchronized (guard) {
            now = confirmed;
        }
        return now.thenCompose(
                done -> failed ? lost() : CompletableFuture.<Void>completedFuture(null));
    }

    private static CompletableFuture<Void> lost() {
        return CompletableFuture.failedFuture(new UnrecordableException("the recorder has failed"));
    }

    /** One session's recording, open to tests. */
    public final class Recording implements SessionRecording {
        private final SessionOpening opening;
        private final List<KeptCast> casts = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Void> failed = new CompletableFuture<>();
        private final CompletableFuture<SessionEnd> sealed = new CompletableFuture<>();

        Recording(SessionOpening opening) {
            this.opening = opening;
        }

        public SessionOpening opening() {
            return opening;
        }

        public List<KeptCast> casts() {
            return List.copyOf(casts);
        }

        /** How it ended, as soon as it is sealed. */
        public CompletableFuture<SessionEnd> sealed() {
            return sealed;
        }

        /** This session's events of one type. */
        public Stream<Event> events(EventType type) {
            return events.stream()
                    .filter(event -> event.type() == type)
                    .filter(event -> event.context().session().equals(opening.session()));
        }

        @Override
        public CompletableFuture<Void> record(EventType type, Map<String, Object> fields) {
            return InMemoryRecorder.this.record(new Event(type, opening.context(), fields));
        }

        @Override
        public Cast cast(CastHeader header) {
            if (InMemoryRecorder.this.failed) {
                throw new UnrecordableException("the recorder has failed");
            }
            var cast = new KeptCast(header);
            casts.add(cast);
            return cast;
        }

        @Override
        public CompletableFuture<Void> seal(SessionEnd end, Map<String, Object> fields) {
            if (!sealed.complete(end)) {
                return CompletableFuture.completedFuture(null);
            }
            var all = new LinkedHashMap<String, Object>(fields);
            all.put("end", end.word());
            return record(EventType.SESSION_CLOSED, all);
        }

        @Override
        public CompletableFuture<Void> failed() {
            return failed;
        }
    }

    /** One channel's bytes. */
    public final class KeptCast implements Cast {
        private final CastHeader header;
        // All guarded by this.
        private final Map<Stream, ByteArrayOutputStream> bytes = new EnumMap<>(Stream.class);
        private final Map<Stream, Long> counts = new EnumMap<>(Stream.class);
        private final Set<Stream> ended = java.util.EnumSet.noneOf(Stream.class);
        private OptionalInt exit = OptionalInt.empty();

        KeptCast(CastHeader header) {
            this.header = header;
        }

        public CastHeader header() {
            return header;
        }

        /** Every byte of a stream so far. */
        public synchronized byte[] bytes(Stream stream) {
            return buffer(stream).toByteArray();
        }

        /** How many bytes of a stream were written or counted so far. */
        public synchronized long passed(Stream stream) {
            return counts.getOrDefault(stream, 0L);
        }

        public synchronized boolean hasEnded(Stream stream) {
            return ended.contains(stream);
        }

        /** The exit code, once the cast is closed. */
        public synchronized OptionalInt exit() {
            return exit;
        }

        @Override
        public CompletableFuture<Void> write(Stream stream, ByteBuffer piece) {
            if (failed) {
                return lost();
            }
            count(stream, piece.remaining());
            if (!countsOnly) {
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                synchronized (this) {
                    buffer(stream).writeBytes(copy);
                }
            }
            return confirm();
        }

        @Override
        public synchronized void count(Stream stream, long passed) {
            counts.merge(stream, passed, Long::sum);
        }

        @Override
        public synchronized void end(Stream stream) {
            ended.add(stream);
        }

        @Override
        public void resize(int columns, int rows) {}

        @Override
        public void mark(String label) {}

        @Override
        public CompletableFuture<Void> close(int code) {
            synchronized (this) {
                exit = OptionalInt.of(code);
            }
            return failed ? lost() : confirm();
        }

        private ByteArrayOutputStream buffer(Stream stream) {
            return bytes.computeIfAbsent(stream, any -> new ByteArrayOutputStream());
        }
    }
}
