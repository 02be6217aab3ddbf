package dev.sallyport.broker.api;

import dev.sallyport.access.Secret;
import dev.sallyport.access.certificate.KeyProof;
import dev.sallyport.access.fake.InMemoryRecorder;
import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.broker.client.BrokerTrust;
import dev.sallyport.broker.identity.ClaimMapping;
import dev.sallyport.broker.identity.JwksLocation;
import dev.sallyport.broker.identity.TestIssuer;
import dev.sallyport.broker.intent.Template;
import dev.sallyport.broker.issue.KeyUse;
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
    final RunningBroker broker;
    final List<X509Certificate> authorities;
    final Secret operator;

    ApiFixture(Path directory) throws IOException, GeneralSecurityException {
        Path data = Files.createDirectories(directory.resolve("data"));
        var humans =
                new ClaimMapping.Humans(
                        new Template("{sub}"),
                        List.of(new Template("{groups}")),
                        List.of("sre"),
                        List.of("audit"));
        var settings =
                new BrokerSettings(
                        "acme",
                        data,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        List.of("127.0.0.1", "localhost"),
                        List.of(
                                AGENTS.settings(
                                        keys(directory, "a", AGENTS), TestIssuer.githubMapping()),
                                HUMANS.settings(keys(directory, "h", HUMANS), humans)),
                        Path.of("..", "policy"),
                        Set.of());
        broker = RunningBroker.start(settings, recorder, new Quiet(), Clock.systemUTC());
        authorities = BrokerTrust.ofFile(data.resolve("broker-ca.pem"));
        operator = Secret.of(Files.readString(data.resolve("operator.credential")).strip());
    }

    private static JwksLocation keys(Path directory, String name, TestIssuer issuer)
            throws IOException {
        return new JwksLocation.File(
                Files.writeString(directory.resolve(name + ".json"), issuer.jwks()));
    }

    URI uri() {
        return URI.create("https://127.0.0.1:" + broker.apiPort());
    }

    BrokerClient client(Secret bearer) throws GeneralSecurityException {
        return new BrokerClient(uri(), authorities, () -> bearer);
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
        broker.close();
    }
}
