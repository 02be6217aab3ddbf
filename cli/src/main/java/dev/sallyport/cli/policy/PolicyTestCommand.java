package dev.sallyport.cli.policy;

import dev.sallyport.access.yaml.Problems;
import dev.sallyport.broker.policytest.PolicyDirectory;
import dev.sallyport.broker.policytest.PolicyTests;
import dev.sallyport.broker.policytest.PolicyTests.Result;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.Json;
import dev.sallyport.cli.Text;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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

/** {@code sallyport policy test}. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        description = {
            "Run tests/*.yaml of a policy directory. An intent that no test covers is a failure."
        },
        exitCodeList = {
            "0:all passed",
            "1:a test failed, an intent has none, or a file has a mistake",
            "2:wrong usage"
        },
        footer = {"", "Example:", "  sallyport policy test policy"})
final class PolicyTestCommand implements Callable<Integer> {
    @ParentCommand private @Nullable PolicyCommand policy;

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "The policy directory (default: ./policy).")
    private Path directory = PolicyCommand.DIRECTORY;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Globals globals = Objects.requireNonNull(policy).globals();
        Optional<PolicyDirectory> read = PolicyCheckCommand.sound(globals, directory);
        if (read.isEmpty()) {
            return ExitCode.FAILED;
        }
        var problems = new Problems();
        List<Result> results = new PolicyTests(read.get()).run(problems);
        PolicyCheckCommand.print(globals, problems);
        if (!problems.isEmpty()) {
            return ExitCode.FAILED;
        }
        long failed = results.stream().filter(Result.Failed.class::isInstance).count();
        if (json) {
            Json.print(globals.out(), results.stream().map(PolicyTestCommand::view).toList());
        } else {
            print(globals.out(), results);
            globals.out().printf("%d passed, %d failed%n", results.size() - failed, failed);
        }
        return failed == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static void print(PrintWriter out, List<Result> results) {
        for (Result result : results) {
            switch (result) {
                case Result.Passed passed -> out.println("ok      " + Text.line(passed.name()));
                case Result.Failed(String name, String where, String because) ->
                        out.println("FAILED  " + Text.line(name + ": " + where + ": " + because));
            }
        }
    }

    private static Map<String, Object> view(Result result) {
        var view = new LinkedHashMap<String, Object>();
        view.put("name", result.name());
        switch (result) {
            case Result.Passed _ -> view.put("passed", true);
            case Result.Failed(String _, String where, String because) -> {
                view.put("passed", false);
                view.put("where", where);
                view.put("because", because);
            }
        }
        return view;
    }
}
