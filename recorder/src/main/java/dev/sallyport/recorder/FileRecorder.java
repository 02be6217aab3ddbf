package dev.sallyport.recorder;

import dev.sallyport.access.Ulid;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.Recorder;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.port.SessionOpening;
import dev.sallyport.access.port.SessionRecording;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.journal.FrameType;
import dev.sallyport.recorder.log.Hash;
import dev.sallyport.recorder.session.Leaves;
import dev.sallyport.recorder.session.SegmentStream;
import dev.sallyport.recorder.session.SessionFiles;
import dev.sallyport.recorder.session.SessionInfo;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record on the local disk. Thread-safe; {@link #start} recovers first and takes the record's
 * directory for this process alone.
 *
 * <p>Promise 2 rests here: a future completes normally only when its bytes are durable, and the
 * first thing that could not be made durable is the end of this recorder.
 */
public final class FileRecorder implements Recorder, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(FileRecorder.class);

    /** Longest wait for an open: what one write may take, and the queue before it. */
    private static final Duration PATIENCE = Duration.ofSeconds(35);

    /** A node's own events stay provable in pieces of this size. */
    private static final long NODE_STREAM = 64L << 20;

    private final RecorderSettings settings;
    private final Recording recording;
    private final LeafLog leaves;
    private final RecorderLock lock;
    private final Ulid ids;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<String, FileSession> sessions = new ConcurrentHashMap<>();
    private final Watch watch;
    private final Object nodeLock = new Object();
    // Guarded by nodeLock.
    private FileSession node;
    private LocalDate nodeDay;
    private volatile boolean failed;
    private volatile boolean closed;

    FileRecorder(
            RecorderSettings settings, Recording recording, LeafLog leaves, RecorderLock lock) {
        this.settings = settings;
        this.recording = recording;
        this.leaves = leaves;
        this.lock = lock;
        ids = new Ulid(recording.clock());
        watch = new Watch(settings, recording, this);
        synchronized (nodeLock) {
            nodeDay = today();
            node = openNode();
        }
    }

    /**
     * Starts recording in {@code settings.root()}: takes the lock, brings what the last process
     * left behind to an end, and records {@code recorder.started}.
     *
     * @throws IOException when the record is in use, damaged, or cannot be written; the message
     *     names the file
     */
    public static FileRecorder start(RecorderSettings settings, Disk disk, InstantSource clock)
            throws IOException {
        return new RecorderStart(settings, disk, clock).run();
    }

    @Override
    public CompletableFuture<Void> record(Event event) {
        if (failed || closed) {
            return CompletableFuture.failedFuture(unrecordable());
        }
        try {
            return currentNode().record(event, 0);
        } catch (UnrecordableException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    @Override
    public SessionRecording open(SessionOpening opening) {
        if (!isRecording()) {
            throw unrecordable();
        }
        SessionInfo info =
                SessionInfo.at(
                        recording.clock().instant(),
                        opening.session(),
                        opening.protocol().word(),
                        opening.context());
        SessionFiles files = newFiles(info);
        SegmentStream events = recording.newStream(files, "events");
        FileSession session = session(files, events);
        CompletableFuture<Void> leaf = announce(files, events);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("protocol", opening.protocol().word());
        fields.putAll(opening.fields());
        CompletableFuture<Void> opened = session.record(EventType.SESSION_OPENED, fields);
        await(leaf, session);
        await(opened, session);
        return session;
    }

    @Override
    public boolean isRecording() {
        return !failed && !closed && watch.hasSpace();
    }

    /** How many sessions are open. */
    public int openSessions() {
        return (int) sessions.values().stream().filter(session -> !session.info().isNode()).count();
    }

    /**
     * Records {@code recorder.stopped}, brings everything into segments under a checkpoint and lets
     * the directory go. Sessions that are still open are sealed as recovered by the next start.
     */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        try {
            stop();
        } finally {
            closed = true;
            failOpenSessions();
            lock.close();
        }
    }

    /** Ends recording for good. */
    void fail(Throwable cause) {
        boolean first = !failed;
        failed = true;
        if (first) {
            LOGGER.atError().setCause(cause).log("recording failed: no act is possible any more");
        }
        recording.journal().fail(cause);
        for (FileSession session : sessions.values()) {
            session.fail();
            session.sealed().completeExceptionally(unrecordable());
        }
    }

    /** Tells every open session that its recording cannot go on. */
    void failOpenSessions() {
        sessions.values().stream()
                .filter(session -> !session.info().isNode())
                .forEach(FileSession::fail);
    }

    void flushBefore(long nanos) {
        sessions.values().forEach(session -> session.flushBefore(nanos));
    }

    /** Starts looking after free space and hanging writes. */
    void watch() throws IOException {
        watch.start();
    }

    /** Takes over a session that was open when the last process went away. */
    FileSession adopt(SessionFiles files) {
        SegmentStream events = files.streams().iterator().next();
        FileSession session = session(files, events);
        session.resume(events.position(), events.lines());
        return session;
    }

    private void stop() {
        watch.stop();
        if (!failed) {
            FileSession last;
            synchronized (nodeLock) {
                last = node;
            }
            Event stopped =
                    new Event(
                            EventType.RECORDER_STOPPED,
                            EventContext.NONE,
                            Map.of("sessions", openSessions()));
            last.record(stopped, 1 + SessionEnd.NORMAL.ordinal());
            // Fails only together with the recorder, which has said why by then.
            last.sealed().exceptionally(failure -> null).join();
        }
        recording.sequencer().stop();
        recording.journal().close();
    }

    private FileSession currentNode() {
        synchronized (nodeLock) {
            if (node.length() > NODE_STREAM || !nodeDay.equals(today())) {
                FileSession full = node;
                nodeDay = today();
                node = openNode();
                full.end(SessionEnd.NORMAL);
            }
            return node;
        }
    }

    private FileSession openNode() {
        Instant now = recording.clock().instant();
        SessionFiles files =
                newFiles(SessionInfo.at(now, ids.next(), SessionInfo.NODE, EventContext.NONE));
        SegmentStream events = recording.newStream(files, "events");
        FileSession session = session(files, events);
        // In the journal before its first event, and so durable before that is.
        announce(files, events);
        return session;
    }

    private FileSession session(SessionFiles files, SegmentStream events) {
        SplittableRandom seeded = new SplittableRandom(random.nextLong());
        FileSession session = new FileSession(recording, files, events, seeded);
        String id = files.info().session();
        if (sessions.putIfAbsent(id, session) != null) {
            throw new IllegalArgumentException("this session is open already");
        }
        session.sealed()
                .whenComplete((done, failure) -> {
                    // Before it is forgotten: whoever ends all recordings looks there.
                    if (failure != null) {
                        session.fail();
                    }
                    sessions.remove(id, session);
                });
        return session;
    }

    private SessionFiles newFiles(SessionInfo info) {
        return new SessionFiles(recording.disk(), recording.root(), info, new byte[0]);
    }

    /** OPEN frame and open leaf, in this order. */
    private CompletableFuture<Void> announce(SessionFiles files, SegmentStream events) {
        SessionInfo info = files.info();
        String subject =
                Hash.sha256(Recording.utf8(settings.cluster() + "\n" + info.context().agent()))
                        .hex();
        byte[] leaf =
                Leaves.open(recording.clock().millis(), info.session(), info.protocol(), subject);
        files.follow(Hash.leaf(leaf).bytes());
        recording.journal().append(FrameType.OPEN, 0, events.handle(), 0, JournalJson.open(info));
        return leaves.append(leaf).durable();
    }

    private void await(CompletableFuture<Void> durable, FileSession session) {
        try {
            durable.orTimeout(PATIENCE.toNanos(), TimeUnit.NANOSECONDS).join();
        } catch (CompletionException failure) {
            session.fail();
            sessions.remove(session.info().session(), session);
            throw new UnrecordableException(
                    failure.getCause() instanceof TimeoutException
                            ? "the disk takes too long"
                            : "the record cannot be kept",
                    failure);
        }
    }

    private LocalDate today() {
        return LocalDate.ofInstant(recording.clock().instant(), ZoneOffset.UTC);
    }

    private UnrecordableException unrecordable() {
        return new UnrecordableException(
                failed
                        ? "the record cannot be kept"
                        : closed ? "the recorder is closed" : "the disk is too full");
    }
}
