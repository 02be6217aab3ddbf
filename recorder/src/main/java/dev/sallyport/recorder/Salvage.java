package dev.sallyport.recorder;

import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.journal.JournalRecovery;
import dev.sallyport.recorder.log.Checkpoint;
import dev.sallyport.recorder.log.Head;
import dev.sallyport.recorder.log.LogDamagedException;
import dev.sallyport.recorder.log.LogLocation;
import dev.sallyport.recorder.log.LogWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What can be kept of a record whose loss an operator accepts. Frames of the journal that are valid
 * count, also those behind the damage: what they hold of a stream without a gap goes into its
 * segments. How far each session had come is read from the log, since the journal may lack that
 * leaf. Each session that was open is sealed as lost, because nobody can say whether it is whole.
 */
final class Salvage {
    private final Recovery recovery;
    private final Disk disk;
    private final Path root;
    private final Quarantine quarantine;

    Salvage(Recovery recovery, Disk disk, Path root, Quarantine quarantine) {
        this.recovery = recovery;
        this.disk = disk;
        this.root = root;
        this.quarantine = quarantine;
    }

    /** How to go on; {@code what} names the damage. */
    Recovery.Found read(String what) throws IOException {
        RecoveredState state = RecoveredState.withGaps();
        JournalRecovery journal = JournalRecovery.readAround(disk, root.resolve("wal"), state);
        List<LogLocation> logs = recovery.logs();
        try {
            if (!logs.isEmpty()) {
                return continued(journal, state, logs, what);
            }
        } catch (LogDamagedException damaged) {
            // Then the log goes no further either.
        }
        return recovery.afresh(journal, state, logs, what, quarantine);
    }

    private Recovery.Found continued(
            JournalRecovery journal, RecoveredState state, List<LogLocation> logs, String what)
            throws IOException {
        NodeLog.Place place = recovery.place(logs.getLast());
        boolean current = state.epoch().equals(place.location().epoch());
        LogWriter log = place.open(newestNote(place, current ? state.checkpoint() : ""));
        List<byte[]> rest = current ? state.wholeLeavesFrom(log.size()) : List.of();
        if (log.size() + rest.size() == 0) {
            throw new LogDamagedException(place.directory() + " holds no leaf");
        }
        replay(state, logs, log.head());
        for (byte[] leaf : rest) {
            state.replay(true, log.append(leaf), leaf);
        }
        return new Recovery.Found(
                journal.apart(),
                state.greatestHandle(),
                place,
                Optional.of(log),
                Optional.empty(),
                state.resume(disk, root),
                Optional.empty(),
                Optional.of(
                        new Recovery.Loss(
                                what,
                                StoredLeaves.time(log.last().orElseThrow()),
                                quarantine,
                                journal.paths())));
    }

    /**
     * The larger of what the journal signed last, as far as that is left, and what is published.
     */
    private String newestNote(NodeLog.Place place, String durable) throws IOException {
        String found = recovery.newestNote(place.location()).orElse("");
        return Stream.of(durable, found)
                .filter(note -> !note.isEmpty())
                .max((a, b) -> Long.compare(size(a), size(b)))
                .orElse("");
    }

    private static long size(String note) {
        return Checkpoint.ofNote(note).head().size();
    }

    /** Tells the sessions what the logs say, from the log before their first month on. */
    private void replay(RecoveredState state, List<LogLocation> logs, Head newest)
            throws IOException {
        Optional<String> day = state.firstDay();
        if (day.isEmpty()) {
            return;
        }
        String month = day.get().substring(0, 7).replace('/', '-');
        int first = 0;
        for (int i = 0; i < logs.size(); i++) {
            // A session may open in a log that the new month has not closed yet.
            first = logs.get(i).epoch().compareTo(month) < 0 ? i : first;
        }
        for (LogLocation each : logs.subList(first, logs.size())) {
            boolean last = each.equals(logs.getLast());
            Optional<Head> head = last ? Optional.of(newest) : recovery.newestHead(each);
            if (head.isPresent()) {
                StoredLeaves.read(
                        recovery.place(each).directory(),
                        head.get(),
                        (index, leaf) -> state.replay(last, index, leaf));
            }
        }
    }
}
