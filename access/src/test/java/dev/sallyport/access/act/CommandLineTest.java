package dev.sallyport.access.act;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @Test
    void wordsAndPlainQuotesNeedNoShell() {
        assertThat(CommandLine.read("report  --customer '4 2' \"a\"b"))
                .isEqualTo(
                        new SshAct.Exec(
                                "report  --customer '4 2' \"a\"b",
                                List.of("report", "--customer", "4 2", "ab")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id; id",
                "$(id)",
                "`id`",
                "a | b",
                "a && b",
                "a\nb",
                "a > b",
                "a *",
                "~/a",
                "A=1 b",
                "\"$HOME\"",
                "'a",
                "a\\ b",
                "a # b",
                "(a)",
                "{a,b}",
                "\"a\\\"b\"",
                "a\u0007",
                "",
                "   ",
                "cat =ls",
                "=ls",
                "a & b",
                "!a",
                "a? b"
            })
    void whateverAShellGivesAMeaningToNeedsOne(String command) {
        assertThat(CommandLine.read(command)).isInstanceOf(SshAct.ShellCommand.class);
    }

    @Test
    void aNulIsNothingThatCanBeRead() {
        assertThat(CommandLine.read("a\0b")).isInstanceOf(SshAct.Unknown.class);
    }
}
