package dev.sallyport.cli.service;

import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.Verbs;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code sallyport completion}. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Print a completion script for bash and zsh.",
        footer = {"", "Example:", "  source <(sallyport completion)"})
public final class CompletionCommand implements Callable<Integer> {
    private final Globals globals;

    public CompletionCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() {
        globals.out().print(AutoComplete.bash("sallyport", Verbs.all(globals)));
        return ExitCode.DONE;
    }
}
