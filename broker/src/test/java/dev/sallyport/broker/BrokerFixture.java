package dev.sallyport.broker;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Target;
import dev.sallyport.access.certificate.KeyFiles;
import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.access.certificate.KeyProof;
import dev.sallyport.access.fake.InMemoryRecorder;
import dev.sallyport.access.fake.MutableClock;
import dev.sallyport.access.policy.Policy;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.access.scope.SshScope;
import dev.sallyport.access.yaml.Problems;
import dev.sallyport.broker.approval.ApprovalLimits;
import dev.sallyport.broker.identity.AgentCaller;
import dev.sallyport.broker.identity.HumanCaller;
import dev.sallyport.broker.identity.Role;
import dev.sallyport.broker.intent.Catalogue;
import dev.sallyport.broker.intent.FactLookup.FactsAnswer;
import dev.sallyport.broker.intent.Facts;
import dev.sallyport.broker.intent.Intent;
import dev.sallyport.broker.intent.Parameter;
import dev.sallyport.broker.intent.ScopeTemplate;
import dev.sallyport.broker.issue.IssuedGrant;
import dev.sallyport.broker.issue.KeyUse;
import dev.sallyport.broker.request.AccessRequest;
import dev.sallyport.broker.request.KeyStep;
import dev.sallyport.broker.request.ProvenKey;
import dev.sallyport.broker.request.RequestAnswer;
import dev.sallyport.broker.request.RequestProof;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A whole broker on a real store and real policy, with an agent and humans to talk to it. {@code
 * read} is granted at once, {@code deploy} needs one human, {@code rotate} two, {@code closed} is
 * not permitted.
 */
public final class BrokerFixture implements AutoCloseable {
    public static final Agent AGENT =
            new Agent("github/acme/bot", "Olga", "run-7", List.of("agents", "bot-team"));

    private static final String SCHEMA =
            """
            entity Group;
            entity Agent in [Group] { owner: String, run: String };
            entity Intent;
            entity Target;
            type Parameters = { customer?: Long };
            type Facts = { active?: Bool };
            action request appliesTo {
              principal: Agent,
              resource: Intent,
              context: {
                intent: String, parameters: Parameters, facts: Facts, approvals: Long, masked: Bool,
              },
            };
            """;

    private static final String POLICY =
            """
            @id("read") @ttl("5m")
            permit (principal in Group::"agents", action, resource == Intent::"read");
            @id("deploy")
            permit (principal in Group::"agents", action, resource == Intent::"deploy")
            when { context.approvals >= 1 };
            @id("rotate") @approvers("security")
            permit (principal in Group::"agents", action, resource == Intent::"rotate")
            when { context.approvals >= 2 };
            """;

    public final MutableClock clock = new MutableClock();
    public final InMemoryRecorder recorder = new InMemoryRecorder();
    public final AtomicReference<Policy> policy = new AtomicReference<>();
    public final AtomicReference<Catalogue> catalogue = new AtomicReference<>();
    public final AtomicReference<FactsAnswer> facts =
            new AtomicReference<>(new FactsAnswer.Known(Facts.NONE));
    public final KeyPair key = KeyFiles.generate(KeyKind.ED25519);
    private final Path directory;
    private final int grantsPerAgent;
    private LocalBroker broker;

    public BrokerFixture(Path directory) {
        this(directory, LocalBroker.Settings.GRANTS_PER_AGENT);
    }

    public BrokerFixture(Path directory, int grantsPerAgent) {
        this.directory = directory;
        this.grantsPerAgent = grantsPerAgent;
        policy.set(policy(POLICY));
        catalogue.set(
                new Catalogue(
                        List.of(
                                intent("read", Duration.ofMinutes(20)),
                                intent("deploy", Duration.ofMinutes(20)),
                                intent("rotate", Duration.ofMinutes(20)),
                                intent("closed", Duration.ofMinutes(20))),
                        "v1"));
        this.broker = start();
    }

    public Policy policy(String cedar) {
        try {
            Path sources = Files.createTempDirectory(directory, "policy");
            Files.writeString(sources.resolve("schema.cedarschema"), SCHEMA);
            Files.writeString(sources.resolve("requests.cedar"), cedar);
            var problems = new Problems();
            Policy loaded = Policy.load(sources, problems);
            problems.throwIfAny();
            return loaded;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Intent intent(String name, Duration ttl, String... exec) {
        var customer = new Parameter("customer", Parameter.Type.LONG, true, "", List.of());
        return new Intent(
                name,
                "What " + name + " is for",
                "low",
                Map.of("customer", customer),
                Map.of(),
                ttl,
                List.of(new ScopeTemplate(scope(exec))),
                List.of("leads"));
    }

    private static SshScope scope(String... exec) {
        return new SshScope(
                Target.parse("ssh:batch-1"),
                "report",
                List.of(exec),
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                false,
                false,
                List.of(),
                new Budget(Map.of(Budget.Unit.BYTES, 100L)));
    }

    private LocalBroker start() {
        try {
            return LocalBroker.start(
                    new LocalBroker.Settings(
                            "acme",
                            directory,
                            Duration.ofMinutes(10),
                            ApprovalLimits.DEFAULT,
                            grantsPerAgent),
                    new LocalBroker.Sources(policy::get, catalogue::get, bound -> facts.get()),
                    recorder,
                    clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public LocalBroker broker() {
        return broker;
    }

    /** Stops the broker and starts it on the same files. */
    public void restart() {
        broker.close();
        broker = start();
    }

    public Path store() {
        return directory.resolve("store.db");
    }

    public AgentCaller caller(String token) {
        return new AgentCaller(AGENT, "https://idp", token, clock.instant().plusSeconds(300));
    }

    public static HumanCaller human(String id, String... groups) {
        return new HumanCaller(id, List.of(), List.of(groups), Set.of(Role.APPROVER));
    }

    public static HumanCaller operator() {
        return new HumanCaller("root", List.of(), List.of(), Set.of(Role.OPERATOR));
    }

    public AccessRequest request(String intent, KeyPair... keys) {
        var publicKeys = Arrays.stream(keys).map(KeyPair::getPublic).toList();
        byte[] message =
                RequestProof.ofRequest(
                        intent,
                        Map.of("customer", "42"),
                        "because",
                        "T-1",
                        "",
                        clock.instant(),
                        publicKeys);
        List<ProvenKey> proven =
                Arrays.stream(keys)
                        .map(pair ->
                                new ProvenKey(
                                        KeyUse.SSH,
                                        pair.getPublic(),
                                        KeyProof.sign(
                                                pair.getPrivate(),
                                                RequestProof.PURPOSE_REQUEST,
                                                message)))
                        .toList();
        return new AccessRequest(
                intent, Map.of("customer", "42"), "because", "T-1", "", clock.instant(), proven);
    }

    public RequestAnswer submit(String intent) {
        return broker.requests().submit(caller("token"), request(intent, key));
    }

    public IssuedGrant issued() {
        return issued(submit("read"));
    }

    public static IssuedGrant issued(RequestAnswer answer) {
        if (answer instanceof RequestAnswer.Issued(IssuedGrant issued)) {
            return issued;
        }
        throw new AssertionError("not issued: " + answer);
    }

    public static RequestAnswer.Pending pending(RequestAnswer answer) {
        if (answer instanceof RequestAnswer.Pending pending) {
            return pending;
        }
        throw new AssertionError("not pending: " + answer);
    }

    public static dev.sallyport.access.Refusal refused(RequestAnswer answer) {
        if (answer instanceof RequestAnswer.Refused(var refusal)) {
            return refusal;
        }
        throw new AssertionError("not refused: " + answer);
    }

    public KeyStep step(KeyStep.Verb verb, String id, KeyPair by) {
        String proof =
                KeyProof.sign(
                        by.getPrivate(),
                        RequestProof.PURPOSE_STEP,
                        RequestProof.ofStep(verb, id, clock.instant()));
        return new KeyStep(id, clock.instant(), by.getPublic(), proof);
    }

    @Override
    public void close() {
        broker.close();
    }
}
