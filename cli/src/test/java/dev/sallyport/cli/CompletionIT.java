package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sallyport completion}, as bash reads it and answers the tabulator with it. */
final class CompletionIT {
    /** Completes the words after the script's name, the last of which is being typed. */
    private static final String PRESS_TAB =
            """
            compopt() { :; } # only where a tabulator is really pressed
            source "$1" || exit 3
            shift
            COMP_WORDS=(sallyport "$@")
            COMP_CWORD=$#
            COMP_LINE="${COMP_WORDS[*]}"
            COMP_POINT=${#COMP_LINE}
            completer=$(complete -p sallyport) || exit 4
            completer=${completer#*-F }
            "${completer%% *}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """;

    @TempDir private static Path directory;

    private static Path script;

    @BeforeAll
    static void print() throws Exception {
        var out = new StringWriter();
        var err = new StringWriter();
        int exit =
                Main.run(
                        new String[] {"completion"},
                        new PrintWriter(out, true),
                        new PrintWriter(err, true));
        assertThat(exit).as(err.toString()).isZero();
        assertThat(err.toString()).isEmpty();
        script = Files.writeString(directory.resolve("completion"), out.toString());
    }

    /** Every verb as it is typed, those below another one too. */
    static Stream<String> verbs() {
        return CommandLines.all().map(CommandLine::getCommandSpec).map(CompletionIT::typed);
    }

    @Test
    void bashReadsItWithoutAWord() throws Exception {
        // When
        Said said = bash("-n", script.toString());
        // Then
        assertThat(said.exit()).isZero();
        assertThat(said.lines()).isEmpty();
    }

    @Test
    void readingItPrintsNothing() throws Exception {
        assertThat(bash("-euc", "source \"$1\"", "bash", script.toString()).lines()).isEmpty();
    }

    @Test
    void nothingTypedOffersEveryVerb() throws Exception {
        assertThat(tab("")).containsAll(Verbs.names());
    }

    @Test
    void theBeginningOfAVerbOffersTheVerbsThatBeginSo() throws Exception {
        assertThat(tab("ver")).containsExactly("verify");
        assertThat(tab("app")).containsExactlyInAnyOrder("approvals", "approve");
        assertThat(tab("policy", "ex")).containsExactly("explain");
        assertThat(tab("frob")).isEmpty();
    }

    @Test
    void theBeginningOfAnOptionOffersTheOptionsThatBeginSo() throws Exception {
        assertThat(tab("kill", "--a")).containsExactlyInAnyOrder("--agent", "--all");
        assertThat(tab("verify", "--js")).containsExactly("--json");
    }

    @Test
    void pressingTheTabulatorInAnInteractiveBashCompletesTheVerb() throws Exception {
        // Given: a shell in which the command tells what it was called with
        var shell = new ProcessBuilder("script", "-qec", "bash --norc --noprofile -i", "/dev/null");
        shell.environment().put("HOME", directory.toString());
        Process bash = shell.directory(directory.toFile()).redirectErrorStream(true).start();
        // When
        try (var keyboard = bash.outputWriter(StandardCharsets.UTF_8)) {
            keyboard.write("sallyport() { echo \"called:$*:\"; }\n");
            keyboard.write("source " + script + "\n");
            keyboard.write("sallyport veri\t--js\t\n");
            keyboard.write("exit\n");
        }
        String screen = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        // Then
        assertThat(screen).contains("called:verify --json:");
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyVerbOffersItsOptions(String verb) throws Exception {
        // Given
        CommandSpec spec =
                CommandLines.all()
                        .map(CommandLine::getCommandSpec)
                        .filter(one -> typed(one).equals(verb))
                        .findFirst()
                        .orElseThrow();
        List<String> options =
                spec.options().stream()
                        .filter(option -> !option.hidden())
                        .map(OptionSpec::longestName)
                        .filter(name -> name.startsWith("--"))
                        .toList();
        // When
        List<String> words = new ArrayList<>(List.of(verb.split(" ")));
        words.add("--");
        List<String> offered = tab(words.toArray(String[]::new));
        // Then
        assertThat(options).contains("--help", "--data");
        assertThat(offered).containsAll(options);
    }

    private static String typed(CommandSpec spec) {
        return spec.qualifiedName().replaceFirst("^sallyport ", "");
    }

    private record Said(int exit, List<String> lines) {}

    private static List<String> tab(String... words) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("-c", PRESS_TAB, "bash", script.toString()));
        arguments.addAll(Arrays.asList(words));
        Said said = bash(arguments.toArray(String[]::new));
        assertThat(said.exit()).as(said.lines().toString()).isZero();
        return said.lines();
    }

    /** A bash that reads nobody's start files. */
    private static Said bash(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", "--norc", "--noprofile"));
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.directory(directory.toFile());
        Process bash = builder.start();
        bash.getOutputStream().close();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        List<String> lines = said.lines().map(String::strip).filter(one -> !one.isEmpty()).toList();
        return new Said(bash.waitFor(), lines);
    }
}
