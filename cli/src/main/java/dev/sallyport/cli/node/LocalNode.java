package dev.sallyport.cli.node;

import dev.sallyport.access.Ulid;
import dev.sallyport.access.certificate.GrantVerifier;
import dev.sallyport.access.gate.GateLimits;
import dev.sallyport.access.gate.LiveSessions;
import dev.sallyport.access.gate.LockTable;
import dev.sallyport.access.gate.SessionGate;
import dev.sallyport.access.port.Broker;
import dev.sallyport.broker.LocalBroker;
import dev.sallyport.broker.api.BrokerApi;
import dev.sallyport.broker.api.BrokerCore;
import dev.sallyport.broker.approval.ApprovalLimits;
import dev.sallyport.broker.identity.CallerVerifier;
import dev.sallyport.broker.identity.IdentityEvents;
import dev.sallyport.broker.identity.OidcVerifier;
import dev.sallyport.broker.identity.OperatorCredential;
import dev.sallyport.broker.intent.HttpFacts;
import dev.sallyport.broker.intent.Intent;
import dev.sallyport.broker.metrics.BrokerMetrics;
import dev.sallyport.cli.Version;
import dev.sallyport.cli.config.Configuration;
import dev.sallyport.cli.config.DataDirectory;
import dev.sallyport.proxy.ssh.SshProxy;
import dev.sallyport.recorder.FileRecorder;
import dev.sallyport.recorder.RecorderSettings;
import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.disk.LocalDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Everything in one process: what {@code sallyport up} runs. {@link #start} reads as the order in
 * which a node comes to life; {@link #close} goes the same way back.
 */
public final class LocalNode implements AutoCloseable {
    private final FileRecorder recorder;
    private final LocalBroker broker;
    private final SessionGate gate;
    private final LiveSessions live;
    private final SshProxy ssh;
    private final BrokerApi api;
    private final Closing closing;

    private LocalNode(
            FileRecorder recorder,
            LocalBroker broker,
            SessionGate gate,
            LiveSessions live,
            SshProxy ssh,
            BrokerApi api,
            Closing closing) {
        this.recorder = recorder;
        this.broker = broker;
        this.gate = gate;
        this.live = live;
        this.ssh = ssh;
        this.api = api;
        this.closing = closing;
    }

    /**
     * Starts a node. Nothing listens before everything behind it stands: rules, recorder (which
     * recovers first), broker, gate, doors, and the API last.
     *
     * @throws IOException when keys, record or sockets cannot be had
     */
    public static LocalNode start(Configuration configuration, InstantSource clock)
            throws IOException {
        return start(configuration, clock, new LocalDisk());
    }

    /** As above; the record lies on {@code disk}. */
    static LocalNode start(Configuration configuration, InstantSource clock, Disk disk)
            throws IOException {
        oneLog();
        Rules rules = Rules.load(configuration.policy(), configuration.targets());
        DataDirectory data = configuration.dataDirectory();
        Files.createDirectories(
                data.root(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var closing = new Closing();
        try {
            return start(configuration, clock, disk, rules, closing);
        } catch (IOException | RuntimeException e) {
            closing.close();
            throw e;
        }
    }

    /** Libraries that log through java.util.logging write into the same log as everybody else. */
    private static void oneLog() {
        if (!SLF4JBridgeHandler.isInstalled()) {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
    }

    private static LocalNode start(
            Configuration configuration,
            InstantSource clock,
            Disk disk,
            Rules rules,
            Closing closing)
            throws IOException {
        DataDirectory data = configuration.dataDirectory();
        FileRecorder recorder =
                closing.add(
                        FileRecorder.start(
                                RecorderSettings.of(
                                                data.record(),
                                                configuration.cluster(),
                                                configuration.node())
                                        .withVersion(Version.product()),
                                disk,
                                clock));
        HttpFacts facts = closing.add(new HttpFacts());
        var sources = new LocalBroker.Sources(rules::policy, rules::catalogue, facts);
        LocalBroker broker =
                closing.add(
                        LocalBroker.start(
                                new LocalBroker.Settings(
                                        configuration.cluster(),
                                        data.root(),
                                        configuration.certificates(),
                                        new ApprovalLimits(
                                                ApprovalLimits.DEFAULT.request(),
                                                configuration.holds(),
                                                ApprovalLimits.DEFAULT.open())),
                                sources,
                                recorder,
                                clock));
        GateLimits limits =
                GateLimits.DEFAULTS.withSilence(
                        configuration.admitSilence(), configuration.endSilence());
        var live = new LiveSessions(limits);
        var locks = new LockTable(clock, limits, live);
        SessionGate gate =
                closing.add(
                        new SessionGate(
                                rules::policy,
                                broker,
                                live,
                                locks,
                                new Ulid(clock),
                                clock,
                                limits));
        Broker.Subscription subscription = broker.follow(locks);
        closing.add(subscription);
        var verifier = new GrantVerifier(configuration.cluster(), broker.keys().trusted(), clock);
        var door = SshDoor.open(data, configuration);
        SshProxy ssh =
                closing.add(
                        SshProxy.start(door.settings(), verifier, gate, recorder, broker, clock));
        var status = new NodeStatus(live, recorder, door.describe(ssh.port()));
        BrokerApi api =
                closing.add(
                        api(
                                configuration,
                                clock,
                                rules,
                                recorder,
                                broker,
                                sources,
                                status,
                                closing));
        Endpoint.write(data.endpoint(), api.port());
        return new LocalNode(recorder, broker, gate, live, ssh, api, closing);
    }

    private static BrokerApi api(
            Configuration configuration,
            InstantSource clock,
            Rules rules,
            FileRecorder recorder,
            LocalBroker broker,
            LocalBroker.Sources sources,
            NodeStatus status,
            Closing closing)
            throws IOException {
        DataDirectory data = configuration.dataDirectory();
        OperatorCredential operator =
                OperatorCredential.open(
                        data.operatorCredential(),
                        data.keys().resolve("operator.hash"),
                        () -> approverGroups(rules),
                        clock);
        OidcVerifier tokens = closing.add(new OidcVerifier(configuration.issuers(), clock));
        var events = new IdentityEvents(recorder, clock);
        var core =
                new BrokerCore(
                        configuration.cluster(),
                        broker,
                        sources,
                        new CallerVerifier(tokens, operator, events),
                        new BrokerMetrics(),
                        status);
        Files.writeString(data.brokerCa(), broker.keys().x509CaPem());
        List<String> hosts =
                List.of("localhost", "127.0.0.1", configuration.broker().getHostString());
        return BrokerApi.start(
                core,
                configuration.broker(),
                broker.keys().serverIdentity(hosts.stream().distinct().toList()),
                clock);
    }

    private static List<String> approverGroups(Rules rules) {
        return rules.catalogue().intents().stream()
                .map(Intent::approvers)
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    /** The broker's port. */
    public int brokerPort() {
        return api.port();
    }

    /** The SSH proxy's port. */
    public int sshPort() {
        return ssh.port();
    }

    /** The broker behind the API. */
    public LocalBroker broker() {
        return broker;
    }

    /** The recorder. */
    public FileRecorder recorder() {
        return recorder;
    }

    /** The gate that all doors share. */
    public SessionGate gate() {
        return gate;
    }

    /** The sessions that are live now. */
    public LiveSessions live() {
        return live;
    }

    /** Stops listening, ends sessions, seals the record; in the opposite order of the start. */
    @Override
    public void close() {
        closing.close();
    }
}
