package dev.sallyport.recorder.session;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The leaves of the log: one JSON line each, at most 4 KiB, hashed as stored. No names, addresses
 * or commands are in them. All times are milliseconds.
 */
public final class Leaves {
    /** Longest leaf. */
    public static final int MAX_LENGTH = 4096;

    /** How a session ends of which a loss may have taken a part. */
    public static final String LOST = "lost";

    /** From this many segments on a seal names them by SHA256SUMS alone. */
    private static final int MAX_SEGMENTS = 24;

    /** Even all escaped it fits a leaf. */
    private static final int MAX_LOSS = 600;

    private static final HexFormat HEX = HexFormat.of();

    private Leaves() {}

    /** The log before: its name, how many leaves, and the base64 root over them. */
    public record Previous(String origin, long size, String root) {}

    /**
     * A node came up, or goes on in a new epoch (with the same {@code boot}); {@code torn} says
     * what recovery cut off, or is empty.
     */
    public static byte[] boot(
            long time,
            String node,
            String boot,
            String version,
            int recovered,
            String torn,
            Optional<Previous> previous) {
        JsonText leaf =
                start("boot", time)
                        .key("node")
                        .string(node)
                        .key("boot")
                        .string(boot)
                        .key("version")
                        .string(version)
                        .key("recovered")
                        .number(recovered);
        if (!torn.isEmpty()) {
            leaf.key("torn").string(torn);
        }
        previous.ifPresent(log ->
                leaf.key("prevlog")
                        .raw("{\"origin\":")
                        .string(log.origin())
                        .key("size")
                        .number(log.size())
                        .key("root")
                        .string(log.root())
                        .raw('}'));
        return leaf.raw('}').toBytes();
    }

    /** Nothing follows in this log; {@code next} is the origin of the one that goes on. */
    public static byte[] close(long time, String next) {
        return start("close", time).key("next").string(next).raw('}').toBytes();
    }

    /**
     * What was acknowledged after {@code since} may be lost; {@code what} names the place, and is
     * cut to a leaf's length.
     */
    public static byte[] loss(long time, long since, String what) {
        String bounded = what.length() > MAX_LOSS ? what.substring(0, MAX_LOSS) : what;
        return start("loss", time)
                .key("since")
                .number(since)
                .key("what")
                .string(bounded)
                .raw('}')
                .toBytes();
    }

    /** A session begins; {@code subject} is the pseudonym of its agent. */
    public static byte[] open(long time, String session, String protocol, String subject) {
        return start("open", time)
                .key("sid")
                .string(session)
                .key("proto")
                .string(protocol)
                .key("sub")
                .string(subject)
                .raw(",\"enc\":\"none\"}")
                .toBytes();
    }

    /** A piece of a stream; {@code offset} is within segment {@code segment}. */
    public record Chunk(
            String stream,
            int number,
            int segment,
            long offset,
            long length,
            long firstLine,
            long lastLine,
            String sha256) {}

    public static byte[] chunk(long time, String session, Chunk chunk, byte[] previous) {
        return start("chunk", time)
                .key("sid")
                .string(session)
                .key("st")
                .string(chunk.stream())
                .key("n")
                .number(chunk.number())
                .key("seg")
                .number(chunk.segment())
                .key("off")
                .number(chunk.offset())
                .key("len")
                .number(chunk.length())
                .raw(",\"ev\":[")
                .number(chunk.firstLine())
                .raw(',')
                .number(chunk.lastLine())
                .raw("],\"sha256\":\"")
                .raw(chunk.sha256())
                .raw("\",\"prev\":\"")
                .raw(HEX.formatHex(previous))
                .raw("\"}")
                .toBytes();
    }

    /** Totals of a stream; {@code last} is the hash of its last chunk's leaf, or empty. */
    public record Total(int chunks, long bytes, long lines, String last, List<String> segments) {
        public Total {
            segments = List.copyOf(segments);
        }
    }

    /** A session is complete. {@code exit} below 0 is left out. */
    public static byte[] seal(
            long time,
            String session,
            String end,
            SequencedMap<String, Total> streams,
            String sums,
            byte[] previous) {
        byte[] leaf = seal(time, session, end, streams, sums, previous, true);
        return leaf.length <= MAX_LENGTH
                ? leaf
                : seal(time, session, end, streams, sums, previous, false);
    }

    private static byte[] seal(
            long time,
            String session,
            String end,
            SequencedMap<String, Total> streams,
            String sums,
            byte[] previous,
            boolean each) {
        JsonText leaf = start("seal", time).key("sid").string(session).key("end").string(end);
        if (each) {
            streams(leaf, streams);
        } else {
            totals(leaf, streams);
        }
        return leaf.key("sums")
                .string(sums)
                .key("prev")
                .string(HEX.formatHex(previous))
                .raw('}')
                .toBytes();
    }

    private static void streams(JsonText leaf, SequencedMap<String, Total> streams) {
        int segments = streams.values().stream().mapToInt(total -> total.segments().size()).sum();
        leaf.key("streams").raw('{');
        String separator = "";
        for (var stream : streams.entrySet()) {
            Total total = stream.getValue();
            leaf.raw(separator).string(stream.getKey()).raw(":{\"chunks\":").number(total.chunks());
            leaf.key("bytes").number(total.bytes()).key("ev").number(total.lines());
            leaf.key("last").string(total.last());
            if (segments <= MAX_SEGMENTS) {
                leaf.key("segs").value(total.segments());
            }
            leaf.raw('}');
            separator = ",";
        }
        leaf.raw('}');
    }

    private static void totals(JsonText leaf, SequencedMap<String, Total> streams) {
        leaf.key("totals").raw("{\"count\":").number(streams.size());
        leaf.key("chunks").number(streams.values().stream().mapToLong(Total::chunks).sum());
        leaf.key("bytes").number(streams.values().stream().mapToLong(Total::bytes).sum());
        leaf.key("ev").number(streams.values().stream().mapToLong(Total::lines).sum()).raw('}');
    }

    /** The node is alive; {@code digest} is of its open sessions' ids. */
    public static byte[] heartbeat(long time, int open, String digest) {
        return start("hb", time)
                .key("open")
                .number(open)
                .key("sids")
                .string(digest)
                .raw('}')
                .toBytes();
    }

    private static JsonText start(String type, long time) {
        return new JsonText(512).raw("{\"v\":1").key("t").string(type).key("ts").number(time);
    }
}
