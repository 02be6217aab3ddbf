package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TextTest {
    @ParameterizedTest
    @ValueSource(
            ints = {
                0x00, 0x07, 0x08, '\r', 0x1B, 0x7F, 0x85, 0x9B, 0x202E, 0x2066, 0x200B, 0xFEFF,
                0x2028
            })
    void whatCouldActOnATerminalIsShownAndNotSent(int point) {
        // When
        String safe = Text.safe("a" + Character.toString(point) + "b");
        // Then
        assertThat(safe).isEqualTo("a\\u%04xb".formatted(point));
    }

    @Test
    void ordinaryTextStaysAsItIs() {
        assertThat(Text.safe("Grüße, 你好 🙂\nnext line")).isEqualTo("Grüße, 你好 🙂\nnext line");
    }

    @Test
    void aTabIsShownToo() {
        assertThat(Text.safe("a\tb")).isEqualTo("a\\u0009b");
    }

    @Test
    void aHalfOfASurrogatePairIsShown() {
        assertThat(Text.safe("a\uD83Db")).isEqualTo("a\\ud83db");
    }

    @Test
    void aLineStaysOneLine() {
        assertThat(Text.line("one\ntwo\r\n")).isEqualTo("one\\ntwo\\u000d\\n");
    }

    @Test
    void aTableKeepsItsColumnsWhateverIsInItsCells() {
        // Given
        var out = new StringWriter();
        // When
        Text.table(
                new PrintWriter(out, true),
                List.of("ID", "WHAT"),
                List.of(List.of("a", "x\u001B[2J"), List.of("long-id", "two\nlines")));
        // Then
        assertThat(out).hasToString("ID       WHAT\na        x\\u001b[2J\nlong-id  two\\nlines\n");
    }
}
