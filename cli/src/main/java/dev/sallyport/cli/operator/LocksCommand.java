package dev.sallyport.cli.operator;

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

/** {@code sallyport locks}. */
@Command(
        name = "locks",
        mixinStandardHelpOptions = true,
        description = "List the locks that hold now.",
        footer = {"", "Example:", "  sallyport locks --json"})
public final class LocksCommand implements Callable<Integer> {
    @Mixin private BrokerOptions broker = new BrokerOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Globals globals;

    public LocksCommand(Globals globals) {
        this.globals = globals;
    }

    @Override
    public Integer call() {
        try (BrokerClient client = broker.asHuman(globals)) {
            List<ApiBody.LockView> locks = BrokerCalls.call(client::locks);
            if (json) {
                Json.print(globals.out(), locks);
            } else {
                Text.table(
                        globals.out(),
                        List.of("LOCK", "BY", "WHAT", "CAUSE", "SINCE", "REASON"),
                        locks.stream().map(LocksCommand::row).toList());
            }
        }
        return ExitCode.DONE;
    }

    private static List<String> row(ApiBody.LockView lock) {
        String what = lock.value().isEmpty() ? lock.subject() : lock.subject() + " " + lock.value();
        return List.of(
                lock.id(), lock.by(), what, lock.cause(), Text.second(lock.at()), lock.reason());
    }
}
