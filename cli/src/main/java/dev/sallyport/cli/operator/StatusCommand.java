package dev.sallyport.cli.operator;

import dev.sallyport.broker.api.ApiBody;
import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.Json;
import dev.sallyport.cli.Text;
import dev.sallyport.cli.broker.BrokerCalls;
import dev.sallyport.cli.broker.BrokerOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show live sessions, what waits and whether everything is recorded.",
        exitCodeList = {
            "0:everything is recorded",
            "1:nothing can be recorded",
            "2:wrong usage",
            "11:denied",
            "13:broker unreachable"
        },
        footer = {"", "Example:", "  sallyport status --json"})
public final class StatusCommand implements Callable<Integer> {
    @Mixin private BrokerOptions broker = new BrokerOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Globals globals;

    public StatusCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() {
        try (BrokerClient client = broker.asHuman(globals)) {
            ApiBody.Status status = BrokerCalls.call(client::status);
            if (json) {
                Json.print(globals.out(), status);
            } else {
                print(status);
            }
            return status.recording() ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    private void print(ApiBody.Status status) {
        PrintWriter out = globals.out();
        out.println("cluster    " + Text.line(status.cluster()));
        out.println("version    " + Text.line(status.version()));
        out.println("policy     " + Text.line(status.policyVersion()));
        out.println("recording  " + (status.recording() ? "yes" : "NO: nothing is admitted"));
        out.printf(
                "grants %d, open approvals %d, locks %d, nodes %d%n",
                status.grants(), status.approvals(), status.locks(), status.nodes());
        out.println();
        Text.table(
                out,
                List.of("SESSION", "AGENT", "TARGET", "INTENT", "SINCE", "STATE"),
                status.sessions().stream().map(StatusCommand::row).toList());
    }

    private static List<String> row(ApiBody.SessionView session) {
        return List.of(
                session.session(),
                session.agent(),
                session.target(),
                session.intent(),
                Text.second(session.since()),
                session.state());
    }
}
