package dev.sallyport.cli.policy;

import dev.sallyport.access.yaml.Problems;
import dev.sallyport.broker.policytest.PolicyDirectory;
import dev.sallyport.broker.policytest.PolicyTests;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Text;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sallyport policy test}. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        description = {
            "Run tests/*.yaml of a policy directory. An intent that no test covers is a failure."
        })
final class PolicyTestCommand implements Callable<Integer> {
    @ParentCommand private @Nullable PolicyCommand policy;

    @Parameters(paramLabel = "DIR", description = "The policy directory.")
    private Path directory = Path.of("policy");

    @Override
    public Integer call() {
        PolicyCommand parent = java.util.Objects.requireNonNull(policy);
        Optional<PolicyDirectory> read = PolicyCheckCommand.read(parent, directory);
        if (read.isEmpty()) {
            return ExitCode.FAILED;
        }
        var problems = new Problems();
        List<PolicyTests.Result> results = new PolicyTests(read.get()).run(problems);
        PolicyCheckCommand.print(parent, problems);
        PrintWriter out = parent.globals().out();
        int failed = 0;
        for (PolicyTests.Result result : results) {
            switch (result) {
                case PolicyTests.Result.Passed passed ->
                        out.println("ok      " + Text.line(passed.name()));
                case PolicyTests.Result.Failed failure -> {
                    failed++;
                    out.println(
                            "FAILED  "
                                    + Text.line(
                                            failure.name()
                                                    + ": "
                                                    + failure.where()
                                                    + ": "
                                                    + failure.because()));
                }
            }
        }
        out.printf("%d passed, %d failed%n", results.size() - failed, failed);
        return failed == 0 && problems.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
