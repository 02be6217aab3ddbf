package dev.sallyport.recorder;

import dev.sallyport.access.event.EventContext;
import dev.sallyport.recorder.session.JsonText;
import dev.sallyport.recorder.session.SegmentStream;
import dev.sallyport.recorder.session.SessionFiles;
import dev.sallyport.recorder.session.SessionInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The payloads of OPEN, STREAM and STATE frames. Only this program reads them. */
final class JournalJson {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HexFormat HEX = HexFormat.of();

    private JournalJson() {}

    /** A stream as a frame names it. */
    record StreamName(String session, String stream) {}

    /** An open session as a STATE frame has it. */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record State(SessionInfo info, byte[] previous, List<StreamState> streams) {
        State {
            streams = List.copyOf(streams);
        }
    }

    record StreamState(String name, int handle, SegmentStream.Committed committed) {}

    static byte[] open(SessionInfo info) {
        return info(new JsonText(256), info).raw('}').toBytes();
    }

    static byte[] stream(String session, String stream) {
        return new JsonText(128)
                .raw("{\"sid\":")
                .string(session)
                .key("stream")
                .string(stream)
                .raw('}')
                .toBytes();
    }

    /** An epoch, and the loss after which it begins, if it does. */
    record Epoch(String name, Optional<Lost> lost) {}

    /** What a loss leaf says. */
    record Lost(long since, String what) {}

    static byte[] epoch(Epoch epoch) {
        JsonText text = new JsonText(256).raw("{\"epoch\":").string(epoch.name());
        epoch.lost()
                .ifPresent(lost ->
                        text.key("since").number(lost.since()).key("what").string(lost.what()));
        return text.raw('}').toBytes();
    }

    static Epoch epochOf(byte[] bytes) throws IOException {
        JsonNode node = read(bytes);
        Optional<Lost> lost =
                node.has("what")
                        ? Optional.of(new Lost(node.path("since").asLong(), text(node, "what")))
                        : Optional.empty();
        return new Epoch(text(node, "epoch"), lost);
    }

    static byte[] state(SessionFiles session) {
        JsonText text = info(new JsonText(512), session.info());
        text.key("prev").string(HEX.formatHex(session.previous())).key("streams").raw('[');
        String separator = "";
        for (SegmentStream stream : session.streams()) {
            SegmentStream.Committed committed = stream.committed();
            text.raw(separator).raw("{\"name\":").string(stream.name());
            text.key("handle").number(stream.handle());
            text.key("seg").number(committed.segment());
            text.key("start").number(committed.segmentStart());
            text.key("bytes").number(committed.bytes());
            text.key("ev").number(committed.lines());
            text.key("chunks").number(committed.chunks());
            text.key("last").string(committed.last()).raw('}');
            separator = ",";
        }
        return text.raw("]}").toBytes();
    }

    static SessionInfo info(byte[] bytes) throws IOException {
        return info(read(bytes));
    }

    static StreamName streamName(byte[] bytes) throws IOException {
        JsonNode node = read(bytes);
        return new StreamName(text(node, "sid"), text(node, "stream"));
    }

    static State stateOf(byte[] bytes) throws IOException {
        JsonNode node = read(bytes);
        List<StreamState> streams = new ArrayList<>();
        for (JsonNode stream : node.path("streams")) {
            streams.add(
                    new StreamState(
                            text(stream, "name"),
                            stream.path("handle").asInt(),
                            new SegmentStream.Committed(
                                    stream.path("seg").asInt(),
                                    stream.path("start").asLong(),
                                    stream.path("bytes").asLong(),
                                    stream.path("ev").asLong(),
                                    stream.path("chunks").asInt(),
                                    text(stream, "last"))));
        }
        return new State(info(node), HEX.parseHex(text(node, "prev")), streams);
    }

    static JsonNode read(byte[] bytes) throws IOException {
        try {
            return JSON.readTree(bytes);
        } catch (JacksonException notJson) {
            throw new IOException(
                    "a journal frame is not JSON: "
                            + new String(
                                            bytes,
                                            0,
                                            Math.min(16, bytes.length),
                                            StandardCharsets.UTF_8)
                                    .replaceAll("[^ -~]", "?"),
                    notJson);
        }
    }

    static String text(JsonNode node, String key) {
        return node.path(key).asString("");
    }

    private static JsonText info(JsonText text, SessionInfo info) {
        EventContext context = info.context();
        return text.raw("{\"sid\":")
                .string(info.session())
                .key("day")
                .string(info.day())
                .key("proto")
                .string(info.protocol())
                .key("session")
                .string(context.session())
                .key("grant")
                .string(context.grant())
                .key("agent")
                .string(context.agent())
                .key("owner")
                .string(context.owner())
                .key("run")
                .string(context.run())
                .key("intent")
                .string(context.intent())
                .key("target")
                .string(context.target());
    }

    private static SessionInfo info(JsonNode node) {
        return new SessionInfo(
                text(node, "sid"),
                text(node, "day"),
                text(node, "proto"),
                new EventContext(
                        text(node, "session"),
                        text(node, "grant"),
                        text(node, "agent"),
                        text(node, "owner"),
                        text(node, "run"),
                        text(node, "intent"),
                        text(node, "target")));
    }
}
