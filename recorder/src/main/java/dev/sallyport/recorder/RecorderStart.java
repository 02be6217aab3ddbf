package dev.sallyport.recorder;

import dev.sallyport.access.Ulid;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.journal.Entry;
import dev.sallyport.recorder.journal.Journal;
import dev.sallyport.recorder.journal.JournalRecovery;
import dev.sallyport.recorder.log.LogLocation;
import dev.sallyport.recorder.log.LogWriter;
import dev.sallyport.recorder.log.NoteKey;
import dev.sallyport.recorder.session.EventLines;
import dev.sallyport.recorder.session.Leaves;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Brings a recorder up. What the last process left behind goes the way that everything goes: its
 * bytes into segments, its sessions through a seal, its leaves into the log.
 */
final class RecorderStart {
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
        RecoveredState state = new RecoveredState();
        Path wal = root.resolve("wal");
        JournalRecovery recovered = JournalRecovery.read(disk, wal, state);
        LogWriter log = openLog(state.checkpoint());
        long size = log.size();
        List<byte[]> rest = state.leavesFrom(size);
        rest.forEach(log::append);
        List<RecoveredState.Resumed> resumed = state.resume(disk, root);

        CompletableFuture<FileRecorder> recorder = new CompletableFuture<>();
        BlockingQueue<List<Entry>> inbox = Sequencer.inbox();
        Journal journal =
                Journal.start(
                        disk,
                        wal,
                        recovered,
                        settings.journal(),
                        inbox::add,
                        cause -> report(recorder, cause));
        try {
            LeafLog leaves = new LeafLog(journal, log.size());
            Sequencer sequencer =
                    new Sequencer(
                            journal,
                            log,
                            leaves,
                            clock,
                            settings.pace(),
                            inbox,
                            cause -> {
                                journal.fail(cause);
                                report(recorder, cause);
                            });
            // A log begins with its boot leaf: before the node's own stream opens.
            leaves.append(boot(resumed, recovered.torn()));
            FileRecorder running =
                    new FileRecorder(settings, recording(journal, sequencer, state), leaves, lock);
            List<FileSession> unsealed = adopt(running, sequencer, resumed);
            recorder.complete(running);
            sequencer.start();
            return finish(running, sequencer, unsealed, recovered.torn());
        } catch (IOException | RuntimeException | Error failed) {
            journal.fail(failed);
            journal.close();
            throw failed;
        }
    }

    private Recording recording(Journal journal, Sequencer sequencer, RecoveredState state) {
        return new Recording(
                disk,
                root,
                journal,
                sequencer,
                new EventLines(settings.node()),
                clock,
                new AtomicInteger(state.greatestHandle()),
                callback -> Thread.ofVirtual().start(callback));
    }

    /** Takes over what an earlier process left open; returns the sessions that need their seal. */
    private static List<FileSession> adopt(
            FileRecorder running, Sequencer sequencer, List<RecoveredState.Resumed> resumed)
            throws IOException {
        List<FileSession> unsealed = new ArrayList<>();
        for (RecoveredState.Resumed each : resumed) {
            sequencer.adopt(each);
            if (each.sealLeaf() < 0) {
                FileSession session = running.adopt(each.files());
                if (each.isEnding()) {
                    session.markEnded();
                }
                unsealed.add(session);
            }
        }
        return unsealed;
    }

    private FileRecorder finish(
            FileRecorder running, Sequencer sequencer, List<FileSession> unsealed, String torn)
            throws IOException {
        try {
            return finish(running, unsealed, torn, settings.version());
        } catch (IOException | RuntimeException | Error failed) {
            running.fail(failed);
            sequencer.stop();
            throw failed;
        }
    }

    private static FileRecorder finish(
            FileRecorder running, List<FileSession> unsealed, String torn, String version)
            throws IOException {
        CompletableFuture<?>[] ends =
                unsealed.stream().map(RecorderStart::end).toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(ends).join();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("version", version);
        fields.put("recovered", unsealed.size());
        fields.put("torn", torn);
        running.record(new Event(EventType.RECORDER_STARTED, EventContext.NONE, fields)).join();
        running.watch();
        return running;
    }

    /** Seals what the last process left open; an end that it recorded itself counts. */
    private static CompletableFuture<Void> end(FileSession session) {
        return session.info().isNode()
                ? session.end(SessionEnd.RECOVERED)
                : session.seal(SessionEnd.RECOVERED, Map.of());
    }

    private LogWriter openLog(String checkpoint) throws IOException {
        LogLocation location = location();
        NoteKey key = key(location.origin());
        Path directory = location.directory(root);
        disk.makeDirectories(directory);
        return LogWriter.open(disk, directory, location.origin(), key, checkpoint);
    }

    private NoteKey key(String origin) throws IOException {
        Path directory = settings.key().toAbsolutePath().getParent();
        disk.makeDirectories(Objects.requireNonNull(directory, "the key file's directory"));
        NoteKey key = NoteKey.loadOrCreate(disk, settings.key(), origin);
        Path pinned = settings.verifierKey();
        if (!Files.exists(pinned, LinkOption.NOFOLLOW_LINKS)) {
            disk.createOnce(pinned, (key.vkey() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return key;
    }

    /** The newest log of this node, or the first one. */
    private LogLocation location() throws IOException {
        Path logs = root.resolve("log").resolve(settings.cluster()).resolve(settings.node());
        if (!Files.isDirectory(logs)) {
            return LogLocation.at(settings.cluster(), settings.node(), clock.instant());
        }
        try (Stream<Path> epochs = Files.list(logs)) {
            return epochs.map(epoch -> epoch.getFileName().toString())
                    .map(epoch -> new LogLocation(settings.cluster(), settings.node(), epoch))
                    .max(LogLocation::compareTo)
                    .orElseGet(() ->
                            LogLocation.at(settings.cluster(), settings.node(), clock.instant()));
        }
    }

    private byte[] boot(List<RecoveredState.Resumed> resumed, String torn) {
        return Leaves.boot(
                clock.millis(),
                settings.node(),
                new Ulid(clock).next(),
                settings.version(),
                (int) resumed.stream().filter(each -> each.sealLeaf() < 0).count(),
                torn);
    }

    private static void report(CompletableFuture<FileRecorder> recorder, Throwable cause) {
        recorder.thenAccept(running -> running.fail(cause));
    }
}
