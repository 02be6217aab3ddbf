package dev.sallyport.cli.node;

import dev.sallyport.access.gate.LiveSessions;
import dev.sallyport.access.gate.SessionGate;
import dev.sallyport.broker.LocalBroker;
import dev.sallyport.broker.api.BrokerApi;
import dev.sallyport.cli.config.Configuration;
import dev.sallyport.cli.config.DataDirectory;
import dev.sallyport.proxy.ssh.SshProxy;
import dev.sallyport.recorder.FileRecorder;
import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.disk.LocalDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Everything in one process: what {@code sallyport up} runs. {@link NodeParts#assemble} reads as
 * the order in which a node comes to life; {@link #close} goes the same way back.
 */
public final class LocalNode implements AutoCloseable {
    private final FileRecorder recorder;
    private final LocalBroker broker;
    private final SessionGate gate;
    private final LiveSessions live;
    private final SshProxy ssh;
    private final BrokerApi api;
    private final Closing closing;

    LocalNode(
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
            return new NodeParts(configuration, clock, disk, rules, closing).assemble();
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
