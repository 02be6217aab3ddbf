package dev.sallyport.cli.policy;

import dev.sallyport.access.yaml.Problem;
import dev.sallyport.access.yaml.Problems;
import dev.sallyport.broker.policytest.PolicyDirectory;
import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.Json;
import dev.sallyport.cli.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sallyport policy check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Read intents, policies and schema; report every mistake with file, line and column."
        },
        exitCodeList = {"0:no mistakes", "1:mistakes, all of them told", "2:wrong usage"},
        footer = {"", "Example:", "  sallyport policy check policy"})
final class PolicyCheckCommand implements Callable<Integer> {
    @ParentCommand private @Nullable PolicyCommand policy;

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "The policy directory (default: ./policy).")
    private Path directory = PolicyCommand.DIRECTORY;

    @Option(names = "--json", description = "Print JSON: the mistakes, or an empty list.")
    private boolean json;

    @Override
    public Integer call() {
        Globals globals = Objects.requireNonNull(policy).globals();
        var problems = new Problems();
        PolicyDirectory read = read(directory, problems);
        if (json) {
            Json.print(globals.out(), views(problems));
        } else {
            print(globals, problems);
            if (problems.isEmpty()) {
                globals.out()
                        .printf(
                                "%d intents and %d policies, no mistakes%n",
                                read.catalogue().intents().size(),
                                read.policy().policyIds().size());
            }
        }
        return problems.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** The directory, or empty after its mistakes were printed. */
    static Optional<PolicyDirectory> sound(Globals globals, Path directory) {
        var problems = new Problems();
        PolicyDirectory read = read(directory, problems);
        print(globals, problems);
        return problems.isEmpty() ? Optional.of(read) : Optional.empty();
    }

    private static PolicyDirectory read(Path directory, Problems problems) {
        if (!Files.isDirectory(directory)) {
            throw new CommandFailedException(
                    ExitCode.USAGE, "there is no directory " + Text.line(directory.toString()));
        }
        return PolicyDirectory.read(directory, problems);
    }

    static void print(Globals globals, Problems problems) {
        problems.all().stream()
                .sorted(Problem.IN_ORDER)
                .forEach(problem -> globals.err().println(Text.line(problem.toString())));
    }

    static List<Map<String, Object>> views(Problems problems) {
        return problems.all().stream()
                .sorted(Problem.IN_ORDER)
                .map(problem ->
                        Map.<String, Object>of(
                                "file", problem.file(),
                                "line", problem.line(),
                                "column", problem.column(),
                                "message", problem.message(),
                                "expected", problem.expected()))
                .toList();
    }
}
