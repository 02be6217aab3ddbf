package dev.sallyport.recorder.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EventLinesTest {
    private static final Instant AT = Instant.parse("2026-11-23T10:00:00.123456789Z");
    private static final EventContext CONTEXT =
            new EventContext("S1", "G1", "github/acme/bot", "", "", "deploy", "ssh:b-1");

    private final EventLines lines = new EventLines("px1");
    private final JsonMapper json = new JsonMapper();

    @Test
    void writesTheEnvelopeInItsOrderAndLeavesOutWhatIsEmpty() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("argv", List.of("ls", "a\"b\\c\n\u001b\u0085ż\uD83D\uDE00\uD800"));
        fields.put("count", 3);
        fields.put("type", "clash");
        fields.put("at2", AT);
        byte[] tail = lines.tails(new Event(EventType.SSH_EXEC, CONTEXT, fields)).getFirst();

        assertThat(new String(EventLines.line("01ID", AT, 12, tail), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"v\":1,\"id\":\"01ID\","
                                + "\"at\":\"2026-11-23T10:00:00.123456Z\",\"seq\":12,"
                                + "\"type\":\"ssh.exec\",\"session\":\"S1\",\"grant\":\"G1\","
                                + "\"agent\":\"github/acme/bot\",\"intent\":\"deploy\","
                                + "\"target\":\"ssh:b-1\",\"node\":\"px1\",\"argv\":[\"ls\","
                                + "\"a\\\"b\\\\c\\n\\u001b\\u0085ż\uD83D\uDE00\uFFFD\"],"
                                + "\"count\":3,\"field.type\":\"clash\","
                                + "\"at2\":\"2026-11-23T10:00:00.123456Z\"}\n");
    }

    @Test
    void splitsWhatIsTooLongAndNeverCutsIt() {
        // Given
        String text = "ż\"\\\uD83D\uDE00\n".repeat(400_000);

        // When
        List<byte[]> tails =
                lines.tails(new Event(EventType.SSH_EXEC, CONTEXT, Map.of("stdin", text)));

        // Then
        StringBuilder data = new StringBuilder();
        for (int i = 0; i < tails.size(); i++) {
            byte[] line = EventLines.line("01ID", AT, i, tails.get(i));
            assertThat(line.length).isLessThanOrEqualTo(EventLines.MAX_LINE);
            JsonNode node = json.readTree(line);
            assertThat(node.path("id").stringValue()).isEqualTo("01ID");
            assertThat(node.path("part").path("n").asInt()).isEqualTo(i + 1);
            assertThat(node.path("part").path("of").asInt()).isEqualTo(tails.size());
            data.append(node.path("data").stringValue());
        }
        assertThat(tails).hasSizeGreaterThan(2);
        assertThat(json.readTree(data.toString()).path("stdin").stringValue()).isEqualTo(text);
    }

    @Test
    void refusesValuesThatEventsDoNotHave() {
        Event event = new Event(EventType.SSH_EXEC, CONTEXT, Map.of("x", new byte[3]));
        assertThatThrownBy(() -> lines.tails(event)).isInstanceOf(IllegalArgumentException.class);
    }
}
