package dev.sallyport.recorder;

import dev.sallyport.recorder.journal.FrameType;
import dev.sallyport.recorder.journal.Journal;
import dev.sallyport.recorder.log.LogWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Gives leaves their index and makes them durable in the journal, in the same order; the sequencer
 * takes them into the tree. Thread-safe: an {@code open} leaf does not wait for the sequencer.
 */
final class LeafLog {
    private final Journal journal;
    // Guarded by this.
    private long next;
    private List<Leaf> fresh = new ArrayList<>();

    /** A leaf on its way. */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record Leaf(long index, byte[] bytes, byte[] hash, CompletableFuture<Void> durable) {}

    LeafLog(Journal journal, long next) {
        this.journal = journal;
        this.next = next;
    }

    synchronized Leaf append(byte[] bytes) {
        CompletableFuture<Void> durable = journal.append(FrameType.LEAF, 0, 0, next, bytes);
        Leaf leaf = new Leaf(next, bytes, LogWriter.leafHash(bytes), durable);
        next++;
        fresh.add(leaf);
        return leaf;
    }

    /** All leaves since the last call, in order. */
    synchronized List<Leaf> drain() {
        List<Leaf> drained = fresh;
        fresh = new ArrayList<>();
        return drained;
    }
}
