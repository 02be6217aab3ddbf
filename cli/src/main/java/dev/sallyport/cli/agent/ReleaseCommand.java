package dev.sallyport.cli.agent;

import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.broker.request.KeyStep;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.broker.BrokerCalls;
import dev.sallyport.cli.broker.BrokerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sallyport release}. */
@Command(
        name = "release",
        mixinStandardHelpOptions = true,
        description = {
            "Hand a grant back: its sessions end and it admits nobody any more. Its own key proves",
            "that it is yours; an operator may end anybody's."
        },
        footer = {"", "Examples:", "  sallyport release latest", "  sallyport release g-01K..."})
public final class ReleaseCommand implements Callable<Integer> {
    @Mixin private BrokerOptions broker = new BrokerOptions();

    @Parameters(paramLabel = "GRANT", description = "A grant id, or 'latest'.")
    private String grant = "";

    private final Globals globals;

    public ReleaseCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() throws IOException {
        Path home = GrantDirectory.home(System.getenv());
        boolean isOurs =
                !grant.contains("/")
                        && Files.isRegularFile(
                                home.resolve("grants").resolve(grant).resolve("grant.json"));
        if (isOurs) {
            releaseOwn(GrantDirectory.existing(home, grant));
        } else {
            try (BrokerClient client = broker.asHuman(globals)) {
                BrokerCalls.step(() -> client.end(grant));
            }
            globals.out().println("released " + grant);
        }
        return ExitCode.DONE;
    }

    private void releaseOwn(GrantDirectory directory) throws IOException {
        String id = directory.grant().id();
        AgentKeys keys = AgentKeys.load(directory.path());
        try (BrokerClient client = broker.asKeyHolder(globals)) {
            KeyStep step = keys.step(KeyStep.Verb.RELEASE, id, Instant.now());
            BrokerCalls.step(() -> client.release(step));
        }
        globals.out().println("released " + id);
    }
}
