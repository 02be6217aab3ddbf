package dev.sallyport.cli.service;

import dev.sallyport.cli.Globals;
import dev.sallyport.cli.demo.Demo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sallyport demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Play the whole line on throw-away parts: an OIDC issuer, an sshd and a node of its"
                    + " own.",
            "Tells what it does step by step, ends with 'verify' and cleans up. With --data DIR"
                    + " the",
            "record stays in DIR, which must be empty or absent."
        },
        footer = {"", "Examples:", "  sallyport demo", "  sallyport demo --data /tmp/demo"})
public final class DemoCommand implements Callable<Integer> {
    private final Globals globals;

    public DemoCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        return globals.namesData()
                ? Demo.play(globals, globals.dataOr(Path.of("data")))
                : Demo.play(globals);
    }
}
