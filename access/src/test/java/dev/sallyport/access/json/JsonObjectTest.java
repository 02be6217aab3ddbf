package dev.sallyport.access.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectTest {
    @Test
    void readsExactlyWhatIsThere() {
        JsonObject json =
                parse(
                        "{\"t\":\"x\",\"n\":7,\"b\":true,\"l\":[\"a\"],"
                                + "\"m\":{\"k\":\"v\"},\"o\":[{}]}");

        assertThat(json.text("t")).isEqualTo("x");
        assertThat(json.number("n")).isEqualTo(7);
        assertThat(json.bool("b")).isTrue();
        assertThat(json.texts("l")).containsExactly("a");
        assertThat(json.textMap("m")).containsEntry("k", "v");
        assertThat(json.objects("o")).hasSize(1);
        json.end();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "1",
                "\"x\"",
                "{",
                "{}{}",
                "{} x",
                "{\"a\":1,\"a\":2}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1,}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "// c\n{}",
                "\ufeff\ufeff{}"
            })
    void refusesWhatIsNotOneJsonObject(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(text));
    }

    @Test
    void namesTheFieldAndNeverTheValue() {
        JsonObject json = parse("{\"a\":{\"secret\":\"hunter2\"}}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> json.object("a").number("secret"))
                .withMessage("JSON.a.secret is not a whole number");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("{\"a\": hunter2}"))
                .withMessageNotContaining("hunter2");
    }

    @Test
    void refusesUnknownMissingDeepAndLong() {
        assertThatIllegalArgumentException().isThrownBy(() -> parse("{\"x\":1}").end());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("{}").text("x"))
                .withMessage("JSON.x is missing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("{\"a\":" + "[".repeat(30) + "]".repeat(30) + "}"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("{\"a\":\"" + "x".repeat(2000) + "\"}"));
    }

    private static JsonObject parse(String text) {
        return JsonObject.parse(text.getBytes(UTF_8), 1000);
    }
}
