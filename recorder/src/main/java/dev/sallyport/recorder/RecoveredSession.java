package dev.sallyport.recorder;

import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.journal.Entry;
import dev.sallyport.recorder.journal.Frame;
import dev.sallyport.recorder.session.SegmentStream;
import dev.sallyport.recorder.session.SessionFiles;
import dev.sallyport.recorder.session.SessionInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** One session as the journal tells it: its streams, its last leaf, and bytes in no leaf yet. */
final class RecoveredSession {
    private final SessionInfo info;
    private final Map<String, Stream> streams = new LinkedHashMap<>();
    // Empty until the open leaf was seen: then nobody was told that the session is open.
    private byte[] previous = {};
    private long sealLeaf = -1;

    RecoveredSession(SessionInfo info) {
        this.info = info;
    }

    SessionInfo info() {
        return info;
    }

    /** True when somebody may have been told that the session is open. */
    boolean isOpened() {
        return previous.length > 0;
    }

    boolean hasPending() {
        return streams.values().stream().anyMatch(stream -> !stream.whole().isEmpty());
    }

    boolean isSealed() {
        return sealLeaf >= 0;
    }

    /** The hash of its last leaf. */
    void follow(byte[] leafHash) {
        previous = leafHash;
    }

    Optional<Stream> stream(String name) {
        return Optional.ofNullable(streams.get(name));
    }

    Collection<Stream> streams() {
        return streams.values();
    }

    Stream add(String name, int handle) {
        Stream stream = new Stream(name, handle);
        streams.put(name, stream);
        return stream;
    }

    /** Sealed by this leaf: only the proof may be missing. */
    void sealed(long leaf) {
        sealLeaf = leaf;
        streams.clear();
    }

    /** The session to go on with, behind its last leaf. */
    RecoveredState.Resumed resume(Disk disk, Path root, boolean gaps) throws IOException {
        SessionFiles files = new SessionFiles(disk, root, info, previous);
        List<RecoveredState.Pending> pending = new ArrayList<>();
        for (Stream stream : streams.values()) {
            SegmentStream segments =
                    new SegmentStream(disk, info.directory(root), stream.name, stream.handle);
            segments.resume(stream.committed);
            files.add(segments);
            List<Frame> frames = gaps ? stream.whole() : stream.pending;
            frames.forEach(frame -> pending.add(stream.rest(segments, frame)));
        }
        if (gaps && !isSealed()) {
            files.abandon();
        }
        return new RecoveredState.Resumed(files, sealLeaf, pending);
    }

    /** One stream: what leaves commit to, and the frames behind. */
    static final class Stream {
        private final String name;
        private final int handle;
        private final List<Frame> pending = new ArrayList<>();
        private SegmentStream.Committed committed = SegmentStream.Committed.NOTHING;

        private Stream(String name, int handle) {
            this.name = name;
            this.handle = handle;
        }

        int handle() {
            return handle;
        }

        void take(Frame frame) {
            pending.add(frame);
        }

        /** Takes over what waited for the stream to be known. */
        void claim(Map<Integer, List<Frame>> orphans, SegmentStream.Committed upTo) {
            List<Frame> waiting = orphans.remove(handle);
            committed = upTo;
            pending.addAll(waiting == null ? List.of() : waiting);
            drop();
        }

        /** A leaf commits to the next chunk. */
        void chunk(JsonNode leaf, byte[] hash) {
            if (leaf.path("n").asInt() < committed.chunks()) {
                return; // Known from a STATE.
            }
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
        private RecoveredState.Pending rest(SegmentStream segments, Frame frame) {
            boolean fresh = frame.number() >= committed.bytes();
            return new RecoveredState.Pending(
                    segments,
                    Entry.recovered(
                            frame,
                            fresh ? frame.number() : committed.bytes(),
                            fresh ? frame.bytes() : new byte[0]));
        }

        /** The pending frames that follow without a gap on what leaves commit to. */
        private List<Frame> whole() {
            List<Frame> whole = new ArrayList<>();
            long end = committed.bytes();
            for (Frame frame : pending) {
                if (frame.number() > end) {
                    return whole;
                }
                whole.add(frame);
                end = Math.max(end, frame.number() + frame.bytes().length);
            }
            return whole;
        }

        /** Forgets bytes that a leaf commits to; an empty frame only ends a session. */
        private void drop() {
            pending.removeIf(frame ->
                    frame.number() + frame.bytes().length <= committed.bytes()
                            && frame.flags() == 0);
        }
    }
}
