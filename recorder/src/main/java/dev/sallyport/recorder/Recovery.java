package dev.sallyport.recorder;

import dev.sallyport.access.Ulid;
import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.journal.DamagedJournalException;
import dev.sallyport.recorder.journal.JournalRecovery;
import dev.sallyport.recorder.log.Checkpoint;
import dev.sallyport.recorder.log.Head;
import dev.sallyport.recorder.log.LogDamagedException;
import dev.sallyport.recorder.log.LogLocation;
import dev.sallyport.recorder.log.LogWriter;
import dev.sallyport.recorder.log.NoteKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads what the last process left and decides how to go on. Three ways: journal and log are whole
 * and are continued; the journal is gone as a whole (a lost or restored disk), which needs nobody's
 * leave, for there is nothing to look at; or durable bytes are not what was written, which needs an
 * operator's. The last two go on in a new epoch with a {@code loss} leaf.
 */
final class Recovery {
    private final RecorderSettings settings;
    private final Disk disk;
    private final InstantSource clock;
    private final Path root;
    private final Path wal;

    /** Acknowledged bytes are lost: what is gone, since when, and files that must not be read. */
    record Loss(String what, long since, Quarantine quarantine, List<Path> files) {
        Loss {
            files = List.copyOf(files);
        }
    }

    /**
     * How to go on.
     *
     * @param place of the log to go on with, or, without {@code log}, of the one to begin
     * @param log opened, with all leaves that the journal has beyond it
     * @param previous the head of the log before that of {@code place}
     * @param undeclared a loss whose leaf an earlier start could not write any more
     */
    record Found(
            JournalRecovery journal,
            int greatestHandle,
            NodeLog.Place place,
            Optional<LogWriter> log,
            Optional<Head> previous,
            List<RecoveredState.Resumed> sessions,
            Optional<JournalJson.Lost> undeclared,
            Optional<Loss> loss) {
        Found {
            sessions = List.copyOf(sessions);
        }

        private static Found first(JournalRecovery journal, NodeLog.Place place) {
            return new Found(
                    journal,
                    0,
                    place,
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty());
        }
    }

    Recovery(RecorderSettings settings, Disk disk, InstantSource clock) {
        this.settings = settings;
        this.disk = disk;
        this.clock = clock;
        root = settings.root();
        wal = root.resolve("wal");
    }

    /**
     * Reads everything. Cuts off the torn end of the journal, and puts a log aside in which nothing
     * was ever signed when there is no journal to go on with.
     *
     * @throws DamagedJournalException or {@link LogDamagedException} when an operator has to look
     */
    Found read() throws IOException {
        RecoveredState state = new RecoveredState();
        try {
            JournalRecovery journal = JournalRecovery.read(disk, wal, state);
            if (state.isUnfinished()) {
                throw new DamagedJournalException(wal + " holds files of a loss accepted before");
            }
            List<LogLocation> logs = logs();
            return journal.files().isEmpty() && !logs.isEmpty()
                    ? lost(journal, logs)
                    : whole(journal, state, logs);
        } catch (DamagedJournalException | LogDamagedException damaged) {
            if (settings.loss() == RecorderSettings.Loss.REFUSED) {
                throw damaged;
            }
            String what = String.valueOf(damaged.getMessage()).replace(root + "/", "");
            return new Salvage(this, disk, root, quarantine()).read(what);
        }
    }

    private Found whole(JournalRecovery journal, RecoveredState state, List<LogLocation> logs)
            throws IOException {
        Optional<LogLocation> newest =
                logs.isEmpty() ? Optional.empty() : Optional.of(logs.getLast());
        Optional<LogLocation> known = state.epoch().isEmpty() ? newest : Optional.of(named(state));
        if (known.isEmpty()) {
            NodeLog.Place first = place(now());
            return Found.first(journal, first);
        }
        NodeLog.Place place = place(known.get());
        if (newest.isPresent() && newest.get().compareTo(known.get()) > 0) {
            throw new LogDamagedException(
                    place(newest.get()).directory()
                            + " is newer than the journal: one of them is a restored copy");
        }
        LogWriter log = place.open(state.checkpoint());
        state.leavesFrom(log.size()).forEach(log::append);
        return new Found(
                journal,
                state.greatestHandle(),
                place,
                Optional.of(log),
                previousHead(logs, known.get()),
                state.resume(disk, root),
                state.undeclared(),
                Optional.empty());
    }

    /** There is a log and no journal: leaves behind its last checkpoint are lost. */
    private Found lost(JournalRecovery journal, List<LogLocation> logs) throws IOException {
        String what = "the journal is missing";
        return afresh(journal, new RecoveredState(), logs, what, quarantine());
    }

    /** Begins a new log behind the newest checkpoint that is left. */
    Found afresh(
            JournalRecovery journal,
            RecoveredState state,
            List<LogLocation> logs,
            String what,
            Quarantine quarantine)
            throws IOException {
        LogLocation newest = logs.isEmpty() ? now() : logs.getLast();
        Optional<Head> previous = lastHead(state.head(), logs, quarantine);
        String behind =
                previous.map(head ->
                                "; the newest checkpoint is of %d leaves of %s"
                                        .formatted(head.size(), head.origin()))
                        .orElse("; there is no checkpoint");
        return new Found(
                journal.apart(),
                state.greatestHandle(),
                place(newest.next(clock.instant())),
                Optional.empty(),
                previous,
                List.of(),
                Optional.empty(),
                Optional.of(new Loss(what + behind, since(previous), quarantine, journal.paths())));
    }

    /** The largest head of the newest log that was ever signed; newer logs are put aside. */
    private Optional<Head> lastHead(
            Optional<Head> durable, List<LogLocation> logs, Quarantine quarantine)
            throws IOException {
        for (LogLocation each : logs.reversed()) {
            Optional<Head> found = newestHead(each);
            Optional<Head> own = durable.filter(head -> head.origin().equals(each.origin()));
            if (found.isPresent() || own.isPresent()) {
                return Stream.of(found, own)
                        .flatMap(Optional::stream)
                        .max(Comparator.comparingLong(Head::size));
            }
            quarantine.takeAll(place(each).directory());
        }
        return durable;
    }

    private long since(Optional<Head> head) {
        if (head.isEmpty()) {
            return 0;
        }
        LogLocation location = named(LogLocation.epoch(head.get().origin()));
        return StoredLeaves.lastTime(location.directory(root), head.get())
                .orElse(location.begin().toEpochMilli());
    }

    Quarantine quarantine() {
        return new Quarantine(disk, root, new Ulid(clock).next());
    }

    /** The logs of this node that have a directory, oldest first. */
    List<LogLocation> logs() throws IOException {
        Path logs = root.resolve("log").resolve(settings.cluster()).resolve(settings.node());
        if (!Files.isDirectory(logs)) {
            return List.of();
        }
        try (Stream<Path> epochs = Files.list(logs)) {
            return new ArrayList<>(
                    epochs.map(epoch -> named(epoch.getFileName().toString())).sorted().toList());
        }
    }

    LogLocation named(RecoveredState state) {
        return named(state.epoch());
    }

    private LogLocation named(String epoch) {
        return new LogLocation(settings.cluster(), settings.node(), epoch);
    }

    private LogLocation now() {
        return LogLocation.at(settings.cluster(), settings.node(), clock.instant());
    }

    /** The newest head of the nearest log before {@code location} that has one. */
    private Optional<Head> previousHead(List<LogLocation> logs, LogLocation location)
            throws IOException {
        for (LogLocation each : logs.reversed()) {
            Optional<Head> head =
                    each.compareTo(location) < 0 ? newestHead(each) : Optional.empty();
            if (head.isPresent()) {
                return head;
            }
        }
        return Optional.empty();
    }

    /** The newest head that is left of a log. */
    Optional<Head> newestHead(LogLocation location) throws IOException {
        return newestNote(location).map(note -> Checkpoint.ofNote(note).head());
    }

    Optional<String> newestNote(LogLocation location) throws IOException {
        NodeLog.Place place = place(location);
        return LogWriter.newestNote(
                place.directory(), place.key().named(location.origin()).verifier());
    }

    NodeLog.Place place(LogLocation location) throws IOException {
        Path directory = settings.key().toAbsolutePath().getParent();
        disk.makeDirectories(Objects.requireNonNull(directory, "the key file's directory"));
        NoteKey key = NoteKey.loadOrCreate(disk, settings.key(), location.origin());
        return new NodeLog.Place(disk, root, key, location);
    }
}
