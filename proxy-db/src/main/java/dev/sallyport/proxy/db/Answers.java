package dev.sallyport.proxy.db;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What the server still has to answer, in the order in which it was sent. After an error the server
 * skips everything up to the next Sync, also what reaches it later; so does this. Owned by the
 * event loop.
 */
final class Answers {
    private final Names names;
    private final DbTap tap;
    private final LongSupplier nanoTime;
    private final Deque<Expected> expected = new ArrayDeque<>();
    private boolean skipping;

    Answers(Names names, DbTap tap, LongSupplier nanoTime) {
        this.names = names;
        this.tap = tap;
        this.nanoTime = nanoTime;
    }

    /** A message is sent, and the server will answer it. */
    void expect(Expected next) {
        if (skipping && next instanceof Expected.Sync) {
            skipping = false;
        }
        if (skipping) {
            skip(List.of(next));
        } else {
            expected.add(next);
        }
    }

    /** The server answers this before everything else: the proxy itself has sent it first. */
    void expectFirst(Expected next) {
        expected.addFirst(next);
    }

    /** What is answered now; markers that need no answer are passed over. */
    Optional<Expected> current() {
        while (expected.peek() instanceof Expected.CopyEnd) {
            expected.remove();
        }
        return Optional.ofNullable(expected.peek());
    }

    /** What was answered now is done. */
    void done() {
        expected.remove();
    }

    /** An error answered something of the extended protocol: what follows it is skipped. */
    void failed() {
        var skipped = new ArrayList<Expected>();
        while (!expected.isEmpty() && !(expected.peek() instanceof Expected.Sync)) {
            skipped.add(expected.remove());
        }
        skipping = expected.isEmpty();
        skip(skipped);
    }

    /**
     * The server reads CopyData from now on and ignores the Syncs that were sent before the data
     * ended.
     *
     * @return how many it ignores
     */
    int copyInBegan() {
        int ignored = 0;
        var kept = new ArrayDeque<Expected>();
        boolean inside = true;
        for (Expected each : expected) {
            inside &= !(each instanceof Expected.CopyEnd);
            if (inside && each instanceof Expected.Sync) {
                ignored++;
            } else {
                kept.add(each);
            }
        }
        expected.clear();
        expected.addAll(kept);
        return ignored;
    }

    /** True when the end of the data was sent already. */
    boolean hasCopyEnd() {
        return expected.stream().anyMatch(Expected.CopyEnd.class::isInstance);
    }

    /** True when a statement is at the server whose answer has not come. */
    boolean isRunning() {
        return expected.stream()
                .anyMatch(each ->
                        each instanceof Expected.Execute
                                || each instanceof Expected.Query
                                || each instanceof Expected.Call);
    }

    /** The connection is gone: nothing of this will be answered. */
    void abandon() {
        var rest = List.copyOf(expected);
        expected.clear();
        skip(rest);
    }

    private void skip(List<Expected> skipped) {
        var changes = new ArrayList<Names.Change>();
        for (Expected each : skipped) {
            switch (each) {
                case Expected.Parse parse -> changes.add(parse.change());
                case Expected.Bind bind -> changes.add(bind.change());
                case Expected.Close close -> changes.add(close.change());
                case Expected.Execute(Execution execution, var change) -> {
                    change.ifPresent(changes::add);
                    tap.skipped(execution, nanoTime.getAsLong());
                }
                case Expected.Query query -> skip(query, changes);
                case Expected.Call(Execution execution) ->
                        tap.skipped(execution, nanoTime.getAsLong());
                case Expected.Describe _ -> {}
                case Expected.Refused _ -> {}
                case Expected.Sync _ -> {}
                case Expected.OwnRollback _ -> {}
                case Expected.CopyEnd _ -> {}
            }
        }
        names.undo(changes);
    }

    /** The rest of a text after one of its statements failed. */
    void skip(Expected.Query query, List<Names.Change> changes) {
        for (Expected.Query.Part part : query.rest()) {
            part.change().ifPresent(changes::add);
            tap.skipped(part.execution(), nanoTime.getAsLong());
        }
    }

    /** As above, when the text has failed by itself. */
    void skipRest(Expected.Query query) {
        var changes = new ArrayList<Names.Change>();
        skip(query, changes);
        names.undo(changes);
    }
}
