package dev.sallyport.cli.agent;

import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.broker.request.KeyStep;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.Json;
import dev.sallyport.cli.broker.BrokerCalls;
import dev.sallyport.cli.broker.BrokerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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
    private static final String LATEST = "latest";

    @Mixin private BrokerOptions broker = new BrokerOptions();

    @Parameters(paramLabel = "GRANT", description = "A grant id, or 'latest'.")
    private String grant = "";

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Where grant directories are ($SALLYPORT_HOME, else ~/.sallyport).")
    private @Nullable Path home;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Globals globals;

    public ReleaseCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() throws IOException {
        Path place = home == null ? GrantDirectory.home(System.getenv()) : home.toAbsolutePath();
        boolean isOurs =
                !grant.contains("/")
                        && Files.isRegularFile(
                                place.resolve("grants").resolve(grant).resolve("grant.json"));
        String released =
                isOurs || grant.equals(LATEST)
                        ? releaseOwn(GrantDirectory.existing(place, grant))
                        : end();
        if (json) {
            Json.print(globals.out(), Map.of("grant", released, "state", "released"));
        } else {
            globals.out().println("released " + released);
        }
        return ExitCode.DONE;
    }

    private String end() {
        try (BrokerClient client = broker.asHuman(globals)) {
            BrokerCalls.step(() -> client.end(grant));
        }
        return grant;
    }

    private String releaseOwn(GrantDirectory directory) throws IOException {
        String id = directory.grant().id();
        AgentKeys keys = AgentKeys.load(directory.path());
        try (BrokerClient client = broker.asKeyHolder(globals)) {
            KeyStep step = keys.step(KeyStep.Verb.RELEASE, id, Instant.now());
            BrokerCalls.step(() -> client.release(step));
        }
        return id;
    }
}
