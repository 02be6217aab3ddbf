package dev.sallyport.cli.node;

import dev.sallyport.access.Ulid;
import dev.sallyport.access.certificate.GrantVerifier;
import dev.sallyport.access.gate.GateLimits;
import dev.sallyport.access.gate.LiveSessions;
import dev.sallyport.access.gate.LockTable;
import dev.sallyport.access.gate.SessionGate;
import dev.sallyport.broker.LocalBroker;
import dev.sallyport.broker.api.ApiBody;
import dev.sallyport.broker.api.BrokerApi;
import dev.sallyport.broker.api.BrokerCore;
import dev.sallyport.broker.approval.ApprovalLimits;
import dev.sallyport.broker.identity.CallerVerifier;
import dev.sallyport.broker.identity.OidcVerifier;
import dev.sallyport.broker.identity.OperatorCredential;
import dev.sallyport.broker.intent.HttpFacts;
import dev.sallyport.broker.metrics.BrokerMetrics;
import dev.sallyport.cli.Version;
import dev.sallyport.cli.config.Configuration;
import dev.sallyport.cli.config.DataDirectory;
import dev.sallyport.proxy.db.DbProxy;
import dev.sallyport.proxy.ssh.SshProxy;
import dev.sallyport.recorder.FileRecorder;
import dev.sallyport.recorder.RecorderSettings;
import dev.sallyport.recorder.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the parts of a {@link LocalNode} and puts each where the node will close it. */
record NodeParts(
        Configuration configuration, InstantSource clock, Disk disk, Rules rules, Closing closing) {

    private static final Duration HOLD_MARGIN = Duration.ofSeconds(10);

    /** A running node: recorder, broker, gate, doors, and the API last. */
    LocalNode assemble() throws IOException {
        FileRecorder recorder = closing.add(recorder());
        var facts = closing.add(new HttpFacts());
        var sources = new LocalBroker.Sources(rules::policy, rules::catalogue, facts);
        LocalBroker broker = closing.add(broker(sources, recorder));
        GateLimits limits = gateLimits();
        var live = new LiveSessions(limits);
        var locks = new LockTable(clock, limits, live);
        SessionGate gate = closing.add(gate(broker, live, locks, limits));
        closing.add(broker.follow(locks));
        SshDoor door = SshDoor.open(data(), configuration);
        SshProxy ssh = closing.add(ssh(door, gate, recorder, broker));
        var doors = new HashMap<>(door.describe(ssh.port()));
        if (!configuration.dbTargets().isEmpty()) {
            doors.putAll(db(gate, recorder, broker));
        }
        var status = new NodeStatus(live, recorder, Map.copyOf(doors));
        var core =
                new BrokerCore(
                        configuration.cluster(),
                        broker,
                        sources,
                        callers(broker, sources),
                        new BrokerMetrics(),
                        status);
        BrokerApi api = closing.add(api(core, broker));
        Endpoint.write(data().endpoint(), api.port());
        return new LocalNode(recorder, broker, gate, live, ssh, api, closing);
    }

    private DataDirectory data() {
        return configuration.dataDirectory();
    }

    private FileRecorder recorder() throws IOException {
        RecorderSettings settings =
                RecorderSettings.of(data().record(), configuration.cluster(), configuration.node())
                        .withVersion(Version.product());
        return FileRecorder.start(settings, disk, clock);
    }

    private LocalBroker broker(LocalBroker.Sources sources, FileRecorder recorder)
            throws IOException {
        var settings =
                new LocalBroker.Settings(
                        configuration.cluster(),
                        data().root(),
                        configuration.certificates(),
                        ApprovalLimits.DEFAULT.withHold(configuration.holds()),
                        configuration.grantsPerAgent());
        return LocalBroker.start(settings, sources, recorder, clock);
    }

    private GateLimits gateLimits() {
        // The broker ends a hold in time and says so; the gate only outlasts it.
        return GateLimits.DEFAULTS
                .withSilence(configuration.admitSilence(), configuration.endSilence())
                .withHold(configuration.holds().plus(HOLD_MARGIN));
    }

    private SessionGate gate(
            LocalBroker broker, LiveSessions live, LockTable locks, GateLimits limits) {
        return new SessionGate(rules::policy, broker, live, locks, new Ulid(clock), clock, limits);
    }

    private SshProxy ssh(SshDoor door, SessionGate gate, FileRecorder recorder, LocalBroker broker)
            throws IOException {
        var verifier = new GrantVerifier(configuration.cluster(), broker.keys().trusted(), clock);
        return SshProxy.start(door.settings(), verifier, gate, recorder, broker, clock);
    }

    /** Starts the PostgreSQL door and says where it is. */
    private Map<String, ApiBody.Door> db(
            SessionGate gate, FileRecorder recorder, LocalBroker broker) throws IOException {
        DbDoor door = DbDoor.open(broker.keys(), configuration);
        var verifier = new GrantVerifier(configuration.cluster(), broker.keys().trusted(), clock);
        DbProxy proxy =
                closing.add(DbProxy.start(door.settings(), verifier, gate, recorder, clock));
        return door.describe(proxy.port());
    }

    private CallerVerifier callers(LocalBroker broker, LocalBroker.Sources sources)
            throws IOException {
        OperatorCredential operator =
                OperatorCredential.open(
                        data().operatorCredential(),
                        data().keys().resolve("operator.hash"),
                        configuration.issuers(),
                        sources::approverGroups,
                        clock);
        var tokens = closing.add(new OidcVerifier(configuration.issuers(), clock));
        return new CallerVerifier(tokens, operator, broker.identities(), sources::approverGroups);
    }

    private BrokerApi api(BrokerCore core, LocalBroker broker) throws IOException {
        Files.writeString(data().brokerCa(), broker.keys().x509CaPem());
        List<String> hosts =
                List.of("localhost", "127.0.0.1", configuration.broker().getHostString());
        return BrokerApi.start(
                core,
                new BrokerApi.Doors(configuration.broker(), data().operatorSocket()),
                broker.keys().serverIdentity(hosts.stream().distinct().toList()),
                clock);
    }
}
