package dev.sallyport.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.Main;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Colours are for people who look at a terminal and have not said no. */
final class ColoursIT {
    private static final String ESCAPE = "\u001b";
    private static final String COLOUR = ESCAPE + "[";

    @TempDir private Path directory;

    @Test
    void helpIsColouredOnATerminal() throws Exception {
        assertThat(onTerminal("", "kill", "--help")).contains("Usage: ").contains(COLOUR);
    }

    @Test
    void helpIsPlainOnATerminalWithNoColor() throws Exception {
        assertThat(onTerminal("NO_COLOR=1 ", "kill", "--help"))
                .contains("Usage: sallyport kill")
                .doesNotContain(ESCAPE);
    }

    @Test
    void helpIsPlainInAPipe() throws Exception {
        // When
        Ran ran = shell(java("kill", "--help") + " | cat");
        // Then
        assertThat(ran.out()).contains("Usage: sallyport kill").doesNotContain(ESCAPE);
    }

    @Test
    void helpIsPlainInAFileThoughATerminalIsThere() throws Exception {
        // Given
        Path file = directory.resolve("help");
        // When
        Ran ran = shell(script(java("kill", "--help") + " > " + file));
        // Then
        assertThat(ran.exit()).as(ran.out()).isZero();
        assertThat(Files.readString(file)).contains("Usage: sallyport kill").doesNotContain(ESCAPE);
    }

    @Test
    void mistakesAreToldInPlainWordsThoughATerminalIsThere() throws Exception {
        assertThat(onTerminal("", "kill", "--frobnicate"))
                .contains("--frobnicate")
                .doesNotContain(ESCAPE);
    }

    @Test
    void theDemonstrationIsPlainOnATerminalWithNoColor() throws Exception {
        assertThat(onTerminal("NO_COLOR=1 ", "demo")).contains("Done.").doesNotContain(COLOUR);
    }

    @Test
    @Tag("full")
    void theDemonstrationIsColouredOnATerminal() throws Exception {
        assertThat(onTerminal("", "demo")).contains("Done.").contains(COLOUR);
    }

    private String onTerminal(String environment, String... arguments) throws Exception {
        return shell(script(environment + java(arguments))).out();
    }

    /** The command line with a terminal of its own for input and output. */
    private static String script(String command) {
        return "script -qec '" + command + "' /dev/null";
    }

    private static String java(String... arguments) {
        return Path.of(System.getProperty("java.home"), "bin/java")
                + " -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp \"$CP\" "
                + Main.class.getName()
                + Arrays.stream(arguments).collect(Collectors.joining(" ", " ", ""));
    }

    private Ran shell(String line) throws Exception {
        var builder = new ProcessBuilder("sh", "-c", line).directory(directory.toFile());
        builder.environment().put("CP", System.getProperty("java.class.path"));
        builder.environment().put("TERM", "xterm-256color");
        builder.environment().remove("NO_COLOR");
        return Ran.toEnd(builder.start(), new byte[0]);
    }
}
