package dev.sallyport.recorder.verify;

import dev.sallyport.recorder.log.Hash;
import dev.sallyport.recorder.log.Head;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * The grammar of one node's leaves over all its logs, in order: processes boot, sessions open, grow
 * and are sealed, heartbeats fill the silence. Hands each sealed session on to the check of its
 * files. Not thread-safe.
 */
final class NodeLeaves implements LogScan.Entries {
    // Heartbeats come every 60 s; two missed ones and a bit are a gap.
    private static final long LONGEST_SILENCE_MILLIS = 150_000;

    // A session opens on its own thread, so the heartbeat beside it may not count it yet.
    private static final long OPENING_MILLIS = 10_000;
    // A node's own events are sessions that heartbeats do not count.
    private static final String NODE = "node";

    private final String node;
    private final Findings findings;
    private final BiConsumer<SessionChain, SessionFiles.Sealed> sealedSessions;
    private final LeafReader reader = new LeafReader();
    private final Map<String, SessionChain> open = new TreeMap<>();
    private final Set<String> closed = new HashSet<>();
    private final Set<String> broken = new HashSet<>();
    private final Map<String, String> tombstones = new HashMap<>();
    private final List<Head> finished = new ArrayList<>();
    private String log = "";
    private LongPredicate receiptDue = index -> false;
    private boolean logClosed;
    private String nextLog = "";
    private int boots;
    private long lastAt;
    private long lastSign;
    private long chunks;
    private long lines;

    NodeLeaves(
            String node,
            Findings findings,
            BiConsumer<SessionChain, SessionFiles.Sealed> sealedSessions) {
        this.node = node;
        this.findings = findings;
        this.sealedSessions = sealedSessions;
    }

    /**
     * The entries that follow are of this log.
     *
     * @param receiptDue whether a leaf is so old that its receipt must be there
     */
    void begin(String log, LongPredicate receiptDue) {
        if (logClosed && !log.equals("log/" + nextLog)) {
            findings.failure(Place.file(log), "the log before it continues in another: " + nextLog);
        }
        this.log = log;
        this.receiptDue = receiptDue;
        this.logClosed = false;
    }

    /** The log's entries are all read; its head is where the next one has to begin. */
    void end(Head head, boolean newest) {
        finished.add(head);
        if (!newest && !logClosed) {
            findings.incomplete(Place.file(log), "the epoch was not closed");
        }
        if (newest && logClosed) {
            findings.failure(Place.file(log), "continues in " + nextLog + ", which is missing");
        }
    }

    Map<String, SessionChain> open() {
        return open;
    }

    /** True when the session's leaves are not a chain; that is reported already. */
    boolean isBroken(String session) {
        return broken.contains(session);
    }

    /** Under which policy this node deleted a session of its own, which it had sealed. */
    Optional<String> deletion(String session) {
        return closed.contains(session)
                ? Optional.ofNullable(tombstones.get(session))
                : Optional.empty();
    }

    int boots() {
        return boots;
    }

    /** When the last leaf was written, in milliseconds since 1970. */
    long lastAt() {
        return lastAt;
    }

    long chunks() {
        return chunks;
    }

    /** Lines of the {@code events} streams. */
    long events() {
        return lines;
    }

    long sessions() {
        return open.size() + (long) closed.size() + broken.size();
    }

    @Override
    public void entry(long index, byte[] entry, Hash hash) {
        Place place = Place.file(log).leaf(index);
        LeafRecord leaf;
        try {
            leaf = reader.read(entry);
        } catch (IllegalArgumentException malformed) {
            findings.failure(place, String.valueOf(malformed.getMessage()));
            return;
        }
        if (logClosed) {
            findings.failure(place, "a leaf after the epoch was closed");
        }
        if (index == 0) {
            requireFirst(leaf, place);
        }
        lastAt = Math.max(lastAt, leaf.at());
        take(leaf, index, hash, place);
    }

    private void take(LeafRecord leaf, long index, Hash hash, Place place) {
        switch (leaf) {
            case LeafRecord.Boot boot -> {
                boots++;
                lastSign = boot.at();
            }
            case LeafRecord.OfSession ofSession -> {
                try {
                    ofSession(ofSession, index, hash);
                } catch (IllegalArgumentException wrong) {
                    String id = ofSession.session();
                    findings.failure(place.session(id), String.valueOf(wrong.getMessage()));
                    open.remove(id);
                    broken.add(id);
                }
            }
            case LeafRecord.Heartbeat heartbeat -> heartbeat(heartbeat, place);
            case LeafRecord.Loss loss ->
                    findings.incomplete(place, "the node says that it lost: " + loss.what());
            case LeafRecord.Close close -> {
                logClosed = true;
                nextLog = close.next();
            }
            case LeafRecord.Tombstone tombstone -> {
                tombstones.put(tombstone.session(), tombstone.policy());
                findings.note(
                        place.session(tombstone.session()),
                        "deleted under policy " + tombstone.policy());
            }
            case LeafRecord.Other _ -> {}
        }
    }

    private void ofSession(LeafRecord.OfSession leaf, long index, Hash hash) {
        String id = leaf.session();
        if (broken.contains(id)) {
            return;
        }
        if (closed.contains(id)) {
            throw new IllegalArgumentException("a leaf of a session that was sealed before");
        }
        switch (leaf) {
            case LeafRecord.Open opened -> {
                if (open.containsKey(id)) {
                    throw new IllegalArgumentException("the session is opened a second time");
                }
                open.put(id, new SessionChain(opened, node, index, hash, boots));
            }
            case LeafRecord.Chunk chunk -> {
                chain(id).chunk(chunk, index, hash);
                chunks++;
                if (chunk.stream().equals("events")) {
                    lines += chunk.lastLine() - chunk.firstLine() + 1;
                }
            }
            case LeafRecord.Seal seal -> {
                SessionChain chain = chain(id);
                chain.seal(seal);
                open.remove(id);
                closed.add(id);
                boolean due = receiptDue.test(index);
                sealedSessions.accept(chain, new SessionFiles.Sealed(seal, index, hash, due));
            }
        }
    }

    private SessionChain chain(String id) {
        SessionChain chain = open.get(id);
        if (chain == null) {
            throw new IllegalArgumentException("a leaf of a session that was never opened");
        }
        return chain;
    }

    private void requireFirst(LeafRecord leaf, Place place) {
        if (!(leaf instanceof LeafRecord.Boot boot)) {
            findings.failure(place, "a log begins with a boot leaf");
            return;
        }
        if (finished.isEmpty() != boot.previous().isEmpty()) {
            findings.failure(
                    place,
                    finished.isEmpty()
                            ? "continues the log "
                                    + boot.previous().getFirst().origin()
                                    + ", which is missing"
                            : "does not say which log it continues");
        } else if (!finished.isEmpty() && !boot.previous().getFirst().equals(finished.getLast())) {
            findings.failure(place, "continues another log than the one before it");
        }
    }

    private void heartbeat(LeafRecord.Heartbeat heartbeat, Place place) {
        if (lastSign > 0 && heartbeat.at() - lastSign > LONGEST_SILENCE_MILLIS) {
            findings.incomplete(
                    place,
                    "no heartbeat from "
                            + Instant.ofEpochMilli(lastSign)
                            + " to "
                            + Instant.ofEpochMilli(heartbeat.at()));
        }
        lastSign = heartbeat.at();
        List<SessionChain> counted =
                open.values().stream().filter(chain -> !chain.protocol().equals(NODE)).toList();
        String ids = counted.stream().map(chain -> chain.id() + "\n").collect(Collectors.joining());
        boolean same =
                heartbeat.open() == counted.size()
                        && heartbeat
                                .sessions()
                                .equals(Hash.sha256(ids.getBytes(StandardCharsets.UTF_8)));
        boolean justOpened =
                counted.stream()
                        .anyMatch(chain -> chain.openedAt() > heartbeat.at() - OPENING_MILLIS);
        if (!same && !justOpened && broken.isEmpty()) {
            findings.incomplete(place, "heartbeat counts other open sessions than the log has");
        }
    }
}
