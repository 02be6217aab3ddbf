package dev.sallyport.cli.operator;

import dev.sallyport.access.Lock;
import dev.sallyport.broker.api.ApiBody;
import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.Json;
import dev.sallyport.cli.broker.BrokerCalls;
import dev.sallyport.cli.broker.BrokerOptions;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport kill}: when it returns, no further byte passes. */
@Command(
        name = "kill",
        mixinStandardHelpOptions = true,
        description = {
            "Close every matching session now and refuse new ones until 'sallyport unlock'.",
            "When this returns with 0, no further byte passes on any connected node."
        },
        footer = {
            "",
            "Examples:",
            "  sallyport kill --agent github/acme/bot --reason \"runs wild\"",
            "  sallyport kill --session s-01K... --reason \"wrong host\"",
            "  sallyport kill --all --reason \"incident 42\""
        })
public final class KillCommand implements Callable<Integer> {
    @Mixin private BrokerOptions broker = new BrokerOptions();

    @ArgGroup(multiplicity = "1")
    private @Nullable Subject subject;

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why; recorded with the lock.")
    private String reason = "";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Globals globals;

    public KillCommand(Globals globals) {
        this.globals = globals;
    }

    /** Exactly one of these. */
    static final class Subject {
        @Option(names = "--agent", paramLabel = "ID", description = "Everything of this agent.")
        private @Nullable String agent;

        @Option(
                names = "--owner",
                paramLabel = "ID",
                description = "Every agent that this human answers for.")
        private @Nullable String owner;

        @Option(
                names = "--run",
                paramLabel = "ID",
                description = "This execution: a CI run, an agent task.")
        private @Nullable String run;

        @Option(names = "--grant", paramLabel = "ID", description = "Everything under this grant.")
        private @Nullable String grant;

        @Option(names = "--session", paramLabel = "ID", description = "This session.")
        private @Nullable String session;

        @Option(
                names = "--target",
                paramLabel = "PROTOCOL:NAME",
                description = "Whoever is on this target.")
        private @Nullable String target;

        @Option(names = "--all", description = "Everybody, everywhere.")
        private boolean all;

        private Lock.Subject kind() {
            return all
                    ? Lock.Subject.ALL
                    : agent != null
                            ? Lock.Subject.AGENT
                            : owner != null
                                    ? Lock.Subject.OWNER
                                    : run != null
                                            ? Lock.Subject.RUN
                                            : grant != null
                                                    ? Lock.Subject.GRANT
                                                    : session != null
                                                            ? Lock.Subject.SESSION
                                                            : Lock.Subject.TARGET;
        }

        private String value() {
            return java.util.stream.Stream.of(agent, owner, run, grant, session, target)
                    .filter(java.util.Objects::nonNull)
                    .findFirst()
                    .orElse("");
        }
    }

    @Override
    public Integer call() {
        if (subject == null) {
            return ExitCode.USAGE;
        }
        Lock.Subject kind = subject.kind();
        String value = subject.value();
        try (BrokerClient client = broker.asHuman(globals)) {
            ApiBody.LockPlaced placed = BrokerCalls.call(() -> client.kill(kind, value, reason));
            if (json) {
                Json.print(globals.out(), placed);
            } else {
                globals.out()
                        .println(
                                "locked %s %s %s (sessions: %d, grants: %d)"
                                        .formatted(
                                                placed.lock().id(),
                                                kind.word(),
                                                value,
                                                placed.sessions(),
                                                placed.grants()));
            }
            return warnings(placed);
        }
    }

    private int warnings(ApiBody.LockPlaced placed) {
        placed.silentNodes()
                .forEach(node ->
                        globals.err().println("sallyport: node " + node + " did not confirm"));
        if (placed.sessions() == 0 && placed.grants() == 0) {
            globals.err()
                    .println(
                            "sallyport: the lock holds, but nothing live matches it: is it written"
                                    + " as in 'sallyport status' and 'sallyport grants'?");
        }
        if (!placed.stored()) {
            globals.err().println("sallyport: the lock is not stored; it ends with this broker");
        }
        if (!placed.recorded()) {
            globals.err().println("sallyport: the lock could not be recorded");
        }
        return placed.silentNodes().isEmpty() && placed.stored() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
