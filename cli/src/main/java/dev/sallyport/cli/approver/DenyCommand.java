package dev.sallyport.cli.approver;

import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.broker.BrokerOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport deny}. */
@Command(
        name = "deny",
        mixinStandardHelpOptions = true,
        description = "Say no; one no decides.",
        footer = {"", "Example:", "  sallyport deny a-01K... --comment \"ticket 42\""})
public final class DenyCommand implements Callable<Integer> {
    @Mixin private BrokerOptions broker = new BrokerOptions();

    @Parameters(paramLabel = "ID", description = "From 'sallyport approvals'.")
    private String id = "";

    @Option(names = "--comment", paramLabel = "TEXT", description = "Recorded with the answer.")
    private String comment = "";

    @Option(
            names = "--hash",
            paramLabel = "HEX",
            description = "Fail unless this is the hash of what is shown ('approvals --json').")
    private String hash = "";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Globals globals;

    public DenyCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() {
        try (BrokerClient client = broker.asHuman(globals)) {
            Ballot.cast(globals, client, id, false, comment, hash, json);
        }
        return ExitCode.DONE;
    }
}
