package dev.sallyport.cli.service;

import dev.sallyport.cli.Globals;
import dev.sallyport.cli.demo.Demo;
import java.io.IOException;
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
            "record stays in DIR."
        },
        footer = {"", "Examples:", "  sallyport demo", "  sallyport demo --data /tmp/demo"})
public final class DemoCommand implements Callable<Integer> {
    @picocli.CommandLine.Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keep the record here; DIR must be empty or absent.")
    private java.nio.file.@org.jspecify.annotations.Nullable Path data;

    private final Globals globals;

    public DemoCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        return data == null ? Demo.play(globals) : Demo.play(globals, data);
    }
}
