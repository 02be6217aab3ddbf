package dev.sallyport.cli.policy;

import dev.sallyport.access.yaml.Problem;
import dev.sallyport.access.yaml.Problems;
import dev.sallyport.broker.policytest.PolicyDirectory;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Text;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sallyport policy check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Read intents, policies and schema; report every mistake with file, line and column."
        })
final class PolicyCheckCommand implements Callable<Integer> {
    @ParentCommand private @Nullable PolicyCommand policy;

    @Parameters(paramLabel = "DIR", description = "The policy directory.")
    private Path directory = Path.of("policy");

    @Override
    public Integer call() {
        PolicyCommand parent = java.util.Objects.requireNonNull(policy);
        Optional<PolicyDirectory> read = read(parent, directory);
        read.ifPresent(found ->
                parent.globals()
                        .out()
                        .printf(
                                "%d intents and %d policies, no mistakes%n",
                                found.catalogue().intents().size(),
                                found.policy().policyIds().size()));
        return read.isPresent() ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** The directory, or empty after its mistakes were printed. */
    static Optional<PolicyDirectory> read(PolicyCommand parent, Path directory) {
        var problems = new Problems();
        PolicyDirectory read = PolicyDirectory.read(directory, problems);
        print(parent, problems);
        return problems.isEmpty() ? Optional.of(read) : Optional.empty();
    }

    static void print(PolicyCommand parent, Problems problems) {
        for (Problem problem : problems.all()) {
            parent.globals().err().println(Text.line(problem.toString()));
        }
    }
}
