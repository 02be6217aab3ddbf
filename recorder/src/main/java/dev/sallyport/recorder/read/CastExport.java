package dev.sallyport.recorder.read;

import java.io.IOException;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a stored cast (asciicast v2: absolute seconds) as asciicast v3: intervals in milliseconds.
 * Each interval is the difference of two rounded absolute times, so rounding never accumulates.
 * Codes that players do not know are kept: with them the cast stays byte-exact.
 */
public final class CastExport {
    private static final JsonMapper JSON = new JsonMapper();

    private CastExport() {}

    /**
     * Converts the lines of a cast, header first.
     *
     * @throws IOException when a line is malformed or {@code out} fails
     */
    public static void toVersion3(List<String> cast, Appendable out) throws IOException {
        try {
            if (cast.isEmpty() || !(JSON.readTree(cast.getFirst()) instanceof ObjectNode header)) {
                throw new IOException("a cast begins with a header");
            }
            out.append(header(header).toString()).append('\n');
            long last = 0;
            for (String line : cast.subList(1, cast.size())) {
                last = event(line, last, out);
            }
        } catch (JacksonException malformed) {
            throw new IOException("a line of the cast is malformed", malformed);
        }
    }

    private static ObjectNode header(ObjectNode stored) {
        ObjectNode header = JSON.createObjectNode().put("version", 3);
        ObjectNode terminal = header.putObject("term");
        terminal.put("cols", stored.path("width").asInt(80));
        terminal.put("rows", stored.path("height").asInt(24));
        String type = stored.path("env").path("TERM").asString("");
        if (!type.isEmpty()) {
            terminal.put("type", type);
        }
        if (stored.has("theme")) {
            terminal.set("theme", stored.get("theme"));
        }
        for (String same : List.of("timestamp", "idle_time_limit", "command", "title", "env")) {
            if (stored.has(same)) {
                header.set(same, stored.get(same));
            }
        }
        return header;
    }

    private static long event(String line, long last, Appendable out) throws IOException {
        JsonNode event = JSON.readTree(line);
        if (!(event instanceof ArrayNode) || event.size() != 3 || !event.get(0).isNumber()) {
            throw new IOException("a line of the cast is not [time, code, data]");
        }
        long micros = event.get(0).decimalValue().movePointRight(6).longValue();
        long millis = Math.max(last, (micros + 500) / 1000);
        long interval = millis - last;
        out.append("[%d.%03d, ".formatted(interval / 1000, interval % 1000))
                .append(event.get(1).toString())
                .append(", ")
                .append(event.get(2).toString())
                .append("]\n");
        return millis;
    }
}
