package dev.sallyport.cli.approver;

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
import picocli.CommandLine.Parameters;

/** {@code sallyport approvals}. */
@Command(
        name = "approvals",
        mixinStandardHelpOptions = true,
        description = "Show what waits for a human, exactly as it would happen.",
        footer = {"", "Examples:", "  sallyport approvals", "  sallyport approvals a-01K..."})
public final class ApprovalsCommand implements Callable<Integer> {
    @Mixin private BrokerOptions broker = new BrokerOptions();

    @Parameters(arity = "0..1", paramLabel = "ID", description = "Only this one.")
    private String id = "";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Globals globals;

    public ApprovalsCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() {
        try (BrokerClient client = broker.asHuman(globals)) {
            List<ApiBody.ApprovalView> open =
                    BrokerCalls.call(
                            () -> id.isEmpty() ? client.approvals() : List.of(client.approval(id)));
            if (json) {
                Json.print(globals.out(), open);
                return ExitCode.DONE;
            }
            open.forEach(this::print);
            if (open.isEmpty()) {
                globals.out().println("nothing waits");
            }
        }
        return ExitCode.DONE;
    }

    private void print(ApiBody.ApprovalView question) {
        globals.out()
                .printf(
                        "%s  %s  %s  needs %d of %s  until %s%n",
                        Text.line(question.id()),
                        Text.line(question.kind()),
                        Text.line(question.state()),
                        question.needed(),
                        Text.line(String.join(", ", question.groups())),
                        question.expiresAt());
        Text.safe(question.shown()).lines().forEach(line -> globals.out().println("  | " + line));
        question.votes()
                .forEach(vote ->
                        globals.out()
                                .println(
                                        "  "
                                                + Text.line(
                                                        vote.vote()
                                                                + " by "
                                                                + vote.approver()
                                                                + " "
                                                                + vote.comment())));
        globals.out().println();
    }
}
