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
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        String text = evidenceText();
        var memory = PendingRequest.of(place, message(text, Instant.EPOCH, List.of()));
        try (BrokerClient client = broker.asAgent(globals, token)) {
            Optional<PendingRequest.Kept> earlier = memory.find();
            String name = earlier.map(PendingRequest.Kept::keys).orElse(AgentKeys.name(token));
            AgentKeys keys = AgentKeys.inDirectory(place.resolve("keys").resolve(name));
            var asked =
                    earlier.isPresent()
                            ? again(client, keys, memory, earlier.get())
                            : BrokerCalls.call(() -> client.ask(request(keys, text)));
            Instant end = Instant.now().plus(patience);
            boolean isTold = false;
            while (asked instanceof BrokerClient.Asked.Pending(ApiBody.Pending pending)) {
                memory.keep(new PendingRequest.Kept(pending.request(), name));
                if (!isTold) {
                    tell(globals, pending);
                    isTold = true;
                }
                Duration left = Duration.between(Instant.now(), end);
                if (!left.isPositive()) {
                    throw pending(pending);
                }
                Duration turn = left.compareTo(POLL) < 0 ? left : POLL;
                asked = collect(client, keys, pending.request(), turn);
            }
            memory.forget();
            var issued = (BrokerClient.Asked.Issued) asked;
            return GrantDirectory.create(place, issued.issued(), keys);
        }
    }

    private static CommandFailedException pending(ApiBody.Pending pending) {
        return new CommandFailedException(
                ExitCode.PENDING,
                "pending approval "
                        + Text.line(pending.approval())
                        + "; the same request later on collects the answer, --wait 10m waits");
    }

    private static void tell(Globals globals, ApiBody.Pending pending) {
        globals.err()
                .printf(
                        "sallyport: %d approval(s) needed under %s until %s; approvers see:%n",
                        pending.needed(), Text.line(pending.approval()), pending.expiresAt());
        Text.safe(pending.shown()).lines().forEach(line -> globals.err().println("  | " + line));
        globals.err().flush();
    }

    /** Collects what the same request waits for; a no ends that, and the next one asks anew. */
    private static BrokerClient.Asked again(
            BrokerClient client, AgentKeys keys, PendingRequest memory, PendingRequest.Kept earlier)
            throws IOException {
        try {
            return collect(client, keys, earlier.request(), Duration.ZERO);
        } catch (CommandFailedException e) {
            if (e.exitCode() == ExitCode.DENIED) {
                memory.forget();
            }
            throw e;
        }
    }

    private static BrokerClient.Asked collect(
            BrokerClient client, AgentKeys keys, String request, Duration wait) {
        return BrokerCalls.call(() ->
                client.collect(keys.step(KeyStep.Verb.COLLECT, request, Instant.now()), wait));
    }

    private byte[] message(String text, Instant at, List<PublicKey> keys) {
        return RequestProof.ofRequest(intent, parameters, reason, ticket, text, at, keys);
    }

    private AccessRequest request(AgentKeys keys, String text) {
        Instant now = Instant.now();
        byte[] message =
                message(text, now, List.of(keys.ssh().getPublic(), keys.x509().getPublic()));
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
