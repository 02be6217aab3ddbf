package dev.sallyport.recorder.session;

import dev.sallyport.access.event.EventContext;
import dev.sallyport.recorder.log.Hash;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/**
 * What the journal remembers of an open session.
 *
 * @param day its directory below {@code sessions}: {@code yyyy/mm/dd} in UTC
 * @param protocol {@code ssh}, {@code db}, {@code k8s}, or {@code node} for the node's own events
 */
public record SessionInfo(String session, String day, String protocol, EventContext context) {
    /** The protocol of the node's own event streams. */
    public static final String NODE = "node";

    private static final Pattern SESSION = Pattern.compile("[0-9A-Za-z_-]{1,64}");
    private static final Pattern DAY = Pattern.compile("[0-9]{4}/[0-9]{2}/[0-9]{2}");

    public SessionInfo {
        // These become names of directories.
        if (!SESSION.matcher(session).matches() || !DAY.matcher(day).matches()) {
            throw new IllegalArgumentException("a session id has 1 to 64 letters and digits");
        }
    }

    public static SessionInfo at(
            Instant instant, String session, String protocol, EventContext context) {
        LocalDate date = LocalDate.ofInstant(instant, ZoneOffset.UTC);
        String day =
                "%04d/%02d/%02d"
                        .formatted(date.getYear(), date.getMonthValue(), date.getDayOfMonth());
        return new SessionInfo(session, day, protocol, context);
    }

    public Path directory(Path root) {
        return root.resolve("sessions").resolve(day).resolve(session);
    }

    /** The leaf that opens it; the agent is in it under a pseudonym of this cluster. */
    public byte[] openLeaf(long time, String cluster) {
        byte[] agent = (cluster + "\n" + context.agent()).getBytes(StandardCharsets.UTF_8);
        return Leaves.open(time, session, protocol, Hash.sha256(agent).hex());
    }

    /** The last moment of its day, in milliseconds since 1970. */
    public long endOfDay() {
        return LocalDate.parse(day.replace('/', '-'))
                        .plusDays(1)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                        .toEpochMilli()
                - 1;
    }

    public boolean isNode() {
        return protocol.equals(NODE);
    }

    /** The name of a channel's cast. */
    public static String castStream(int channel) {
        return channel == 0 ? "term" : "term." + channel;
    }
}
