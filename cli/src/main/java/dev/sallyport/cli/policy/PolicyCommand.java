package dev.sallyport.cli.policy;

import dev.sallyport.cli.Globals;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sallyport policy check|test|explain}. */
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        description = "Check, test and explain a directory of intents and Cedar policies.",
        subcommands = {
            PolicyCheckCommand.class,
            PolicyTestCommand.class,
            PolicyExplainCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  sallyport policy check policy",
            "  sallyport policy test policy",
            "  sallyport policy explain policy --intent create-invoice --group billing-agents \\",
            "      --param customer=42 --param amount=2500.00 --fact customerActive=true"
        })
public final class PolicyCommand implements Runnable {
    /** Where a policy directory is looked for when none is named. */
    static final Path DIRECTORY = Path.of("policy");

    @Spec private @org.jspecify.annotations.Nullable CommandSpec spec;

    private final Globals globals;

    public PolicyCommand(Globals globals) {
        this.globals = globals;
    }

    Globals globals() {
        return globals;
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "say check, test or explain");
        }
    }
}
