package dev.sallyport.recorder.verify;

import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.log.Hash;
import dev.sallyport.recorder.log.Head;
import dev.sallyport.recorder.log.LogLocation;
import dev.sallyport.recorder.log.LogWriter;
import dev.sallyport.recorder.log.NoteKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes small records with the real log and hand-made leaves, as a recorder would. */
public final class SmallRecord {
    /** The first leaf's time. */
    public static final Instant BEGIN = Instant.parse("2026-11-23T10:00:00Z");

    private final Path root;
    private final Disk disk = new UnforcedDisk();
    private final NoteKey key;
    private final Map<String, TestSession> open = new TreeMap<>();
    private final List<TestSession> withoutReceipt = new ArrayList<>();
    private LogLocation location;
    private LogWriter log;
    private long now = BEGIN.toEpochMilli();

    /** Begins a record below {@code root} with a boot leaf. */
    public SmallRecord(Path root) {
        this(root, NoteKey.ephemeral("acme/px1/2026-11"));
    }

    /** With a key that writes more than one record: a fork. */
    public SmallRecord(Path root, NoteKey key) {
        this(root, key, "px1");
    }

    /** Of another node. */
    SmallRecord(Path root, NoteKey key, String node) {
        this.root = root;
        this.location = new LogLocation("acme", node, "2026-11");
        this.key = key;
        this.log = openLog();
        boot("");
    }

    public NoteKey key() {
        return key;
    }

    public Path root() {
        return root;
    }

    public Path logDirectory() {
        return location.directory(root);
    }

    public Head head() {
        return log.head();
    }

    public SmallRecord boot(String more) {
        leaf("boot", "\"node\":\"px1\",\"boot\":\"b\",\"version\":\"1\",\"recovered\":0" + more);
        return this;
    }

    public SmallRecord pause(long millis) {
        now += millis;
        return this;
    }

    public SmallRecord heartbeat() {
        StringBuilder ids = new StringBuilder();
        open.keySet().forEach(id -> ids.append(id).append('\n'));
        String hash = Hash.sha256(ids.toString().getBytes(StandardCharsets.UTF_8)).hex();
        leaf("hb", "\"open\":" + open.size() + ",\"sids\":\"" + hash + "\"");
        return this;
    }

    public SmallRecord loss() {
        leaf("loss", "\"what\":\"the last journal\"");
        return this;
    }

    public SmallRecord tombstone(String session) {
        leaf("tombstone", "\"sid\":\"" + session + "\",\"policy\":\"p30d\",\"approver\":\"ann\"");
        return this;
    }

    /** Signs and publishes what there is, and writes the receipts that became due. */
    public SmallRecord publish() {
        try {
            log.publish(log.integrate());
            for (TestSession session : withoutReceipt) {
                Files.write(
                        session.directory.resolve("seal.tlog-proof"), log.proof(session.sealLeaf));
            }
            withoutReceipt.clear();
            return this;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Closes this month's log and begins the next one. */
    public SmallRecord nextEpoch(String epoch) {
        LogLocation next = new LogLocation("acme", "px1", epoch);
        leaf("close", "\"next\":\"" + next.origin() + "\"");
        publish();
        Head last = log.head();
        location = next;
        log = openLog();
        return boot(
                ",\"prevlog\":{\"origin\":\""
                        + last.origin()
                        + "\",\"size\":"
                        + last.size()
                        + ",\"root\":\""
                        + last.root().base64()
                        + "\"}");
    }

    private LogWriter openLog() {
        try {
            return LogWriter.open(
                    disk,
                    location.directory(root),
                    location.origin(),
                    key.named(location.origin()),
                    "");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    public TestSession session(String id) {
        TestSession session = new TestSession(id);
        open.put(id, session);
        return session;
    }

    /** Appends a leaf of any kind; returns its hash. */
    public Hash leaf(String type, String fields) {
        String json = "{\"v\":1,\"t\":\"" + type + "\",\"ts\":" + now++ + "," + fields + "}";
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        log.append(bytes);
        return Hash.leaf(bytes);
    }

    private static final class TestStream {
        private final List<String> segments = new ArrayList<>();
        private int chunks;
        private long inSegment;
        private long bytes;
        private long lines;
        private Hash last = Hash.EMPTY_ROOT;
    }

    /** One session that is being written. */
    public final class TestSession {
        private final String id;
        private final Path directory;
        private final Map<String, TestStream> streams = new TreeMap<>();
        private Hash previous;
        private long sealLeaf = -1;

        private TestSession(String id) {
            this.id = id;
            String day = Instant.ofEpochMilli(now).toString().substring(0, 10).replace('-', '/');
            this.directory = root.resolve("sessions").resolve(day).resolve(id);
            try {
                disk.makeDirectories(directory);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
            this.previous =
                    leaf(
                            "open",
                            "\"sid\":\""
                                    + id
                                    + "\",\"proto\":\"ssh\",\"sub\":\"\",\"enc\":\"none\"");
        }

        public Path directory() {
            return directory;
        }

        public SmallRecord record() {
            return SmallRecord.this;
        }

        /** Writes whole lines as one chunk. */
        public TestSession chunk(String name, String content) {
            return chunk(name, content, false);
        }

        /** Writes whole lines as the first chunk of the next segment. */
        public TestSession chunkInNextSegment(String name, String content) {
            return chunk(name, content, true);
        }

        private TestSession chunk(String name, String content, boolean next) {
            TestStream stream = streams.computeIfAbsent(name, each -> new TestStream());
            if (stream.segments.isEmpty() || next) {
                stream.segments.add(SessionFiles.segmentName(name, stream.segments.size()));
                stream.inSegment = 0;
            }
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            write(stream.segments.getLast(), bytes);
            long lines = content.chars().filter(c -> c == '\n').count();
            String fields =
                    ("\"sid\":\"%s\",\"st\":\"%s\",\"n\":%d,\"seg\":%d,\"off\":%d,"
                                    + "\"len\":%d,\"ev\":[%d,%d],\"sha256\":\"%s\",\"prev\":\"%s\"")
                            .formatted(
                                    id,
                                    name,
                                    stream.chunks++,
                                    stream.segments.size() - 1,
                                    stream.inSegment,
                                    bytes.length,
                                    stream.lines,
                                    stream.lines + lines - 1,
                                    Hash.sha256(bytes).hex(),
                                    previous.hex());
            previous = leaf("chunk", fields);
            stream.last = previous;
            stream.inSegment += bytes.length;
            stream.bytes += bytes.length;
            stream.lines += lines;
            return this;
        }

        /** Bytes that no leaf commits to yet. */
        public TestSession write(String name, byte[] bytes) {
            try {
                Files.write(
                        directory.resolve(name),
                        bytes,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
                return this;
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        public SmallRecord seal() {
            try {
                StringBuilder sums = new StringBuilder();
                StringBuilder totals = new StringBuilder();
                for (Map.Entry<String, TestStream> entry : streams.entrySet()) {
                    TestStream stream = entry.getValue();
                    List<String> hashes = new ArrayList<>();
                    for (String segment : stream.segments) {
                        String hash =
                                Hash.sha256(Files.readAllBytes(directory.resolve(segment))).hex();
                        hashes.add('"' + hash + '"');
                        sums.append(hash).append("  ").append(segment).append('\n');
                    }
                    totals.append(totals.isEmpty() ? "" : ",")
                            .append(
                                    ("\"%s\":{\"chunks\":%d,\"bytes\":%d,\"ev\":%d,"
                                                    + "\"last\":\"%s\",\"segs\":[%s]}")
                                            .formatted(
                                                    entry.getKey(),
                                                    stream.chunks,
                                                    stream.bytes,
                                                    stream.lines,
                                                    stream.last.hex(),
                                                    String.join(",", hashes)));
                }
                byte[] content = sums.toString().getBytes(StandardCharsets.UTF_8);
                Files.write(directory.resolve("SHA256SUMS"), content);
                sealLeaf = log.size();
                leaf(
                        "seal",
                        ("\"sid\":\"%s\",\"end\":\"normal\",\"streams\":{%s},"
                                        + "\"sums\":\"%s\",\"prev\":\"%s\"")
                                .formatted(id, totals, Hash.sha256(content).hex(), previous.hex()));
                open.remove(id);
                withoutReceipt.add(this);
                return SmallRecord.this;
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }

    /** A full session with events, a terminal of two segments, and a seal. */
    public SmallRecord fullSession(String id) {
        return session(id)
                .chunk("events", event(id, 0, "session.opened") + event(id, 1, "ssh.exec"))
                .chunk(
                        "term",
                        "{\"version\":2,\"width\":80,\"height\":24,\"timestamp\":1795428000}\n"
                                + "[0.100000,\"o\",\"hello "
                                + id
                                + "\\r\\n\"]\n")
                .chunk("term", "[0.200000,\"o\",\"more\\r\\n\"]\n")
                .chunkInNextSegment("term", "[0.300000,\"o\",\"bye\\r\\n\"]\n")
                .chunk("events", event(id, 2, "session.closed"))
                .seal();
    }

    /** One event line. */
    public static String event(String session, int sequence, String type) {
        return ("{\"v\":1,\"id\":\"e%d\",\"at\":\"2026-11-23T10:00:0%d.000000Z\",\"seq\":%d,"
                        + "\"type\":\"%s\",\"session\":\"%s\",\"grant\":\"g1\",\"agent\":\"ci\","
                        + "\"owner\":\"ann\",\"intent\":\"deploy\",\"target\":\"ssh:web1\","
                        + "\"node\":\"px1\"}\n")
                .formatted(sequence, sequence, sequence, type, session);
    }

    /** Three sealed sessions and an open one over four checkpoints. */
    public static SmallRecord typical(Path root) {
        SmallRecord record = new SmallRecord(root);
        record.fullSession("S1").publish();
        record.fullSession("S2").pause(60_000).heartbeat().publish();
        record.session("S4").chunk("events", event("S4", 0, "session.opened"));
        record.fullSession("S3").pause(60_000).heartbeat().publish();
        return record.pause(60_000).heartbeat().publish();
    }
}
