package dev.sallyport.recorder;

import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.recorder.journal.Entry;
import dev.sallyport.recorder.journal.FrameType;
import dev.sallyport.recorder.journal.Journal;
import dev.sallyport.recorder.log.Hash;
import dev.sallyport.recorder.log.LogWriter;
import dev.sallyport.recorder.session.Leaves;
import dev.sallyport.recorder.session.SegmentStream;
import dev.sallyport.recorder.session.SessionFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one thread that turns durable journal entries into segments, leaves, seals and checkpoints.
 *
 * <p>Order, on which verification rests: segment bytes are forced before a leaf commits to them; a
 * leaf is durable in the journal before the tree holds it; a signed checkpoint is durable in the
 * journal before anybody sees it. Any failure is final.
 */
final class Sequencer {
    private static final int SCRATCH = 1 << 20;
    private static final HexFormat HEX = HexFormat.of();

    private final Journal journal;
    private final LogWriter log;
    private final LeafLog leaves;
    private final InstantSource clock;
    private final RecorderSettings.Pace pace;
    private final Consumer<Throwable> onFailure;
    private final BlockingQueue<List<Entry>> inbox;
    private final Thread thread;
    private volatile boolean stopping;

    /** Streams by handle, put there before their first entry is appended. */
    private final ConcurrentHashMap<Integer, Registered> registered = new ConcurrentHashMap<>();

    // From here on owned by the sequencer thread.
    private final Map<String, SessionFiles> active = new LinkedHashMap<>();
    private final SequencedSet<SegmentStream> unflushed = new LinkedHashSet<>();
    private final SequencedMap<SegmentStream, SessionFiles> uncut = new LinkedHashMap<>();
    private final List<SessionFiles> ending = new ArrayList<>();
    private final SequencedMap<SessionFiles, Long> unproven = new LinkedHashMap<>();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH);
    private long consumed;
    private long nextFlush;
    private long nextRound;
    private long nextHeartbeat;

    private record Registered(SessionFiles session, SegmentStream stream) {}

    Sequencer(
            Journal journal,
            LogWriter log,
            LeafLog leaves,
            InstantSource clock,
            RecorderSettings.Pace pace,
            BlockingQueue<List<Entry>> inbox,
            Consumer<Throwable> onFailure) {
        this.journal = journal;
        this.log = log;
        this.leaves = leaves;
        this.clock = clock;
        this.pace = pace;
        this.onFailure = onFailure;
        this.inbox = inbox;
        thread = Thread.ofPlatform().daemon().name("recorder-sequencer").unstarted(this::run);
    }

    static BlockingQueue<List<Entry>> inbox() {
        return new LinkedBlockingQueue<>();
    }

    /** Makes a stream known; MUST come before its OPEN or STREAM frame. */
    void register(SessionFiles session, SegmentStream stream) {
        registered.put(stream.handle(), new Registered(session, stream));
    }

    /** Takes over what recovery found, before {@link #start}. */
    void adopt(RecoveredState.Resumed resumed) throws IOException {
        SessionFiles session = resumed.files();
        if (resumed.sealLeaf() >= 0) {
            unproven.put(session, resumed.sealLeaf());
            session.sealed().complete(null);
            return;
        }
        active.put(session.info().session(), session);
        for (SegmentStream stream : session.streams()) {
            register(session, stream);
        }
        for (RecoveredState.Pending pending : resumed.pending()) {
            take(pending.entry(), new Registered(session, pending.stream()));
        }
    }

    void start() {
        nextHeartbeat = System.nanoTime() + pace.heartbeat().toNanos();
        thread.start();
    }

    /** Takes all that is durable by now through to a published checkpoint, then ends. */
    void stop() {
        stopping = true;
        inbox.add(List.of());
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            boolean last;
            do {
                last = stopping;
                receive();
                step(System.nanoTime(), last);
            } while (!last);
        } catch (IOException | InterruptedException | RuntimeException | Error failed) {
            onFailure.accept(failed);
        }
    }

    private void receive() throws IOException, InterruptedException {
        long wait = Math.max(0, Math.min(nextFlush, nextRound) - System.nanoTime());
        List<Entry> group = inbox.poll(wait, TimeUnit.NANOSECONDS);
        while (group != null) {
            for (Entry entry : group) {
                take(entry);
            }
            group = inbox.poll();
        }
    }

    private void step(long now, boolean last) throws IOException {
        if (last || now >= nextFlush) {
            flush();
            nextFlush = now + pace.flush().toNanos();
        }
        for (SessionFiles session : ending) {
            seal(session);
        }
        ending.clear();
        if (last || now >= nextRound) {
            round(now);
            nextRound = now + pace.checkpoint().toNanos();
        }
    }

    private void take(Entry entry) throws IOException {
        consumed = entry.sequence();
        Registered target = registered.get(entry.handle());
        if (target == null) {
            return;
        }
        switch (entry.type()) {
            case OPEN -> {
                active.put(target.session().info().session(), target.session());
                target.session().add(target.stream());
            }
            case STREAM -> target.session().add(target.stream());
            case DATA -> take(entry, target);
            case LEAF, CHECKPOINT, STATE, STATE_END, STOP -> {}
        }
    }

    private void take(Entry entry, Registered target) throws IOException {
        SegmentStream stream = target.stream();
        if (stream.isFullFor(entry.bytes().length)) {
            cut(List.of(stream));
        }
        stream.add(entry, System.nanoTime());
        if (entry.bytes().length == 0) {
            journal.release(entry);
        } else {
            unflushed.add(stream);
            uncut.put(stream, target.session());
        }
        if (stream.unflushedBytes() >= SCRATCH / 4) {
            stream.flush(scratch, journal::release);
        }
        if (entry.flags() != 0) {
            target.session().end(SessionEnd.values()[entry.flags() - 1]);
            ending.add(target.session());
        }
    }

    private void flush() throws IOException {
        for (SegmentStream stream : unflushed) {
            stream.flush(scratch, journal::release);
        }
        unflushed.clear();
    }

    /** Commits to everything in {@code streams}, one chunk each. */
    private void cut(List<SegmentStream> streams) throws IOException {
        LinkedHashSet<SessionFiles> changed = new LinkedHashSet<>();
        for (SegmentStream stream : streams) {
            stream.flush(scratch, journal::release);
            unflushed.remove(stream);
            if (stream.force()) {
                changed.add(session(stream));
            }
        }
        for (SessionFiles session : changed) {
            session.forceDirectory();
        }
        for (SegmentStream stream : streams) {
            SessionFiles session = session(stream);
            byte[] leaf =
                    Leaves.chunk(
                            clock.millis(),
                            session.info().session(),
                            stream.cut(),
                            session.previous());
            byte[] hash = leaves.append(leaf).hash();
            session.follow(hash);
            stream.committed(HEX.formatHex(hash));
            uncut.remove(stream);
        }
    }

    private SessionFiles session(SegmentStream stream) {
        SessionFiles session = uncut.get(stream);
        if (session == null) {
            throw new IllegalStateException("a stream without bytes was cut");
        }
        return session;
    }

    private void seal(SessionFiles session) throws IOException {
        cut(session.streams().stream().filter(SegmentStream::hasNews).toList());
        SequencedMap<String, Leaves.Total> totals = session.totals();
        byte[] sums = session.writeSums(totals);
        byte[] bytes =
                Leaves.seal(
                        clock.millis(),
                        session.info().session(),
                        session.ending().orElse(SessionEnd.ERROR).word(),
                        totals,
                        Hash.sha256(sums).hex(),
                        session.previous());
        LeafLog.Leaf leaf = leaves.append(bytes);
        unproven.put(session, leaf.index());
        active.remove(session.info().session());
        session.streams().forEach(stream -> registered.remove(stream.handle()));
        leaf.durable()
                .whenComplete((done, failed) -> {
                    if (failed == null) {
                        session.sealed().complete(null);
                    } else {
                        session.sealed().completeExceptionally(failed);
                    }
                });
    }

    private void round(long now) throws IOException {
        cut(
                uncut.sequencedKeySet().stream()
                        .filter(stream ->
                                stopping
                                        || stream.isDue(
                                                now,
                                                pace.chunk().toNanos(),
                                                pace.checkpoint().toNanos()))
                        .toList());
        if (now >= nextHeartbeat) {
            leaves.append(heartbeat());
            nextHeartbeat = now + pace.heartbeat().toNanos();
        }
        checkpoint();
        free();
    }

    private byte[] heartbeat() {
        List<String> open =
                active.values().stream()
                        .filter(session -> !session.info().isNode())
                        .map(session -> session.info().session() + "\n")
                        .sorted()
                        .toList();
        byte[] ids = String.join("", open).getBytes(StandardCharsets.US_ASCII);
        return Leaves.heartbeat(clock.millis(), open.size(), Hash.sha256(ids).hex());
    }

    /** Takes new leaves into the tree and publishes its head. */
    private void checkpoint() throws IOException {
        List<LeafLog.Leaf> news = leaves.drain();
        if (!news.isEmpty() || !unproven.isEmpty()) {
            // The journal keeps order: with the last one all are durable.
            for (LeafLog.Leaf leaf : news) {
                leaf.durable().join();
                if (log.append(leaf.bytes()) != leaf.index()) {
                    throw new IOException("the log lost count at leaf " + leaf.index());
                }
            }
            publish();
        }
    }

    private void publish() throws IOException {
        String note = log.integrate();
        journal.append(
                        FrameType.CHECKPOINT,
                        0,
                        0,
                        log.size(),
                        note.getBytes(StandardCharsets.UTF_8))
                .join();
        log.publish(note);
        for (Map.Entry<SessionFiles, Long> sealed : unproven.entrySet()) {
            sealed.getKey().writeProof(log.proof(sealed.getValue()));
        }
        unproven.clear();
    }

    /** Frees journal files of which everything is in segments and under a checkpoint. */
    private void free() throws IOException {
        if (journal.olderFiles() == 0) {
            return;
        }
        long needed = consumed + 1;
        for (SegmentStream stream : uncut.keySet()) {
            needed = Math.min(needed, stream.firstPending());
        }
        if (!journal.canFreeBefore(needed)) {
            return;
        }
        for (SessionFiles session : active.values()) {
            journal.append(FrameType.STATE, 0, 0, 0, JournalJson.state(session));
        }
        journal.append(FrameType.STATE_END, 0, 0, consumed, new byte[0]).join();
        journal.freeBefore(needed);
    }
}
