package dev.sallyport.recorder.session;

import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The one form of an event in the record:
 *
 * <pre>{"v":1,"id":…,"at":…,"seq":n, "type":…, context…, "node":…, fields…}</pre>
 *
 * A line has at most 1 MiB. When the fields need more, the JSON text of the fields object is cut
 * into pieces; each becomes a line with the same envelope and id, {@code "part":{"n":i,"of":k}} and
 * the piece as the string {@code data}: joined in order they are the fields object again. A field
 * that has the name of an envelope key is written as {@code field.<name>}.
 *
 * <p>The part behind {@code seq} is made ahead ({@link #tails}), so that little is done under a
 * stream's lock.
 */
public final class EventLines {
    /** Longest line, without its line feed. */
    public static final int MAX_LINE = 1 << 20;

    /** Longest fields object; more is a program's fault, not an act. */
    static final int MAX_FIELDS = 32 << 20;

    // Escaping JSON text again at most doubles ASCII and leaves other characters alone.
    private static final int PIECE = 450_000;
    private static final Set<String> ENVELOPE =
            Set.of(
                    "v", "id", "at", "seq", "type", "session", "grant", "agent", "owner", "run",
                    "intent", "target", "node", "part", "data");

    private final String node;

    public EventLines(String node) {
        this.node = node;
    }

    /**
     * Everything of the event behind its sequence number, one for each line.
     *
     * @throws IllegalArgumentException when the fields are not what events have
     */
    public List<byte[]> tails(Event event) {
        JsonText line = new JsonText(512);
        envelope(line, event);
        int envelope = line.length();
        for (Map.Entry<String, Object> field : event.fields().entrySet()) {
            line.key(name(field.getKey())).value(field.getValue());
        }
        if (line.length() <= MAX_LINE - PREFIX) {
            return List.of(line.raw("}\n").toBytes());
        }
        if (line.length() > MAX_FIELDS) {
            throw new IllegalArgumentException("event fields are longer than the limit");
        }
        return parts(line.toBytes(), envelope);
    }

    /** Bytes that {@link #line} puts before a tail, at most. */
    private static final int PREFIX = 128;

    /** A whole line. */
    public static byte[] line(String id, Instant at, long sequence, byte[] tail) {
        return new JsonText(PREFIX + tail.length)
                .raw("{\"v\":1,\"id\":\"")
                .raw(id)
                .raw("\",\"at\":")
                .time(at)
                .raw(",\"seq\":")
                .number(sequence)
                .raw(tail)
                .toBytes();
    }

    private static String name(String field) {
        return ENVELOPE.contains(field) ? "field." + field : field;
    }

    private void envelope(JsonText line, Event event) {
        EventContext context = event.context();
        line.raw(",\"type\":\"").raw(event.type().word()).raw('"');
        present(line, "session", context.session());
        present(line, "grant", context.grant());
        present(line, "agent", context.agent());
        present(line, "owner", context.owner());
        present(line, "run", context.run());
        present(line, "intent", context.intent());
        present(line, "target", context.target());
        line.raw(",\"node\":").string(node);
    }

    private static void present(JsonText line, String key, String value) {
        if (!value.isEmpty()) {
            line.raw(",\"").raw(key).raw("\":").string(value);
        }
    }

    private static List<byte[]> parts(byte[] whole, int envelope) {
        // The fields begin with a comma, which the object's brace replaces.
        String fields =
                "{"
                        + new String(
                                whole,
                                envelope + 1,
                                whole.length - envelope - 1,
                                StandardCharsets.UTF_8)
                        + "}";
        List<String> pieces = pieces(fields);
        List<byte[]> tails = new ArrayList<>(pieces.size());
        for (int i = 0; i < pieces.size(); i++) {
            tails.add(
                    new JsonText(envelope + pieces.get(i).length() * 2 + 128)
                            .raw(whole, 0, envelope)
                            .raw(",\"part\":{\"n\":")
                            .number(i + 1)
                            .raw(",\"of\":")
                            .number(pieces.size())
                            .raw("},\"data\":")
                            .string(pieces.get(i))
                            .raw("}\n")
                            .toBytes());
        }
        return tails;
    }

    private static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = from;
            int cost = 0;
            while (to < text.length() && cost < PIECE * 2) {
                char c = text.charAt(to++);
                cost += c < 0x80 ? 2 : 3;
            }
            if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
                to++;
            }
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }
}
