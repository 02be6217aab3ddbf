package dev.sallyport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the {@code sallyport} command; the process ends with the verb's exit code. */
@Command(
        name = "sallyport",
        mixinStandardHelpOptions = true,
        version = "sallyport 0.1.0-SNAPSHOT",
        description = "The guarded double door for AI agents.")
public final class Main implements Runnable {

    /** Runs one verb and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
