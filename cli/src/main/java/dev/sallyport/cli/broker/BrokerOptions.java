package dev.sallyport.cli.broker;

import dev.sallyport.access.Secret;
import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.config.DataDirectory;
import dev.sallyport.cli.node.Endpoint;
import dev.sallyport.cli.service.LocalConfiguration;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How a verb reaches the broker: named on the command line, by {@code SALLYPORT_BROKER} and {@code
 * SALLYPORT_BROKER_CA}, or the node whose data directory is on this machine.
 */
public final class BrokerOptions {
    private static final String AUDIENCE = "sallyport";

    @Option(
            names = "--broker",
            paramLabel = "URL",
            description = "The broker (default: $SALLYPORT_BROKER, else this machine's node).")
    private @Nullable String broker;

    @Option(
            names = "--broker-ca",
            paramLabel = "FILE",
            description = "The authority of the broker's certificate ($SALLYPORT_BROKER_CA).")
    private @Nullable Path brokerCa;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Your OIDC token (default: $SALLYPORT_TOKEN, CI, Kubernetes, SPIFFE).")
    private @Nullable Path tokenFile;

    private final Map<String, String> environment = System.getenv();

    /** The agent's token, wherever it is found. */
    public Secret agentToken() {
        return token().orElseThrow(() ->
                new CommandFailedException(
                        ExitCode.USAGE, "no token: use --token-file or SALLYPORT_TOKEN"));
    }

    /** A client that says it is the agent of {@code token}. */
    public BrokerClient asAgent(Globals globals, Secret token) {
        return connect(globals, token);
    }

    /**
     * A client that says it is the human whose token is found, else the operator of this machine.
     * The node of this machine is called by the door that is kept for operators: whatever happens
     * to the other, this one is free.
     */
    public BrokerClient asHuman(Globals globals) {
        Secret bearer = token().orElseGet(() -> operator(globals));
        if (named(broker, "SALLYPORT_BROKER").isEmpty()) {
            Path socket = data(globals).operatorSocket();
            if (Files.isWritable(socket)) {
                return BrokerCalls.open(socket, bearer);
            }
        }
        return connect(globals, bearer);
    }

    /** A client for steps that a grant's key proves; it has no token. */
    public BrokerClient asKeyHolder(Globals globals) {
        return connect(globals, Secret.of(""));
    }

    private Optional<Secret> token() {
        if (tokenFile != null) {
            return Optional.of(CallerToken.read(tokenFile));
        }
        return new CallerToken(environment, AUDIENCE).find();
    }

    private Secret operator(Globals globals) {
        Path file = data(globals).operatorCredential();
        if (!Files.isReadable(file)) {
            throw new CommandFailedException(
                    ExitCode.USAGE,
                    "no token, and no operator credential in " + file + "; see --help");
        }
        return CallerToken.read(file);
    }

    private BrokerClient connect(Globals globals, Secret bearer) {
        String url =
                named(broker, "SALLYPORT_BROKER")
                        .or(() -> Endpoint.read(data(globals).endpoint()))
                        .orElseThrow(() ->
                                new CommandFailedException(
                                        ExitCode.USAGE,
                                        "no broker: use --broker, SALLYPORT_BROKER or"
                                                + " --data DIR of a running node"));
        Path authority =
                named(brokerCa == null ? null : brokerCa.toString(), "SALLYPORT_BROKER_CA")
                        .map(Path::of)
                        .orElseGet(() -> data(globals).brokerCa());
        return BrokerCalls.open(uri(url), authority, bearer);
    }

    private static URI uri(String url) {
        try {
            URI uri = URI.create(url);
            if ("https".equals(uri.getScheme())) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(ExitCode.USAGE, "the broker's URL is not one");
        }
        throw new CommandFailedException(ExitCode.USAGE, "the broker's URL must be https://…");
    }

    private Optional<String> named(@Nullable String option, String variable) {
        return Optional.ofNullable(option)
                .or(() -> Optional.ofNullable(environment.get(variable)))
                .filter(value -> !value.isBlank());
    }

    private static DataDirectory data(Globals globals) {
        return LocalConfiguration.dataDirectory(globals);
    }
}
