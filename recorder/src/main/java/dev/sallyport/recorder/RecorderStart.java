package dev.sallyport.recorder;

import dev.sallyport.access.Ulid;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.journal.Entry;
import dev.sallyport.recorder.journal.FrameType;
import dev.sallyport.recorder.journal.Journal;
import dev.sallyport.recorder.log.LogWriter;
import dev.sallyport.recorder.session.EventLines;
import dev.sallyport.recorder.session.SessionFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a recorder up. What the last process left behind goes the way that everything goes: its
 * bytes into segments, its sessions through a seal, its leaves into the log.
 */
final class RecorderStart {
    private static final Logger LOGGER = LoggerFactory.getLogger(RecorderStart.class);

    private final RecorderSettings settings;
    private final Disk disk;
    private final InstantSource clock;
    private final Path root;

    RecorderStart(RecorderSettings settings, Disk disk, InstantSource clock) {
        this.settings = settings;
        this.disk = disk;
        this.clock = clock;
        root = settings.root();
    }

    FileRecorder run() throws IOException {
        disk.makeDirectories(root.resolve("wal"));
        disk.makeDirectories(root.resolve("sessions"));
        RecorderLock lock = RecorderLock.take(root);
        try {
            return start(lock);
        } catch (CompletionException failed) {
            lock.close();
            throw new IOException("the recorder cannot start", failed.getCause());
        } catch (UncheckedIOException failed) {
            lock.close();
            throw Objects.requireNonNull(failed.getCause(), "cause");
        } catch (IOException | RuntimeException | Error failed) {
            lock.close();
            throw failed;
        }
    }

    private FileRecorder start(RecorderLock lock) throws IOException {
        Recovery.Found found = new Recovery(settings, disk, clock).read();
        CompletableFuture<FileRecorder> recorder = new CompletableFuture<>();
        BlockingQueue<List<Entry>> inbox = Sequencer.inbox();
        Journal journal =
                Journal.start(
                        disk,
                        root.resolve("wal"),
                        found.journal(),
                        settings.journal(),
                        inbox::add,
                        cause -> report(recorder, cause));
        try {
            // Before the node's own stream opens: a log begins with its boot leaf.
            NodeLog log = openLog(found, journal);
            Sequencer sequencer =
                    new Sequencer(
                            journal,
                            log,
                            clock,
                            settings.pace(),
                            inbox,
                            cause -> {
                                journal.fail(cause);
                                report(recorder, cause);
                            });
            Recording recording = recording(journal, sequencer, found.greatestHandle());
            FileRecorder running = new FileRecorder(settings, recording, log, lock);
            List<CompletableFuture<Void>> ends = new ArrayList<>();
            reopen(found.sessions(), log);
            List<FileSession> unsealed = adopt(running, sequencer, found.sessions(), ends);
            recorder.complete(running);
            sequencer.start();
            return finish(running, sequencer, found, unsealed, ends);
        } catch (IOException | RuntimeException | Error failed) {
            journal.fail(failed);
            journal.close();
            throw failed;
        }
    }

    /** The log, with the boot leaf of this process at its end. */
    private NodeLog openLog(Recovery.Found found, Journal journal) throws IOException {
        Optional<JournalJson.Lost> lost =
                found.loss().map(loss -> new JournalJson.Lost(loss.since(), loss.what()));
        if (lost.isPresent()) {
            // Nothing older belongs to this journal, and its first frame says so.
            long first = found.journal().nextSequence();
            byte[] needed = ByteBuffer.allocate(Long.BYTES).putLong(first).array();
            journal.append(FrameType.STATE_END, 0, 0, first - 1, needed);
        }
        NodeLog.Boot boot =
                new NodeLog.Boot(
                        settings.node(),
                        new Ulid(clock).next(),
                        settings.version(),
                        (int) found.sessions().stream().filter(each -> each.sealLeaf() < 0).count(),
                        found.journal().torn());
        if (found.log().isEmpty()) {
            NodeLog log = NodeLog.begin(found.place(), lost, journal, clock, boot);
            log.boot(found.previous(), lost);
            return log;
        }
        LogWriter writer = found.log().get();
        NodeLog log = new NodeLog(found.place(), writer, journal, clock, boot);
        for (RecoveredState.Resumed each : found.sessions()) {
            if (each.sealLeaf() >= 0) {
                log.sealed(each.files(), each.sealLeaf());
                each.files().sealed().complete(null);
            }
        }
        if (lost.isPresent()) {
            log.supersede(lost);
            return log;
        }
        boolean over = log.isOver();
        if (!over || writer.size() == 0) {
            log.boot(found.previous(), found.undeclared());
        }
        if (over) {
            log.roll();
        }
        return log;
    }

    private Recording recording(Journal journal, Sequencer sequencer, int greatestHandle) {
        return new Recording(
                disk,
                root,
                journal,
                sequencer,
                new EventLines(settings.node()),
                clock,
                new AtomicInteger(greatestHandle),
                callback -> Thread.ofVirtual().start(callback));
    }

    /** Opens once more, where they belong, sessions whose open leaf is lost. */
    private void reopen(List<RecoveredState.Resumed> sessions, NodeLog log) {
        for (RecoveredState.Resumed each : sessions) {
            SessionFiles files = each.files();
            if (files.previous().length == 0) {
                long time = Math.min(clock.millis(), files.info().endOfDay());
                files.follow(log.append(files.info().openLeaf(time, settings.cluster())).hash());
            }
        }
    }

    /**
     * Takes over what an earlier process left open; returns the sessions that need their seal, and
     * in {@code ends} when the others have theirs.
     */
    private static List<FileSession> adopt(
            FileRecorder running,
            Sequencer sequencer,
            List<RecoveredState.Resumed> resumed,
            List<CompletableFuture<Void>> ends)
            throws IOException {
        List<FileSession> unsealed = new ArrayList<>();
        for (RecoveredState.Resumed each : resumed) {
            if (each.sealLeaf() >= 0) {
                continue;
            }
            sequencer.adopt(each);
            if (each.files().isAbandoned()) {
                ends.add(each.files().sealed());
                continue;
            }
            FileSession session = running.adopt(each.files());
            if (each.isEnding()) {
                session.markEnded();
            }
            unsealed.add(session);
        }
        return unsealed;
    }

    private FileRecorder finish(
            FileRecorder running,
            Sequencer sequencer,
            Recovery.Found found,
            List<FileSession> unsealed,
            List<CompletableFuture<Void>> ends)
            throws IOException {
        try {
            unsealed.forEach(session -> ends.add(end(session)));
            CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new)).join();
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("version", settings.version());
            fields.put("recovered", unsealed.size());
            fields.put("torn", found.journal().torn());
            record(running, EventType.RECORDER_STARTED, fields);
            if (found.loss().isPresent()) {
                declare(running, found.loss().get());
            }
            running.watch();
            return running;
        } catch (IOException | RuntimeException | Error failed) {
            running.fail(failed);
            sequencer.stop();
            throw failed;
        }
    }

    /** Everything that can be kept is durable by now: the rest is put aside. */
    private static void declare(FileRecorder running, Recovery.Loss loss) throws IOException {
        LOGGER.atError()
                .addKeyValue("quarantine", loss.quarantine().name())
                .log("acknowledged records may be lost: {}", loss.what());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("what", loss.what());
        fields.put("quarantine", loss.quarantine().name());
        record(running, EventType.RECORDER_LOSS, fields);
        for (Path file : loss.files()) {
            loss.quarantine().take(file);
        }
    }

    private static void record(FileRecorder running, EventType type, Map<String, Object> fields) {
        running.record(new Event(type, EventContext.NONE, fields)).join();
    }

    /** Seals what the last process left open; an end that it recorded itself counts. */
    private static CompletableFuture<Void> end(FileSession session) {
        return session.info().isNode()
                ? session.end(SessionEnd.RECOVERED)
                : session.seal(SessionEnd.RECOVERED, Map.of());
    }

    private static void report(CompletableFuture<FileRecorder> recorder, Throwable cause) {
        recorder.thenAccept(running -> running.fail(cause));
    }
}
