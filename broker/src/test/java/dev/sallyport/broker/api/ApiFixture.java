package dev.sallyport.broker.api;

import dev.sallyport.access.Secret;
import dev.sallyport.access.certificate.KeyProof;
import dev.sallyport.access.fake.InMemoryRecorder;
import dev.sallyport.access.policy.Policy;
import dev.sallyport.access.yaml.Problems;
import dev.sallyport.broker.LocalBroker;
import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.broker.client.BrokerTrust;
import dev.sallyport.broker.identity.CallerVerifier;
import dev.sallyport.broker.identity.ClaimMapping;
import dev.sallyport.broker.identity.IssuerSettings;
import dev.sallyport.broker.identity.JwksLocation;
import dev.sallyport.broker.identity.OidcVerifier;
import dev.sallyport.broker.identity.OperatorCredential;
import dev.sallyport.broker.identity.TestIssuer;
import dev.sallyport.broker.intent.Catalogue;
import dev.sallyport.broker.intent.CatalogueFile;
import dev.sallyport.broker.intent.HttpFacts;
import dev.sallyport.broker.intent.Template;
import dev.sallyport.broker.issue.KeyUse;
import dev.sallyport.broker.metrics.BrokerMetrics;
import dev.sallyport.broker.request.AccessRequest;
import dev.sallyport.broker.request.KeyStep;
import dev.sallyport.broker.request.ProvenKey;
import dev.sallyport.broker.request.RequestProof;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** A real broker over HTTPS with the shipped policy, an issuer of agents and one of humans. */
final class ApiFixture implements AutoCloseable {
    static final TestIssuer AGENTS = new TestIssuer("https://agents.example", "a1");
    static final TestIssuer HUMANS = new TestIssuer("https://humans.example", "h1");

    final InMemoryRecorder recorder = new InMemoryRecorder();
    final AtomicBoolean recording = new AtomicBoolean(true);
    final LocalBroker broker;
    final List<X509Certificate> authorities;
    final Secret operator;
    private final HttpFacts facts = new HttpFacts();
    private final OidcVerifier tokens;
    private final BrokerApi api;
    private final Path operators;

    ApiFixture(Path directory) throws IOException, GeneralSecurityException {
        this(directory, Doorkeeper.Limits.DEFAULT);
    }

    /** With other policies than those that are shipped. */
    ApiFixture(Path directory, Path policies) throws IOException, GeneralSecurityException {
        this(directory, policies, Doorkeeper.Limits.DEFAULT);
    }

    ApiFixture(Path directory, Doorkeeper.Limits limits)
            throws IOException, GeneralSecurityException {
        this(directory, Path.of("..", "policy"), limits);
    }

    private ApiFixture(Path directory, Path policies, Doorkeeper.Limits limits)
            throws IOException, GeneralSecurityException {
        Path data = Files.createDirectories(directory.resolve("data"));
        LocalBroker.Sources sources = sources(policies);
        broker =
                LocalBroker.start(
                        LocalBroker.Settings.of("acme", data),
                        sources,
                        recorder,
                        Clock.systemUTC());
        var credential =
                OperatorCredential.open(
                        data.resolve("operator.credential"),
                        data.resolve("keys").resolve("operator.sha256"),
                        issuers(directory),
                        sources::approverGroups,
                        Clock.systemUTC());
        tokens = new OidcVerifier(issuers(directory), Clock.systemUTC());
        var callers =
                new CallerVerifier(
                        tokens, credential, broker.identities(), sources::approverGroups);
        var core =
                new BrokerCore("acme", broker, sources, callers, new BrokerMetrics(), new Quiet());
        operators = data.resolve("operator.sock");
        api =
                BrokerApi.start(
                        core,
                        new BrokerApi.Doors(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                operators),
                        broker.keys().serverIdentity(List.of("127.0.0.1", "localhost")),
                        new BrokerApi.Bounds(new RateLimit(100, 500, Clock.systemUTC()), limits));
        authorities =
                BrokerTrust.ofFile(
                        Files.writeString(
                                data.resolve("broker-ca.pem"), broker.keys().x509CaPem()));
        operator = Secret.of(Files.readString(data.resolve("operator.credential")).strip());
    }

    private LocalBroker.Sources sources(Path policies) {
        var problems = new Problems();
        Catalogue catalogue = CatalogueFile.load(policies, Set.of(), problems);
        Policy policy = Policy.load(policies, problems);
        problems.throwIfAny();
        return new LocalBroker.Sources(() -> policy, () -> catalogue, facts);
    }

    private static List<IssuerSettings> issuers(Path directory) throws IOException {
        var humans =
                new ClaimMapping.Humans(
                        new Template("{sub}"),
                        List.of(new Template("{groups}")),
                        List.of("platform"),
                        List.of("audit"));
        return List.of(
                AGENTS.settings(keys(directory, "a", AGENTS), TestIssuer.githubMapping()),
                HUMANS.settings(keys(directory, "h", HUMANS), humans));
    }

    private static JwksLocation keys(Path directory, String name, TestIssuer issuer)
            throws IOException {
        return new JwksLocation.File(
                Files.writeString(directory.resolve(name + ".json"), issuer.jwks()));
    }

    URI uri() {
        return URI.create("https://127.0.0.1:" + api.port());
    }

    BrokerClient client(Secret bearer) throws GeneralSecurityException {
        return new BrokerClient(uri(), authorities, () -> bearer);
    }

    /** The operator on the broker's own machine. */
    BrokerClient operatorClient() {
        return new BrokerClient(operators, () -> operator);
    }

    Path operators() {
        return operators;
    }

    Secret agent() {
        return agent("acme");
    }

    /** A token whose agent is in {@code group}. */
    Secret agent(String group) {
        return Secret.of(
                AGENTS.sign(
                        AGENTS.github(Instant.now())
                                .jwtID("j" + System.nanoTime())
                                .claim("repository_owner", group)
                                .build()));
    }

    Secret human(String name, String... groups) {
        return Secret.of(
                HUMANS.sign(
                        HUMANS.base(Instant.now())
                                .subject(name)
                                .claim("groups", List.of(groups))
                                .build()));
    }

    static KeyPair key() throws GeneralSecurityException {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    static AccessRequest request(KeyPair key, String intent, Map<String, String> parameters) {
        Instant at = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        byte[] message =
                RequestProof.ofRequest(
                        intent, parameters, "because", "", "", at, List.of(key.getPublic()));
        String proof = KeyProof.sign(key.getPrivate(), RequestProof.PURPOSE_REQUEST, message);
        return new AccessRequest(
                intent,
                parameters,
                "because",
                "",
                "",
                at,
                List.of(new ProvenKey(KeyUse.SSH, key.getPublic(), proof)));
    }

    static KeyStep step(KeyPair key, KeyStep.Verb verb, String id) {
        Instant at = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        String proof =
                KeyProof.sign(
                        key.getPrivate(),
                        RequestProof.PURPOSE_STEP,
                        RequestProof.ofStep(verb, id, at));
        return new KeyStep(id, at, key.getPublic(), proof);
    }

    /** One session, and a recorder that works until a test says otherwise. */
    private final class Quiet implements StatusSource {
        @Override
        public List<ApiBody.SessionView> sessions() {
            return List.of(
                    new ApiBody.SessionView(
                            "s-1",
                            "github/x/y",
                            "ssh:batch-1",
                            "g-1",
                            "report",
                            Instant.EPOCH.plusSeconds(1),
                            "open"));
        }

        @Override
        public boolean isRecording() {
            return recording.get();
        }

        @Override
        public Map<String, ApiBody.Door> doors() {
            return Map.of("ssh", new ApiBody.Door("127.0.0.1:2222", "sallyport", List.of("k")));
        }
    }

    @Override
    public void close() {
        api.close();
        tokens.close();
        facts.close();
        broker.close();
    }
}
