package dev.sallyport.recorder.log;

import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which log: a node of a cluster has one for each epoch, which is a month in UTC ({@code 2026-11}),
 * with a number after a loss ({@code 2026-11.2}). Ordered by time within a node.
 */
public record LogLocation(String cluster, String node, String epoch)
        implements Comparable<LogLocation> {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final Pattern EPOCH =
            Pattern.compile("([0-9]{4}-(?:0[1-9]|1[0-2]))(?:\\.([1-9][0-9]{0,5}))?");

    public LogLocation {
        if (!NAME.matcher(cluster).matches() || !NAME.matcher(node).matches()) {
            throw new IllegalArgumentException("cluster and node are short lower-case names");
        }
        if (!EPOCH.matcher(epoch).matches()) {
            throw new IllegalArgumentException("an epoch is a month, as in 2026-11");
        }
    }

    /** The log to which leaves of this moment belong. */
    public static LogLocation at(String cluster, String node, Instant moment) {
        return new LogLocation(
                cluster, node, YearMonth.from(moment.atZone(ZoneOffset.UTC)).toString());
    }

    /**
     * The log that follows this one at {@code moment}: of its month, or the next of this one's
     * month when no later month has begun.
     */
    public LogLocation next(Instant moment) {
        LogLocation then = at(cluster, node, moment);
        return then.month().compareTo(month()) > 0
                ? then
                : new LogLocation(cluster, node, month() + "." + (number() + 1));
    }

    /** When its month began. */
    public Instant begin() {
        return YearMonth.parse(month()).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** True when a later month than this log's has begun. */
    public boolean isOverAt(Instant moment) {
        return at(cluster, node, moment).month().compareTo(month()) > 0;
    }

    /** Where it lies below the record's root. */
    public Path directory(Path root) {
        return root.resolve("log").resolve(cluster).resolve(node).resolve(epoch);
    }

    /** The epoch in an origin: what follows the last slash. */
    public static String epoch(String origin) {
        return origin.substring(origin.lastIndexOf('/') + 1);
    }

    /** Its name in checkpoints and the name of its key. */
    public String origin() {
        return cluster + "/" + node + "/" + epoch;
    }

    @Override
    public int compareTo(LogLocation other) {
        int byCluster = cluster.compareTo(other.cluster);
        int byNode = byCluster != 0 ? byCluster : node.compareTo(other.node);
        int byMonth = byNode != 0 ? byNode : month().compareTo(other.month());
        return byMonth != 0 ? byMonth : Integer.compare(number(), other.number());
    }

    private String month() {
        return epoch.substring(0, 7);
    }

    private int number() {
        Matcher matcher = EPOCH.matcher(epoch);
        return matcher.matches() && matcher.group(2) != null
                ? Integer.parseInt(matcher.group(2))
                : 1;
    }
}
