package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sallyport.access.scope.ArgvPattern;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** What is promised of every verb, held against every verb and every verb below one. */
final class VerbsTest {
    private static final Path README = Path.of("../README.md");
    private static final Pattern COMMAND =
            Pattern.compile("(?:bin/|`)sallyport (?:--(?:data|config) \\S+ )?([a-z]+)");

    /** They show a stream, a file or a program's own output, or run until told to stop. */
    private static final Set<String> NO_DATA =
            Set.of("run", "replay", "tail", "cast", "ca", "up", "demo", "completion", "policy");

    /** Verbs as they are typed, those below {@code policy} too. */
    static Stream<String> verbs() {
        return specs().map(VerbsTest::typed);
    }

    private static Stream<CommandSpec> specs() {
        return CommandLines.all().map(CommandLine::getCommandSpec);
    }

    private static String typed(CommandSpec spec) {
        return spec.qualifiedName().replaceFirst("^sallyport ", "");
    }

    private static CommandSpec spec(String verb) {
        return specs().filter(spec -> typed(spec).equals(verb)).findFirst().orElseThrow();
    }

    @Test
    void everyVerbOfTheTableIsThere() {
        assertThat(verbs()).containsAll(Verbs.names()).hasSizeGreaterThan(Verbs.names().size());
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyVerbHasHelp(String verb) {
        // When
        Printed printed = run(words(verb, "--help"));
        // Then
        assertThat(printed.exit()).as(printed.err()).isZero();
        assertThat(printed.err()).isEmpty();
        assertThat(printed.out()).startsWith("Usage: sallyport " + verb + " ");
        assertThat(printed.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyVerbHasExamplesThatItUnderstands(String verb) {
        // Given
        List<List<String>> examples = examples(run(words(verb, "--help")).out());
        // Then
        assertThat(examples).isNotEmpty();
        assertThat(examples).anyMatch(words -> String.join(" ", words).contains(verb));
        assertThat(examples)
                .allSatisfy(words -> {
                    CommandLine all = Verbs.all(new Globals(discard(), discard()));
                    assertThatCode(() -> all.parseArgs(words.toArray(String[]::new)))
                            .as(String.join(" ", words))
                            .doesNotThrowAnyException();
                });
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyOptionAndArgumentSaysWhatItIs(String verb) {
        assertThat(spec(verb).args())
                .filteredOn(argument -> !argument.hidden())
                .allSatisfy(argument ->
                        assertThat(String.join("", argument.description()))
                                .as(name(argument))
                                .isNotBlank());
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyVerbThatPrintsDataPrintsJson(String verb) {
        assertThat(spec(verb).findOption("--json") != null).isEqualTo(!NO_DATA.contains(verb));
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyVerbDocumentsItsExitCodes(String verb) {
        // When
        String help = run(words(verb, "--help")).out();
        // Then
        assertThat(help).contains("\nExit codes:\n").containsPattern("\n +2 +\\S");
        boolean asksTheBroker = spec(verb).findOption("--broker") != null;
        assertThat(help.contains("broker unreachable")).isEqualTo(asksTheBroker);
        assertThat(help.contains(" 11   "))
                .isEqualTo(asksTheBroker || verb.equals("policy explain"));
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyVerbTellsItsVersion(String verb) {
        // When
        Printed printed = run(words(verb, "--version"));
        // Then
        assertThat(printed.exit()).isZero();
        assertThat(printed.out()).startsWith("sallyport ");
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void anUnknownOptionIsAUsageErrorThatSaysWhereToLook(String verb) {
        // When
        Printed printed = run(words(verb, "--frobnicate"));
        // Then
        assertThat(printed.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(printed.out()).isEmpty();
        assertThat(printed.err())
                .contains("--frobnicate")
                .contains("See 'sallyport " + verb + " --help'.")
                .doesNotContain("\tat ", "Exception");
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void globalOptionsStandBeforeOrAfterEveryVerb(String verb) {
        assertThat(run(words("--data", "x", verb, "--help")).exit()).isZero();
        assertThat(run(words(verb, "--data", "x", "--config", "y", "--help")).exit()).isZero();
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void helpForAVerbIsTheVerbsHelp(String verb) {
        assertThat(run(words("help", verb)).out()).isEqualTo(run(words(verb, "--help")).out());
    }

    @Test
    void nothingIsColouredWhenNobodyLooks() {
        // When
        String all = verbs().map(verb -> run(words(verb, "--help")).out()).toList().toString();
        // Then
        assertThat(all).hasSizeGreaterThan(10_000).doesNotContain("\u001b");
    }

    @Test
    void theFirstScreenShowsEveryVerb() {
        // When
        Printed printed = run("--help");
        // Then
        assertThat(printed.exit()).isZero();
        assertThat(Verbs.names())
                .allSatisfy(verb -> assertThat(printed.out()).contains("  " + verb + " "));
        assertThat(printed.out()).contains("--data DIR", "--config FILE", "13 broker unreachable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"frobnicate", "\u001b[2Jx"})
    void aVerbThatIsNoneIsAUsageError(String verb) {
        // When
        Printed printed = run(verb);
        // Then
        assertThat(printed.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains("see 'sallyport --help'").doesNotContain("\u001b");
    }

    @Test
    void aSlipOfTheKeyboardIsTakenForTheVerbThatWasMeant() {
        assertThat(run("sesions").err()).contains("no verb 'sesions'; did you mean 'sessions'?");
        assertThat(run("verify", "--knwon", "x").err()).contains("--known");
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

    private static String name(ArgSpec argument) {
        return argument.isOption() ? argument.toString() : argument.paramLabel();
    }

    /** The commands under "Example(s):", without comments, pipes and redirections. */
    private static List<List<String>> examples(String help) {
        int start = help.indexOf("\nExample");
        String text = start < 0 ? "" : help.substring(start).replaceAll("\\\\\\n +", "");
        var examples = new ArrayList<List<String>>();
        text.lines()
                .map(line -> line.replaceFirst(" (#|\\||>|&&) .*", "").strip())
                .filter(line -> line.startsWith("sallyport ") || line.contains("<(sallyport "))
                .map(line -> line.replaceFirst(".*<\\((.*)\\)", "$1"))
                .map(ArgvPattern::words)
                .forEach(words -> examples.add(words.subList(1, words.size())));
        return examples;
    }

    private static String[] words(String... parts) {
        return Arrays.stream(parts)
                .flatMap(part -> Arrays.stream(part.split(" ")))
                .toArray(String[]::new);
    }

    private record Printed(int exit, String out, String err) {}

    private static PrintWriter discard() {
        return new PrintWriter(new StringWriter());
    }

    private static Printed run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exit = Main.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Printed(exit, out.toString(), err.toString());
    }
}
