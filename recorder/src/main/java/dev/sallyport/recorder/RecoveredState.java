package dev.sallyport.recorder;

import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.journal.Entry;
import dev.sallyport.recorder.journal.Frame;
import dev.sallyport.recorder.log.LogWriter;
import dev.sallyport.recorder.session.SegmentStream;
import dev.sallyport.recorder.session.SessionFiles;
import dev.sallyport.recorder.session.SessionInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Map<Integer, Stream> streams = new HashMap<>();
    private final Map<Integer, List<Frame>> orphans = new HashMap<>();
    private final Map<String, List<Frame>> orphanStreams = new HashMap<>();
    private final TreeMap<Long, byte[]> leaves = new TreeMap<>();
    private String checkpoint = "";
    private int greatestHandle;

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

    /** The note of the last CHECKPOINT frame, or empty. */
    String checkpoint() {
        return checkpoint;
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

    /** Every session that was open, or whose seal may lack its proof. */
    List<Resumed> resume(Disk disk, Path root) throws IOException {
        List<Resumed> resumed = new ArrayList<>();
        for (Session session : sessions.values()) {
            if (session.previous.length > 0) {
                resumed.add(session.resume(disk, root));
            }
        }
        return resumed;
    }

    private void read(Frame frame) throws IOException {
        greatestHandle = Math.max(greatestHandle, frame.handle());
        switch (frame.type()) {
            case OPEN -> {
                SessionInfo info = JournalJson.info(frame.bytes());
                Session session = new Session(info);
                sessions.put(info.session(), session);
                add(session, "events", frame.handle());
            }
            case STREAM -> {
                JournalJson.StreamName name = JournalJson.streamName(frame.bytes());
                Session session = sessions.get(name.session());
                if (session == null) {
                    orphanStreams
                            .computeIfAbsent(name.session(), id -> new ArrayList<>())
                            .add(frame);
                } else {
                    add(session, name.stream(), frame.handle());
                }
            }
            case DATA -> data(frame);
            case LEAF -> leaf(frame);
            case CHECKPOINT -> {
                checkpoint = new String(frame.bytes(), StandardCharsets.UTF_8);
                leaves.headMap(frame.number()).clear();
            }
            case STATE -> state(JournalJson.stateOf(frame.bytes()));
            case STATE_END -> {
                forget(orphans.values(), frame.number());
                forget(orphanStreams.values(), frame.number());
            }
            case STOP -> {}
        }
    }

    private Stream add(Session session, String name, int handle) {
        Stream stream = new Stream(name, handle);
        session.streams.put(name, stream);
        streams.put(handle, stream);
        return stream;
    }

    private void data(Frame frame) {
        Stream stream = streams.get(frame.handle());
        if (stream == null) {
            orphans.computeIfAbsent(frame.handle(), handle -> new ArrayList<>()).add(frame);
        } else {
            stream.pending.add(frame);
        }
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
        Session session = sessions.get(id);
        if (session == null) {
            session = new Session(state.info());
            session.previous = state.previous();
            sessions.put(id, session);
        }
        for (JournalJson.StreamState each : state.streams()) {
            greatestHandle = Math.max(greatestHandle, each.handle());
            if (!session.streams.containsKey(each.name())) {
                add(session, each.name(), each.handle()).claim(orphans, each.committed());
            }
        }
        List<Frame> begun = orphanStreams.remove(id);
        for (Frame frame : begun == null ? List.<Frame>of() : begun) {
            String name = JournalJson.streamName(frame.bytes()).stream();
            // Otherwise the sequencer had taken the stream before it wrote the STATE.
            if (!session.streams.containsKey(name)) {
                add(session, name, frame.handle()).claim(orphans, SegmentStream.Committed.NOTHING);
            }
        }
    }

    private void leaf(Frame frame) throws IOException {
        leaves.put(frame.number(), frame.bytes());
        JsonNode leaf = JournalJson.read(frame.bytes());
        Session session = sessions.get(JournalJson.text(leaf, "sid"));
        if (session == null) {
            return;
        }
        session.previous = LogWriter.leafHash(frame.bytes());
        String type = JournalJson.text(leaf, "t");
        if (type.equals("chunk")) {
            Stream stream = session.streams.get(JournalJson.text(leaf, "st"));
            if (stream != null) {
                stream.chunk(leaf, session.previous);
            }
        } else if (type.equals("seal")) {
            session.sealLeaf = frame.number();
            session.streams.values().forEach(stream -> streams.remove(stream.handle));
            session.streams.clear();
        }
    }

    private static final class Session {
        private final SessionInfo info;
        private final Map<String, Stream> streams = new LinkedHashMap<>();
        // Empty until the open leaf was seen: then nobody was told that the session is open.
        private byte[] previous = {};
        private long sealLeaf = -1;

        Session(SessionInfo info) {
            this.info = info;
        }

        Resumed resume(Disk disk, Path root) throws IOException {
            SessionFiles files = new SessionFiles(disk, root, info, previous);
            List<Pending> pending = new ArrayList<>();
            for (Stream stream : streams.values()) {
                SegmentStream segments =
                        new SegmentStream(disk, info.directory(root), stream.name, stream.handle);
                segments.resume(stream.committed);
                files.add(segments);
                stream.pending.forEach(frame -> pending.add(stream.rest(segments, frame)));
            }
            return new Resumed(files, sealLeaf, pending);
        }
    }

    private static final class Stream {
        private final String name;
        private final int handle;
        private final List<Frame> pending = new ArrayList<>();
        private SegmentStream.Committed committed = SegmentStream.Committed.NOTHING;

        Stream(String name, int handle) {
            this.name = name;
            this.handle = handle;
        }

        /** Takes over what waited for the stream to be known. */
        void claim(Map<Integer, List<Frame>> orphans, SegmentStream.Committed upTo) {
            List<Frame> waiting = orphans.remove(handle);
            committed = upTo;
            pending.addAll(waiting == null ? List.of() : waiting);
            drop();
        }

        void chunk(JsonNode leaf, byte[] hash) {
            int segment = leaf.path("seg").asInt();
            long start =
                    segment == committed.segment() ? committed.segmentStart() : committed.bytes();
            committed =
                    new SegmentStream.Committed(
                            segment,
                            start,
                            committed.bytes() + leaf.path("len").asLong(),
                            leaf.path("ev").path(1).asLong() + 1,
                            leaf.path("n").asInt() + 1,
                            HexFormat.of().formatHex(hash));
            drop();
        }

        /** What of a frame no leaf commits to: all of it, or only that it ends the session. */
        Pending rest(SegmentStream segments, Frame frame) {
            boolean fresh = frame.number() >= committed.bytes();
            return new Pending(
                    segments,
                    Entry.recovered(
                            frame,
                            fresh ? frame.number() : committed.bytes(),
                            fresh ? frame.bytes() : new byte[0]));
        }

        /** Forgets bytes that a leaf commits to; an empty frame only ends a session. */
        void drop() {
            pending.removeIf(frame ->
                    frame.number() + frame.bytes().length <= committed.bytes()
                            && frame.flags() == 0);
        }
    }
}
