package dev.sallyport.recorder;

import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.journal.Entry;
import dev.sallyport.recorder.journal.Frame;
import dev.sallyport.recorder.log.Checkpoint;
import dev.sallyport.recorder.log.Head;
import dev.sallyport.recorder.log.LogLocation;
import dev.sallyport.recorder.log.LogWriter;
import dev.sallyport.recorder.session.SegmentStream;
import dev.sallyport.recorder.session.SessionFiles;
import dev.sallyport.recorder.session.SessionInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * What the journal's frames say about where the node stood: leaves that no checkpoint covers yet,
 * sessions that were open, and their bytes that no leaf commits to yet.
 *
 * <p>Frames of freed files are missing: a session that opened in one of them is known from STATE
 * frames, and its streams and bytes until then wait. A series of STATE frames says how far the
 * sequencer was: only what it had seen by then, and did not name, belongs to sealed sessions.
 */
final class RecoveredState implements Consumer<Frame> {
    private final Map<String, RecoveredSession> sessions = new LinkedHashMap<>();
    private final Map<Integer, RecoveredSession.Stream> streams = new HashMap<>();
    private final Map<Integer, List<Frame>> orphans = new HashMap<>();
    private final Map<String, List<Frame>> orphanStreams = new HashMap<>();
    private final TreeMap<Long, byte[]> leaves = new TreeMap<>();
    private final boolean gaps;
    private String epoch = "";
    private Optional<JournalJson.Lost> lost = Optional.empty();
    private String checkpoint = "";
    private int greatestHandle;
    private long frames;
    private boolean unfinished;

    /** Of a journal that is whole. */
    RecoveredState() {
        this(false);
    }

    private RecoveredState(boolean gaps) {
        this.gaps = gaps;
    }

    /**
     * Of a journal that lacks frames. Its LEAF frames are kept only; what leaves say about sessions
     * comes from the log, through {@link #replay}.
     */
    static RecoveredState withGaps() {
        return new RecoveredState(true);
    }

    /** Bytes of a stream that no leaf commits to. */
    record Pending(SegmentStream stream, Entry entry) {}

    /** A session to go on with; {@code sealLeaf} is -1 unless only its proof may be missing. */
    record Resumed(SessionFiles files, long sealLeaf, List<Pending> pending) {
        Resumed {
            pending = List.copyOf(pending);
        }

        /** True when its end was recorded before the node went away. */
        boolean isEnding() {
            return pending.stream().anyMatch(each -> each.entry().flags() != 0);
        }
    }

    @Override
    public void accept(Frame frame) {
        try {
            read(frame);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The note of the last CHECKPOINT frame of the epoch, or empty. */
    String checkpoint() {
        return checkpoint;
    }

    /** What the last CHECKPOINT frame of the epoch signed. */
    Optional<Head> head() {
        return checkpoint.isEmpty()
                ? Optional.empty()
                : Optional.of(Checkpoint.ofNote(checkpoint).head());
    }

    /** The epoch that was being written, or empty. */
    String epoch() {
        return epoch;
    }

    /** The loss after which the epoch begins, unless its leaf is there already. */
    Optional<JournalJson.Lost> undeclared() {
        return lost;
    }

    /** True when files are there that an accepted loss should have put aside. */
    boolean isUnfinished() {
        return unfinished;
    }

    int greatestHandle() {
        return greatestHandle;
    }

    /** The leaves from index {@code size} on, without a gap. */
    List<byte[]> leavesFrom(long size) throws IOException {
        List<byte[]> rest = List.copyOf(leaves.tailMap(size).values());
        if (!rest.isEmpty() && leaves.lastKey() != size + rest.size() - 1) {
            throw new IOException("the journal lacks leaves behind index " + size);
        }
        return rest;
    }

    /** The leaves from index {@code size} on, up to the first that is missing. */
    List<byte[]> wholeLeavesFrom(long size) {
        List<byte[]> rest = new ArrayList<>();
        for (byte[] leaf = leaves.get(size); leaf != null; leaf = leaves.get(size + rest.size())) {
            rest.add(leaf);
        }
        return rest;
    }

    /**
     * A leaf as the log has it, in order; leaves of which the frames said so already change
     * nothing. Of a session that was sealed in an earlier epoch there is nothing left to do.
     */
    void replay(boolean newest, long index, byte[] leaf) throws IOException {
        JsonNode read = JournalJson.read(leaf);
        if (!newest && JournalJson.text(read, "t").equals("seal")) {
            sessions.remove(JournalJson.text(read, "sid"));
        } else {
            leaf(index, leaf, read);
        }
    }

    /** The first day on which one of the sessions began, as in its directory; empty without any. */
    Optional<String> firstDay() {
        return sessions.values().stream().map(each -> each.info().day()).min(String::compareTo);
    }

    /** Every session that was open, or whose seal may lack its proof. */
    List<Resumed> resume(Disk disk, Path root) throws IOException {
        List<Resumed> resumed = new ArrayList<>();
        for (RecoveredSession session : sessions.values()) {
            if (session.isOpened() || gaps && session.hasPending()) {
                try {
                    resumed.add(session.resume(disk, root, gaps));
                } catch (IOException lessThanItsLeaves) {
                    // What is lost is lost with an operator's leave; verification names it.
                    if (!gaps) {
                        throw lessThanItsLeaves;
                    }
                }
            }
        }
        return resumed;
    }

    private void read(Frame frame) throws IOException {
        frames++;
        greatestHandle = Math.max(greatestHandle, frame.handle());
        switch (frame.type()) {
            case OPEN -> {
                SessionInfo info = JournalJson.info(frame.bytes());
                RecoveredSession session = new RecoveredSession(info);
                sessions.put(info.session(), session);
                add(session, "events", frame.handle());
            }
            case STREAM -> {
                JournalJson.StreamName name = JournalJson.streamName(frame.bytes());
                RecoveredSession session = sessions.get(name.session());
                if (session == null) {
                    orphanStreams
                            .computeIfAbsent(name.session(), id -> new ArrayList<>())
                            .add(frame);
                } else {
                    add(session, name.stream(), frame.handle());
                }
            }
            case DATA -> data(frame);
            case LEAF -> {
                leaves.put(frame.number(), frame.bytes());
                JsonNode read = JournalJson.read(frame.bytes());
                if (JournalJson.text(read, "t").equals("loss")) {
                    lost = Optional.empty();
                }
                if (!gaps) {
                    leaf(frame.number(), frame.bytes(), read);
                }
            }
            case CHECKPOINT -> checkpoint(frame);
            case EPOCH -> {
                JournalJson.Epoch begun = JournalJson.epochOf(frame.bytes());
                epoch = begun.name();
                lost = begun.lost();
                checkpoint = "";
                leaves.clear();
                // The older epoch was published to its end, with every proof.
                sessions.values().removeIf(RecoveredSession::isSealed);
            }
            case STATE -> state(JournalJson.stateOf(frame.bytes()));
            case STATE_END -> {
                // A journal begins so after a loss: nothing before it is needed.
                unfinished |= frames > 1 && needed(frame) == frame.sequence();
                forget(orphans.values(), frame.number());
                forget(orphanStreams.values(), frame.number());
            }
            case STOP -> {}
        }
    }

    private RecoveredSession.Stream add(RecoveredSession session, String name, int handle) {
        RecoveredSession.Stream stream = session.add(name, handle);
        streams.put(handle, stream);
        return stream;
    }

    private void data(Frame frame) {
        RecoveredSession.Stream stream = streams.get(frame.handle());
        if (stream == null) {
            orphans.computeIfAbsent(frame.handle(), handle -> new ArrayList<>()).add(frame);
        } else {
            stream.take(frame);
        }
    }

    private static long needed(Frame frame) {
        return frame.bytes().length == Long.BYTES ? ByteBuffer.wrap(frame.bytes()).getLong() : 0;
    }

    private static void forget(Collection<List<Frame>> waiting, long consumed) {
        waiting.forEach(frames -> frames.removeIf(frame -> frame.sequence() <= consumed));
        waiting.removeIf(List::isEmpty);
    }

    /**
     * Adds what is not known yet; the rest was followed frame by frame, from an older STATE or the
     * OPEN on.
     */
    private void state(JournalJson.State state) throws IOException {
        String id = state.info().session();
        RecoveredSession session = sessions.get(id);
        if (session == null) {
            session = new RecoveredSession(state.info());
            session.follow(state.previous());
            sessions.put(id, session);
        }
        for (JournalJson.StreamState each : state.streams()) {
            greatestHandle = Math.max(greatestHandle, each.handle());
            if (session.stream(each.name()).isEmpty()) {
                add(session, each.name(), each.handle()).claim(orphans, each.committed());
            }
        }
        List<Frame> begun = orphanStreams.remove(id);
        for (Frame frame : begun == null ? List.<Frame>of() : begun) {
            String name = JournalJson.streamName(frame.bytes()).stream();
            // Otherwise the sequencer had taken the stream before it wrote the STATE.
            if (session.stream(name).isEmpty()) {
                add(session, name, frame.handle()).claim(orphans, SegmentStream.Committed.NOTHING);
            }
        }
    }

    private void checkpoint(Frame frame) throws IOException {
        checkpoint = new String(frame.bytes(), StandardCharsets.UTF_8);
        leaves.headMap(frame.number()).clear();
        try {
            epoch = LogLocation.epoch(Checkpoint.ofNote(checkpoint).head().origin());
        } catch (IllegalArgumentException malformed) {
            throw new IOException("a journal frame holds no checkpoint", malformed);
        }
    }

    private void leaf(long index, byte[] bytes, JsonNode leaf) {
        RecoveredSession session = sessions.get(JournalJson.text(leaf, "sid"));
        if (session == null) {
            return;
        }
        byte[] hash = LogWriter.leafHash(bytes);
        session.follow(hash);
        String type = JournalJson.text(leaf, "t");
        if (type.equals("chunk")) {
            session.stream(JournalJson.text(leaf, "st"))
                    .ifPresent(stream -> stream.chunk(leaf, hash));
        } else if (type.equals("seal")) {
            session.streams().forEach(stream -> streams.remove(stream.handle()));
            session.sealed(index);
        }
    }
}
