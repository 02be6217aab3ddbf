package dev.sallyport.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/** The tree of verbs, for tests of what they have in common. */
public final class CommandLines {
    private CommandLines() {}

    /** Every verb, and every verb below one. */
    static Stream<CommandLine> all() {
        var out = new PrintWriter(new StringWriter());
        return below(Verbs.all(new Globals(out, out)));
    }

    /** Verbs, as they are typed, that have this option. */
    public static List<String> withOption(String option) {
        return all().map(CommandLine::getCommandSpec)
                .filter(spec -> spec.findOption(option) != null)
                .map(spec -> spec.qualifiedName().replaceFirst("^sallyport ", ""))
                .toList();
    }

    private static Stream<CommandLine> below(CommandLine line) {
        return line.getSubcommands().values().stream()
                .flatMap(sub -> Stream.concat(Stream.of(sub), below(sub)));
    }
}
