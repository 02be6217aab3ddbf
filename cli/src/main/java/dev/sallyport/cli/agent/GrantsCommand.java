package dev.sallyport.cli.agent;

import dev.sallyport.broker.api.ApiBody;
import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.Json;
import dev.sallyport.cli.Text;
import dev.sallyport.cli.broker.BrokerCalls;
import dev.sallyport.cli.broker.BrokerOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport grants}. */
@Command(
        name = "grants",
        mixinStandardHelpOptions = true,
        description = "List grants: an agent's own, or all for humans with a role.",
        footer = {"", "Example:", "  sallyport grants --json"})
public final class GrantsCommand implements Callable<Integer> {
    @Mixin private BrokerOptions broker = new BrokerOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Globals globals;

    public GrantsCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() {
        try (BrokerClient client = broker.asHuman(globals)) {
            List<ApiBody.GrantView> grants = BrokerCalls.call(client::grants);
            if (json) {
                Json.print(globals.out(), grants);
            } else {
                Text.table(
                        globals.out(),
                        List.of("GRANT", "STATE", "AGENT", "INTENT", "ENDS", "REASON"),
                        grants.stream().map(GrantsCommand::row).toList());
            }
        }
        return ExitCode.DONE;
    }

    private static List<String> row(ApiBody.GrantView grant) {
        return List.of(
                grant.id(),
                grant.state(),
                grant.agent(),
                grant.intent(),
                Text.second(grant.notAfter()),
                grant.reason());
    }
}
