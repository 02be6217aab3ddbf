package dev.sallyport.access.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.fake.Attack;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class EventJsonTest {
    private static final JsonMapper JACKSON = JsonMapper.builder().build();

    @Test
    void writesARefusalInTheOneOrderOfKeys() {
        var refusal =
                new Refusal(Refusal.Verdict.HELD, "r", "why", "s-1", "g-1", "sallyport x", 30);

        assertThat(new String(EventJson.refusal(refusal), UTF_8))
                .isEqualTo(
                        "{\"sallyport\":{\"verdict\":\"held\",\"rule\":\"r\",\"reason\":\"why\","
                                + "\"session\":\"s-1\",\"grant\":\"g-1\",\"next\":\"sallyport x\","
                                + "\"retryAfterSeconds\":30}}");
    }

    @Test
    void leavesOutWhatIsEmptyButNeverVerdictAndReason() {
        assertThat(new String(EventJson.refusal(Refusal.deny("", "")), UTF_8))
                .isEqualTo("{\"sallyport\":{\"verdict\":\"deny\",\"reason\":\"\"}}");
    }

    @Test
    void writesEachKindOfValue() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("text", "a\"b\\c\n\r\t/");
        fields.put("long", Long.MIN_VALUE);
        fields.put("int", 7);
        fields.put("bool", false);
        fields.put("at", Instant.parse("2026-01-02T03:04:05.000006789Z"));
        fields.put("list", List.of("x", 1, List.of()));
        fields.put("map", Map.of("k", Map.of()));

        assertThat(json(fields))
                .isEqualTo(
                        "{\"text\":\"a\\\"b\\\\c\\n\\r\\t/\",\"long\":-9223372036854775808,"
                                + "\"int\":7,\"bool\":false,\"at\":\"2026-01-02T03:04:05.000006Z\","
                                + "\"list\":[\"x\",1,[]],\"map\":{\"k\":{}}}");
    }

    @ParameterizedTest
    @CsvSource({
        "1969-12-31T23:59:59.999999Z, 1969-12-31T23:59:59.999999Z",
        "1970-01-01T00:00:00Z, 1970-01-01T00:00:00.000000Z",
        "2026-11-23T10:00:00.5Z, 2026-11-23T10:00:00.500000Z",
        "0000-01-01T00:00:00Z, 0000-01-01T00:00:00.000000Z",
        "9999-12-31T23:59:59.999999999Z, 9999-12-31T23:59:59.999999Z",
    })
    void writesTimesWithSixDecimals(String instant, String text) {
        assertThat(json(Instant.parse(instant))).isEqualTo('"' + text + '"');
    }

    @Test
    @Attack(22)
    void escapesWhatCouldMoveATerminalOrTurnAText() {
        assertThat(json("\u001b[2J\u0000\u007f\u009b\u2028\u202e\u2066\ufeff\u200f"))
                .isEqualTo(
                        "\"\\u001b[2J\\u0000\\u007f\\u009b\\u2028\\u202e\\u2066\\ufeff\\u200f\"");
        assertThat(json("é漢😀 \u00a0")).isEqualTo("\"é漢😀 \u00a0\"");
    }

    @Test
    void replacesUnpairedSurrogates() {
        assertThat(json("\ud800")).isEqualTo("\"\\ufffd\"");
        assertThat(json("a\udc00b\ud83d")).isEqualTo("\"a\\ufffdb\\ufffd\"");
        assertThat(json("\ud800\ud83d\ude00")).isEqualTo("\"\\ufffd😀\"");
    }

    @Test
    void isAlwaysValidAndMeansTheSameToAnotherParser() {
        var random = new Random(7);

        for (int round = 0; round < 2000; round++) {
            // Given
            var chars = new char[random.nextInt(40)];
            for (int i = 0; i < chars.length; i++) {
                chars[i] = (char) random.nextInt(random.nextBoolean() ? 0x180 : 0x10000);
            }
            var text = new String(chars);

            // When
            var out = new StringBuilder();
            EventJson.append(out, Map.of(text, List.of(text)));
            byte[] bytes = EventJson.utf8(out);

            // Then
            String clean =
                    new String(
                            text.getBytes(java.nio.charset.StandardCharsets.UTF_16),
                            java.nio.charset.StandardCharsets.UTF_16);
            assertThat(
                            JACKSON.readTree(bytes)
                                    .properties()
                                    .iterator()
                                    .next()
                                    .getValue()
                                    .get(0)
                                    .stringValue())
                    .isEqualTo(clean);
            assertThat(new String(bytes, UTF_8)).doesNotContain("\n", "\u001b");
        }
    }

    @Test
    void refusesWhatIsNoEvent() {
        for (Object value :
                List.of(1.5, new Object(), 'c', Map.of(1, 2), nested(20), Instant.MAX)) {
            assertThatIllegalArgumentException().isThrownBy(() -> json(value));
        }
    }

    private static Object nested(int depth) {
        Object value = "x";
        for (int i = 0; i < depth; i++) {
            var list = new ArrayList<Object>();
            list.add(value);
            value = list;
        }
        return value;
    }

    private static String json(Object value) {
        var out = new StringBuilder();
        EventJson.append(out, value);
        return out.toString();
    }
}
