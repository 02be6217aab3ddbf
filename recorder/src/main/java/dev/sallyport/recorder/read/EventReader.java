package dev.sallyport.recorder.read;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Makes events of lines and joins the parts of long ones. Not thread-safe. */
final class EventReader implements SegmentLines.Sink {
    /** Takes events. */
    @FunctionalInterface
    interface Sink {
        void event(RecordedEvent event) throws IOException;
    }

    // As many characters as the recorder accepts for an event's fields.
    private static final int LONGEST_FIELDS = 64 << 20;
    private static final JsonMapper JSON = new JsonMapper();

    private final Sink sink;
    private final StringBuilder parts = new StringBuilder();

    EventReader(Sink sink) {
        this.sink = sink;
    }

    @Override
    public void line(byte[] line) throws IOException {
        try {
            if (!(JSON.readTree(line) instanceof ObjectNode event)) {
                throw new IOException("an event line is no JSON object");
            }
            if (!event.has("part")) {
                sink.event(event(event));
                return;
            }
            join(event);
        } catch (JacksonException | DateTimeException malformed) {
            throw new IOException("an event line is malformed", malformed);
        }
    }

    private void join(ObjectNode event) throws IOException {
        int number = event.path("part").path("n").asInt(0);
        if (number == 1) {
            parts.setLength(0);
        }
        parts.append(event.path("data").asString(""));
        if (parts.length() > LONGEST_FIELDS) {
            throw new IOException("an event's parts are too long");
        }
        if (number != event.path("part").path("of").asInt(0)) {
            return;
        }
        JsonNode fields = JSON.readTree(parts.toString());
        event.remove("part");
        event.remove("data");
        if (fields instanceof ObjectNode object) {
            event.setAll(object);
        }
        parts.setLength(0);
        sink.event(event(event));
    }

    private static RecordedEvent event(ObjectNode json) {
        Instant at = Instant.parse(json.path("at").asString(""));
        return new RecordedEvent(at, json.path("type").asString(""), json);
    }
}
