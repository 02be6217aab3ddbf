package dev.sallyport.broker.api;

import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.policy.Policy;
import dev.sallyport.access.port.Broker;
import dev.sallyport.access.port.Recorder;
import dev.sallyport.access.yaml.Problems;
import dev.sallyport.broker.LocalBroker;
import dev.sallyport.broker.identity.CallerVerifier;
import dev.sallyport.broker.identity.IdentityEvents;
import dev.sallyport.broker.identity.OidcVerifier;
import dev.sallyport.broker.identity.OperatorCredential;
import dev.sallyport.broker.intent.Catalogue;
import dev.sallyport.broker.intent.CatalogueFile;
import dev.sallyport.broker.intent.HttpFacts;
import dev.sallyport.broker.metrics.BrokerMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** A whole broker in this process: the port for proxies and the API for everybody else. */
public final class RunningBroker implements AutoCloseable {
    private final LocalBroker broker;
    private final BrokerApi api;
    private final OidcVerifier tokens;
    private final HttpFacts facts;
    private final IdentityEvents identities;
    private final OperatorCredential operator;
    private final BrokerMetrics metrics;

    private RunningBroker(
            LocalBroker broker,
            BrokerApi api,
            OidcVerifier tokens,
            HttpFacts facts,
            IdentityEvents identities,
            OperatorCredential operator,
            BrokerMetrics metrics) {
        this.broker = broker;
        this.api = api;
        this.tokens = tokens;
        this.facts = facts;
        this.identities = identities;
        this.operator = operator;
        this.metrics = metrics;
    }

    /**
     * Reads catalogue and policy, opens the store and the keys, and listens.
     *
     * @throws dev.sallyport.access.yaml.InvalidConfigurationException listing every mistake of the
     *     policy directory
     */
    public static RunningBroker start(
            BrokerSettings settings, Recorder recorder, StatusSource status, InstantSource clock)
            throws IOException {
        var problems = new Problems();
        Catalogue catalogue = CatalogueFile.load(settings.policy(), settings.targets(), problems);
        problems.throwIfAny();
        Policy policy = Policy.load(settings.policy(), problems);
        problems.throwIfAny();
        recordPolicy(recorder, catalogue, policy);
        var facts = new HttpFacts();
        var sources = new LocalBroker.Sources(() -> policy, () -> catalogue, facts);
        LocalBroker broker =
                LocalBroker.start(
                        LocalBroker.Settings.of(settings.cluster(), settings.data()),
                        sources,
                        recorder,
                        clock);
        try {
            return listen(settings, recorder, status, clock, sources, facts, broker, catalogue);
        } catch (IOException | RuntimeException e) {
            broker.close();
            facts.close();
            throw e;
        }
    }

    private static void recordPolicy(Recorder recorder, Catalogue catalogue, Policy policy) {
        recorder.record(
                        new Event(
                                EventType.POLICY_LOADED,
                                EventContext.NONE,
                                Map.of(
                                        "policy", policy.version(),
                                        "catalogue", catalogue.version(),
                                        "intents", catalogue.intents().size())))
                .join();
    }

    private static RunningBroker listen(
            BrokerSettings settings,
            Recorder recorder,
            StatusSource status,
            InstantSource clock,
            LocalBroker.Sources sources,
            HttpFacts facts,
            LocalBroker broker,
            Catalogue catalogue)
            throws IOException {
        Path data = settings.data();
        List<String> groups =
                catalogue.intents().stream()
                        .flatMap(intent -> intent.approvers().stream())
                        .distinct()
                        .toList();
        OperatorCredential operator =
                OperatorCredential.open(
                        data.resolve("operator.credential"),
                        data.resolve("keys").resolve("operator.sha256"),
                        () -> groups,
                        clock);
        writeCa(data.resolve("broker-ca.pem"), broker.keys().x509CaPem());
        var tokens = new OidcVerifier(settings.issuers(), clock);
        var identities = new IdentityEvents(recorder, clock);
        var metrics = new BrokerMetrics();
        var core =
                new BrokerCore(
                        settings.cluster(),
                        broker,
                        sources,
                        new CallerVerifier(tokens, operator, identities),
                        metrics,
                        status);
        BrokerApi api =
                BrokerApi.start(
                        core,
                        settings.bind(),
                        broker.keys().serverIdentity(settings.hosts()),
                        clock);
        return new RunningBroker(broker, api, tokens, facts, identities, operator, metrics);
    }

    private static void writeCa(Path file, String pem) throws IOException {
        Path born = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(born, pem);
        Files.move(born, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The port for proxies in this process. */
    public Broker port() {
        return broker;
    }

    /** The broker's parts. */
    public LocalBroker parts() {
        return broker;
    }

    /** The API's TCP port. */
    public int apiPort() {
        return api.port();
    }

    /** The local operator, and one-time links. */
    public OperatorCredential operator() {
        return operator;
    }

    /** Where the wiring adds its own meters. */
    public BrokerMetrics metrics() {
        return metrics;
    }

    @Override
    public void close() {
        api.close();
        identities.flush();
        tokens.close();
        facts.close();
        broker.close();
    }
}
