package dev.sallyport.cli.agent;

import dev.sallyport.access.Secret;
import dev.sallyport.access.certificate.KeyProof;
import dev.sallyport.broker.api.ApiBody;
import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.broker.issue.KeyUse;
import dev.sallyport.broker.request.AccessRequest;
import dev.sallyport.broker.request.KeyStep;
import dev.sallyport.broker.request.ProvenKey;
import dev.sallyport.broker.request.RequestProof;
import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.Text;
import dev.sallyport.cli.broker.BrokerCalls;
import dev.sallyport.cli.broker.BrokerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asking for a grant: the options that {@code request} and {@code run} share, and how it goes. */
final class GrantRequest {
    private static final int MAX_EVIDENCE = 64 * 1024;
    private static final Duration POLL = Duration.ofSeconds(20);

    @Mixin private BrokerOptions broker = new BrokerOptions();

    @Option(
            names = "--intent",
            required = true,
            paramLabel = "NAME",
            description = "What you intend, from the catalogue.")
    private String intent = "";

    @Option(
            names = "--param",
            paramLabel = "NAME=VALUE",
            description = "A parameter of the intent; repeat for more.")
    private Map<String, String> parameters = new TreeMap<>();

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
    private String reason = "";

    @Option(names = "--ticket", paramLabel = "ID", description = "The ticket behind it.")
    private String ticket = "";

    @Option(
            names = "--evidence",
            paramLabel = "FILE",
            description = "Text shown to an approver, at most 64 KiB.")
    private @Nullable Path evidence;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            description = "How long to wait for an approver, for example 5m (default: not at all).")
    private String wait = "0s";

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Where grant directories go ($SALLYPORT_HOME, else ~/.sallyport).")
    private @Nullable Path home;

    /** The broker as a key holder, for what comes after. */
    BrokerClient keyHolder(Globals globals) {
        return broker.asKeyHolder(globals);
    }

    /**
     * Asks, waits for approvers as long as wanted and writes the grant directory.
     *
     * @throws CommandFailedException with exit code 10 while it is pending
     */
    GrantDirectory ask(Globals globals) throws IOException {
        Duration patience =
                dev.sallyport.access.yaml.Quantities.duration(wait)
                        .orElseThrow(() ->
                                new CommandFailedException(
                                        ExitCode.USAGE, "--wait is a duration such as 5m"));
        Path place = home == null ? GrantDirectory.home(System.getenv()) : home.toAbsolutePath();
        Secret token = broker.agentToken();
        AgentKeys keys = AgentKeys.of(token, place.resolve("keys"));
        try (BrokerClient client = broker.asAgent(globals, token)) {
            var asked = BrokerCalls.call(() -> client.ask(request(keys)));
            Instant end = Instant.now().plus(patience);
            boolean isTold = false;
            while (asked instanceof BrokerClient.Asked.Pending(ApiBody.Pending pending)) {
                if (!isTold) {
                    tell(globals, pending);
                    isTold = true;
                }
                Duration left = Duration.between(Instant.now(), end);
                if (!left.isPositive()) {
                    throw new CommandFailedException(
                            ExitCode.PENDING,
                            "pending approval " + pending.approval() + "; ask with --wait 10m");
                }
                Duration turn = left.compareTo(POLL) < 0 ? left : POLL;
                asked = BrokerCalls.call(() -> client.collect(collect(keys, pending), turn));
            }
            var issued = (BrokerClient.Asked.Issued) asked;
            return GrantDirectory.create(place, issued.issued(), keys);
        }
    }

    private static void tell(Globals globals, ApiBody.Pending pending) {
        globals.err()
                .printf(
                        "sallyport: %d approval(s) needed under %s until %s; approvers see:%n",
                        pending.needed(), Text.line(pending.approval()), pending.expiresAt());
        Text.safe(pending.shown()).lines().forEach(line -> globals.err().println("  | " + line));
        globals.err().flush();
    }

    private static KeyStep collect(AgentKeys keys, ApiBody.Pending pending) {
        return keys.step(KeyStep.Verb.COLLECT, pending.request(), Instant.now());
    }

    private AccessRequest request(AgentKeys keys) {
        Instant now = Instant.now();
        String text = evidenceText();
        byte[] message =
                RequestProof.ofRequest(
                        intent,
                        parameters,
                        reason,
                        ticket,
                        text,
                        now,
                        List.of(keys.ssh().getPublic(), keys.x509().getPublic()));
        return new AccessRequest(
                intent,
                parameters,
                reason,
                ticket,
                text,
                now,
                List.of(
                        proven(KeyUse.SSH, keys.ssh(), message),
                        proven(KeyUse.X509, keys.x509(), message)));
    }

    private static ProvenKey proven(KeyUse use, KeyPair pair, byte[] message) {
        String proof = KeyProof.sign(pair.getPrivate(), RequestProof.PURPOSE_REQUEST, message);
        return new ProvenKey(use, pair.getPublic(), proof);
    }

    private String evidenceText() {
        if (evidence == null) {
            return "";
        }
        try {
            if (Files.size(evidence) > MAX_EVIDENCE) {
                throw new CommandFailedException(
                        ExitCode.USAGE, evidence + " is larger than 64 KiB");
            }
            return Files.readString(evidence);
        } catch (IOException e) {
            throw new CommandFailedException(ExitCode.USAGE, evidence + " is not a text file");
        }
    }
}
