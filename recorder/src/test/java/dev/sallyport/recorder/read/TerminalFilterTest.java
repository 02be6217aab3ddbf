package dev.sallyport.recorder.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalFilterTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain text, ümläut, 漢字 and 🚀\r\n\t\b",
                "\u001b[1;31mred\u001b[0m",
                "\u001b[38;5;12mblue\u001b[48:2::1:2:3mbackground",
                "\u001b[2J\u001b[H\u001b[10;20Hx\u001b[K",
                "\u001b[?1049h\u001b[?25l\u001b[?1049l",
                "\u001b7\u001b[1;24r\u001b8\u001bM\u001b(0lqk\u001b(B",
                "\u001b[2 q\u001b[!p\u001b#8"
            })
    void passesWhatDraws(String text) {
        assertThat(new TerminalFilter().filter(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001b]52;c;ZXZpbA==\u0007",
                "\u001b]52;c;ZXZpbA==\u001b\\",
                "\u001b]0;title\u0007",
                "\u001b]10;?\u001b\\",
                "\u001bP$q\"p\u001b\\",
                "\u001bP+q544e\u001b\\",
                "\u001b_Gi=31\u001b\\",
                "\u001b^private\u001b\\",
                "\u001bXstring\u001b\\",
                "\u001bktitle\u001b\\",
                "\u001b[6n",
                "\u001b[?6n",
                "\u001b[5n",
                "\u001b[c",
                "\u001b[>c",
                "\u001b[0c",
                "\u001b[21t",
                "\u001b[20t",
                "\u001b[x",
                "\u001b[>4;2m",
                "\u001b[?4m",
                "\u001b[?1000h",
                "\u001b[?1004h",
                "\u001b[?2004h",
                "\u001bZ",
                "\u001b=",
                "\u001bc",
                "\u0005",
                "\u0000",
                "\u007f",
                "\u009d52;c;ZXZpbA==\u009c",
                "\u009b6n",
                "\u0090q\u009c",
                "\u001b[?2026$p",
                "\u001b%G"
            })
    @Attack(22)
    void dropsWhatActsAtEverySplit(String sequence) {
        for (int split = 0; split <= sequence.length(); split++) {
            TerminalFilter filter = new TerminalFilter();
            String drawn =
                    filter.filter("a" + sequence.substring(0, split))
                            + filter.filter(sequence.substring(split) + "b");
            assertThat(drawn).isEqualTo("ab");
        }
    }

    @Test
    void keepsTheSafePartOfMixedModes() {
        assertThat(new TerminalFilter().filter("\u001b[?1000;25;2004h")).isEqualTo("\u001b[?25h");
    }

    @Test
    void sequenceInsideAStringDoesNotEscapeIt() {
        assertThat(new TerminalFilter().filter("\u001b]0;a\u001b[6nb")).isEqualTo("b");
    }

    @Test
    void endlessSequenceCostsNoMemoryAndDrawsNothing() {
        String endless = "\u001b[" + "1;".repeat(10_000) + "m";
        assertThat(new TerminalFilter().filter(endless + "x")).isEqualTo("x");
    }

    @Test
    void cancelEndsAnything() {
        assertThat(new TerminalFilter().filter("\u001b]52;c;\u0018x")).isEqualTo("x");
    }

    @Test
    @Attack(22)
    void textElsewhereHasNoControlsAtAll() {
        assertThat(PlainText.of("a\u001b[2J\n\u202eb\u200b"))
                .isEqualTo("a\\u{1b}[2J\\u{a}\\u{202e}b\\u{200b}");
        assertThat(PlainText.of("Grüße 漢字 🚀")).isEqualTo("Grüße 漢字 🚀");
    }
}
