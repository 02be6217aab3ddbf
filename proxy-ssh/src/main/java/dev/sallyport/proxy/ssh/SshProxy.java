package dev.sallyport.proxy.ssh;

import dev.sallyport.access.certificate.GrantVerifier;
import dev.sallyport.access.gate.RefusedLogins;
import dev.sallyport.access.gate.SessionGate;
import dev.sallyport.access.port.Broker;
import dev.sallyport.access.port.Recorder;
import dev.sallyport.proxy.ssh.mina.AcceptedChannel;
import dev.sallyport.proxy.ssh.mina.ModernAlgorithms;
import dev.sallyport.proxy.ssh.mina.SocketServices;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.ServiceFactory;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.kex.extension.KexExtensions;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionHeartbeatController.HeartbeatType;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.session.ServerConnectionServiceFactory;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.session.ServerUserAuthServiceFactory;

/**
 * Wires and starts the SSH listener. Reads as the way of a connection: limits → {@link
 * SshAuthenticator} → {@link SshBridge}.
 *
 * <p>The library's own loggers ({@code org.apache.sshd}) print what passes at debug level; whoever
 * configures logging MUST keep them at error or above.
 */
public final class SshProxy implements AutoCloseable {
    /**
     * OpenSSH's client tells only servers of that name that it reads no more ({@code eow}); without
     * it {@code ssh host yes | head -1} hangs.
     */
    private static final String IDENTIFICATION = "OpenSSH_9.9 Sallyport";

    /** Keeps address translators awake. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);

    /** How long a proxy that stops waits for its last recordings. */
    private static final Duration SEAL_PATIENCE = Duration.ofSeconds(5);

    private static final List<String> CHANNEL_TYPES =
            List.of("session", "direct-tcpip", "direct-streamlocal@openssh.com");

    private final SshServer server;
    private final SshUpstream upstream;
    private final Set<CompletableFuture<Void>> live;

    private SshProxy(SshServer server, SshUpstream upstream, Set<CompletableFuture<Void>> live) {
        this.server = server;
        this.upstream = upstream;
        this.live = live;
    }

    /**
     * Starts to listen.
     *
     * @throws IOException when the address cannot be bound
     * @throws IllegalArgumentException when the host certificate is not one
     */
    public static SshProxy start(
            SshProxySettings settings,
            GrantVerifier verifier,
            SessionGate gate,
            Recorder recorder,
            Broker broker,
            InstantSource clock)
            throws IOException {
        var refused = new RefusedLogins(recorder, clock);
        var authenticator = new SshAuthenticator(verifier, settings.targets(), refused, gate);
        SshUpstream upstream = SshUpstream.start(settings, broker);
        var parts =
                new SshParts(
                        gate,
                        recorder,
                        upstream,
                        refused,
                        settings.limits(),
                        ConcurrentHashMap.newKeySet());
        var door = new Door(parts, authenticator);

        SshServer server = SshServer.setUpDefaultServer();
        ModernAlgorithms.apply(server);
        limit(server, settings.limits());
        server.setIoServiceFactoryFactory(
                new SocketServices(peer -> door.hasRoom(), settings.limits().connectTime()));
        server.setHost(settings.listen().getHostString());
        server.setPort(settings.listen().getPort());
        server.setKeyPairProvider(KeyPairProvider.wrap(settings.hostKey()));
        if (!settings.hostCertificate().isEmpty()) {
            OpenSshCertificate certificate = certificate(settings.hostCertificate());
            server.setHostKeyCertificateProvider(session -> List.of(certificate));
        }
        server.setPublickeyAuthenticator(authenticator);
        server.setUserAuthFactories(List.of(authenticator.method()));
        server.addSessionListener(door);
        server.setServiceFactories(
                List.of(ServerUserAuthServiceFactory.INSTANCE, OneConnection.INSTANCE));
        server.setChannelFactories(
                CHANNEL_TYPES.stream().<ChannelFactory>map(AgentChannels::new).toList());
        server.setGlobalRequestHandlers(List.of(AgentGlobals.INSTANCE));
        server.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        server.setSubsystemFactories(List.of());
        server.setShellFactory(null);
        server.setCommandFactory(null);
        server.start();
        return new SshProxy(server, upstream, parts.live());
    }

    private static void limit(SshServer server, SshLimits limits) {
        CoreModuleProperties.SERVER_IDENTIFICATION.set(server, IDENTIFICATION);
        CoreModuleProperties.AUTH_TIMEOUT.set(server, limits.loginTime());
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, limits.attempts());
        CoreModuleProperties.IDLE_TIMEOUT.set(server, Duration.ZERO);
        CoreModuleProperties.MAX_CONCURRENT_CHANNELS.set(server, limits.channels());
        server.setSessionHeartbeat(HeartbeatType.IGNORE, HEARTBEAT);
    }

    private static OpenSshCertificate certificate(String line) {
        try {
            if (PublicKeyEntry.parsePublicKeyEntry(line).resolvePublicKey(null, Map.of(), null)
                    instanceof OpenSshCertificate certificate) {
                return certificate;
            }
        } catch (IOException | java.security.GeneralSecurityException e) {
            throw new IllegalArgumentException("the host certificate is malformed", e);
        }
        throw new IllegalArgumentException("the host certificate is not a certificate");
    }

    /** The port that is listened on. */
    public int port() {
        return server.getPort();
    }

    /**
     * Stops listening and closes what is open; sessions end as normal. Waits, for a bounded time,
     * until their recordings are sealed.
     */
    @Override
    public void close() throws IOException {
        CompletableFuture<?>[] open = live.toArray(CompletableFuture<?>[]::new);
        server.stop(true);
        try {
            CompletableFuture.allOf(open).get(SEAL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // The recorder seals what is left when it starts again.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        upstream.close();
    }

    /** Counts who is still in the handshake, and opens the bridge to those who are through it. */
    private static final class Door implements SessionListener {
        private final SshParts parts;
        private final SshAuthenticator authenticator;
        private final AtomicInteger unauthenticated = new AtomicInteger();

        Door(SshParts parts, SshAuthenticator authenticator) {
            this.parts = parts;
            this.authenticator = authenticator;
        }

        boolean hasRoom() {
            return unauthenticated.get() < parts.limits().unauthenticated();
        }

        @Override
        public void sessionCreated(Session session) {
            unauthenticated.incrementAndGet();
        }

        /** Asked at the start, because the library takes the word out before the end. */
        @Override
        public void sessionNegotiationStart(
                Session session,
                Map<KexProposalOption, String> client,
                Map<KexProposalOption, String> ours) {
            String offered = client.getOrDefault(KexProposalOption.ALGORITHMS, "");
            if (parts.limits().requireStrictKex()
                    && session.getSessionId() == null
                    && !List.of(offered.split(",", -1))
                            .contains(KexExtensions.STRICT_KEX_CLIENT_EXTENSION)) {
                session.close(true);
            }
        }

        @Override
        public void sessionEvent(Session session, Event event) {
            if (event == Event.Authenticated && session instanceof ServerSession front) {
                unauthenticated.decrementAndGet();
                SshAuthenticator.proven(front)
                        .ifPresentOrElse(
                                proven -> SshBridge.begin(parts, front, proven),
                                () -> session.close(true));
            }
        }

        @Override
        public void sessionClosed(Session session) {
            ServerSession front = (ServerSession) session;
            if (!front.isAuthenticated()) {
                unauthenticated.decrementAndGet();
                authenticator.closed(front);
            }
            SshBridge.of(front).ifPresent(SshBridge::frontClosed);
        }
    }

    /**
     * The connection protocol (RFC 4254), once for each connection: a second start would forget the
     * first one's channels, and with them how many there are.
     */
    private enum OneConnection implements ServiceFactory {
        INSTANCE;

        private static final AttributeKey<Boolean> STARTED = new AttributeKey<>();

        @Override
        public String getName() {
            return ServerConnectionServiceFactory.INSTANCE.getName();
        }

        @Override
        public Service create(Session session) throws IOException {
            if (session.getAttribute(STARTED) != null) {
                throw new IOException("the connection protocol runs already");
            }
            Service service = ServerConnectionServiceFactory.INSTANCE.create(session);
            session.setAttribute(STARTED, true);
            return service;
        }
    }

    private record AgentChannels(String name) implements ChannelFactory {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public Channel createChannel(Session session) throws IOException {
            SshBridge bridge =
                    SshBridge.of(session)
                            .orElseThrow(() -> new IOException("nobody has proved anything"));
            return new AcceptedChannel(name, bridge::openedByAgent);
        }
    }
}
