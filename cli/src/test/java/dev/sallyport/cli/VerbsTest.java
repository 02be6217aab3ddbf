package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VerbsTest {
    private static final Path README = Path.of("../README.md");
    private static final Pattern COMMAND =
            Pattern.compile("(?:bin/|`)sallyport (?:--(?:data|config) \\S+ )?([a-z]+)");

    static Stream<String> verbs() {
        return Verbs.names().stream();
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyVerbHasHelpWithAnExample(String verb) {
        // Given
        var out = new StringWriter();
        var err = new StringWriter();
        // When
        int exit = run(out, err, verb, "--help");
        // Then
        assertThat(exit).as(err.toString()).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString())
                .contains("Usage: sallyport " + verb)
                .containsPattern("Examples?:\\n  sallyport " + verb + "|" + verb + " .*\\n");
        assertThat(out.toString()).contains("Example");
    }

    @Test
    void theFirstScreenShowsEveryVerb() {
        // Given
        var out = new StringWriter();
        // When
        int exit = run(out, new StringWriter(), "--help");
        // Then
        assertThat(exit).isZero();
        Verbs.names().forEach(verb -> assertThat(out.toString()).contains("  " + verb + " "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"frobnicate", "sesions"})
    void aVerbThatIsNoneIsAUsageError(String verb) {
        // Given
        var err = new StringWriter();
        // When
        int exit = run(new StringWriter(), err, verb);
        // Then
        assertThat(exit).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(verb);
    }

    @Test
    void anUnknownOptionIsAUsageError() {
        assertThat(run(new StringWriter(), new StringWriter(), "sessions", "--frob"))
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void theReadmeNamesOnlyVerbsThatExist() throws IOException {
        // Given
        var named = new TreeSet<String>();
        COMMAND.matcher(Files.readString(README))
                .results()
                .forEach(match -> named.add(match.group(1)));
        // Then
        assertThat(named).hasSizeGreaterThan(10);
        assertThat(Verbs.names()).containsAll(named);
    }

    private static int run(StringWriter out, StringWriter err, String... arguments) {
        return Main.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
    }
}
