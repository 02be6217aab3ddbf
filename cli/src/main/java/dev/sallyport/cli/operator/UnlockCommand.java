package dev.sallyport.cli.operator;

import dev.sallyport.broker.api.ApiBody;
import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.Json;
import dev.sallyport.cli.Text;
import dev.sallyport.cli.broker.BrokerCalls;
import dev.sallyport.cli.broker.BrokerOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport unlock}. */
@Command(
        name = "unlock",
        mixinStandardHelpOptions = true,
        description = "Lift a lock. Closed sessions stay closed; new ones are admitted again.",
        footer = {"", "Example:", "  sallyport unlock l-01K... --reason \"false alarm\""})
public final class UnlockCommand implements Callable<Integer> {
    @Mixin private BrokerOptions broker = new BrokerOptions();

    @Parameters(paramLabel = "LOCK", description = "The lock's id, from 'sallyport locks'.")
    private String lock = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; recorded.")
    private String reason = "";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Globals globals;

    public UnlockCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() {
        try (BrokerClient client = broker.asHuman(globals)) {
            ApiBody.LockView lifted = BrokerCalls.call(() -> client.unlock(lock, reason));
            if (json) {
                Json.print(globals.out(), lifted);
            } else {
                globals.out().println("lifted " + Text.line(lifted.id()));
            }
        }
        return ExitCode.DONE;
    }
}
