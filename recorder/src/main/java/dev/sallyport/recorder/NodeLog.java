package dev.sallyport.recorder;

import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.journal.FrameType;
import dev.sallyport.recorder.journal.Journal;
import dev.sallyport.recorder.log.Head;
import dev.sallyport.recorder.log.LogLocation;
import dev.sallyport.recorder.log.LogWriter;
import dev.sallyport.recorder.log.NoteKey;
import dev.sallyport.recorder.session.Leaves;
import dev.sallyport.recorder.session.SessionFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/**
 * The node's log through its epochs. Gives leaves their index, makes them durable in the journal in
 * the same order, takes them into the tree and publishes its heads.
 *
 * <p>Any thread may append: an {@code open} leaf does not wait for the sequencer, except for the
 * moment in which the epoch changes. Everything else belongs to the sequencer thread, and until
 * that one starts to the thread that starts the recorder.
 *
 * <p>Order, on which recovery rests: an epoch's last checkpoint is published before the journal has
 * the next one's EPOCH frame, and that frame is durable before the next one's directory is made.
 */
final class NodeLog {
    private final Journal journal;
    private final InstantSource clock;
    private final SequencedMap<SessionFiles, Long> unproven = new LinkedHashMap<>();
    private Place place;
    private LogWriter log;
    // Guarded by this.
    private Boot boot;
    private long next;
    private List<Leaf> fresh = new ArrayList<>();

    /** A leaf on its way. */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record Leaf(long index, byte[] bytes, byte[] hash, CompletableFuture<Void> durable) {}

    /** Where a log is kept, and who signs it. */
    record Place(Disk disk, Path root, NoteKey key, LogLocation location) {
        LogWriter open(String checkpoint) throws IOException {
            disk.makeDirectories(directory());
            String origin = location.origin();
            return LogWriter.open(disk, directory(), origin, key.named(origin), checkpoint);
        }

        Path directory() {
            return location.directory(root);
        }

        Place at(LogLocation other) {
            return new Place(disk, root, key, other);
        }
    }

    /**
     * What this process says in a boot leaf: how many sessions it {@code recovered} and what was
     * {@code torn} off are for the first one.
     */
    record Boot(String node, String id, String version, int recovered, String torn) {
        byte[] leaf(long time, Optional<Head> previous) {
            Optional<Leaves.Previous> before =
                    previous.map(head ->
                            new Leaves.Previous(head.origin(), head.size(), head.root().base64()));
            return Leaves.boot(time, node, id, version, recovered, torn, before);
        }

        Boot later() {
            return new Boot(node, id, version, 0, "");
        }
    }

    /** Goes on with a log as it was opened. */
    NodeLog(Place place, LogWriter log, Journal journal, InstantSource clock, Boot boot) {
        this.place = place;
        this.log = log;
        this.journal = journal;
        this.clock = clock;
        this.boot = boot;
        next = log.size();
    }

    /** Begins a log; {@link #boot} MUST follow. */
    static NodeLog begin(
            Place place,
            Optional<JournalJson.Lost> lost,
            Journal journal,
            InstantSource clock,
            Boot boot)
            throws IOException {
        return new NodeLog(place, announced(place, lost, journal), journal, clock, boot);
    }

    /** Appends the boot leaf of this process, and the loss after which it begins. */
    synchronized void boot(Optional<Head> previous, Optional<JournalJson.Lost> lost) {
        // Only a log's first leaf names the log before.
        append(boot.leaf(clock.millis(), next == 0 ? previous : Optional.empty()));
        boot = boot.later();
        lost.ifPresent(loss -> append(Leaves.loss(clock.millis(), loss.since(), loss.what())));
    }

    synchronized Leaf append(byte[] bytes) {
        CompletableFuture<Void> durable = journal.append(FrameType.LEAF, 0, 0, next, bytes);
        Leaf leaf = new Leaf(next, bytes, LogWriter.leafHash(bytes), durable);
        next++;
        fresh.add(leaf);
        return leaf;
    }

    /** A session was sealed by this leaf; it gets its proof with the next checkpoint. */
    void sealed(SessionFiles session, long leaf) {
        unproven.put(session, leaf);
    }

    /** Takes new leaves into the tree and publishes its head; nothing when there is no news. */
    void checkpoint() throws IOException {
        for (Leaf leaf : drain()) {
            // The journal keeps order: with the last one all are durable.
            leaf.durable().join();
            if (log.append(leaf.bytes()) != leaf.index()) {
                throw new IOException("the log lost count at leaf " + leaf.index());
            }
        }
        if (log.size() > log.head().size() || !unproven.isEmpty()) {
            publish();
        }
    }

    /** True when a later month has begun, or the last leaf closed the log. */
    boolean isOver() throws IOException {
        return place.location().isOverAt(clock.instant()) || closing().isPresent();
    }

    /** Closes this epoch and begins the next one. */
    void roll() throws IOException {
        change(true, Optional.empty());
    }

    /**
     * Begins the next epoch and leaves this one as it is: after a loss nobody knows which leaves
     * were signed behind its last one.
     */
    void supersede(Optional<JournalJson.Lost> lost) throws IOException {
        change(false, lost);
    }

    /** Nobody appends meanwhile, and nobody ever again when it fails half way. */
    private synchronized void change(boolean close, Optional<JournalJson.Lost> lost)
            throws IOException {
        try {
            if (close && closing().isEmpty()) {
                append(Leaves.close(clock.millis(), following().origin()));
            }
            checkpoint();
            Head last = log.head();
            Optional<Head> previous = last.size() == 0 ? Optional.empty() : Optional.of(last);
            place = place.at(following());
            log = announced(place, lost, journal);
            next = 0;
            boot(previous, lost);
            checkpoint();
        } catch (IOException | RuntimeException | Error failed) {
            journal.fail(failed);
            throw failed;
        }
    }

    private static LogWriter announced(
            Place place, Optional<JournalJson.Lost> lost, Journal journal) throws IOException {
        String name = place.location().epoch();
        byte[] epoch = JournalJson.epoch(new JournalJson.Epoch(name, lost));
        journal.append(FrameType.EPOCH, 0, 0, 0, epoch).join();
        return place.open("");
    }

    private synchronized List<Leaf> drain() {
        List<Leaf> drained = fresh;
        fresh = new ArrayList<>();
        return drained;
    }

    private LogLocation following() throws IOException {
        LogLocation here = place.location();
        Optional<String> origin = closing();
        return origin.isEmpty()
                ? here.next(clock.instant())
                : new LogLocation(here.cluster(), here.node(), LogLocation.epoch(origin.get()));
    }

    /** The origin that the last leaf names, if that leaf closes the log. */
    private Optional<String> closing() throws IOException {
        Optional<byte[]> last = log.last();
        if (last.isEmpty()) {
            return Optional.empty();
        }
        JsonNode leaf = JournalJson.read(last.get());
        return JournalJson.text(leaf, "t").equals("close")
                ? Optional.of(JournalJson.text(leaf, "next"))
                : Optional.empty();
    }

    private void publish() throws IOException {
        String note = log.integrate();
        journal.append(FrameType.CHECKPOINT, 0, 0, log.size(), Recording.utf8(note)).join();
        log.publish(note);
        for (Map.Entry<SessionFiles, Long> sealed : unproven.entrySet()) {
            sealed.getKey().writeProof(log.proof(sealed.getValue()));
        }
        unproven.clear();
    }
}
