package dev.sallyport.proxy.ssh;

import dev.sallyport.access.certificate.GrantRefusedException;
import dev.sallyport.access.certificate.PublicKeys;
import dev.sallyport.access.certificate.SshCertificates;
import dev.sallyport.access.gate.Session;
import dev.sallyport.access.port.Broker;
import dev.sallyport.access.port.BrokerUnreachableException;
import dev.sallyport.access.port.UpstreamCertificateRequest;
import dev.sallyport.access.scope.SshScope;
import dev.sallyport.proxy.ssh.mina.AcceptedChannel;
import dev.sallyport.proxy.ssh.mina.ModernAlgorithms;
import dev.sallyport.proxy.ssh.mina.SocketServices;
import java.io.IOException;
import java.net.SocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.kex.extension.KexExtensions;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.SessionHeartbeatController.HeartbeatType;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;

/**
 * Dials targets: each session with a key made for it and thrown away, a certificate that the broker
 * signs just in time, and a host key that was pinned before. Agents' keys never come here.
 * Thread-safe; {@link #dial} blocks.
 */
final class SshUpstream implements AutoCloseable {
    private static final AttributeKey<SshTarget> TARGET = new AttributeKey<>();
    private static final AttributeKey<SshBridge> BRIDGE = new AttributeKey<>();

    /** A host that has gone without a word is noticed after three of these. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(20);

    private static final int MISSED_HEARTBEATS = 3;

    /**
     * A target answers a closed channel when the program ends, and tells how it ended. No session
     * outlives its grant, and no grant this.
     */
    private static final Duration LAST_WORD = Duration.ofHours(24);

    /** Long enough for a slow target's login, short enough to be worth nothing when it leaks. */
    private static final Duration CERTIFICATE_VALIDITY = Duration.ofMinutes(1);

    /** Channel types that a target may open, when the session was given the right. */
    private static final List<String> CHANNEL_TYPES =
            List.of(
                    "forwarded-tcpip",
                    "forwarded-streamlocal@openssh.com",
                    "auth-agent@openssh.com",
                    "x11");

    private final SshClient client;
    private final SshProxySettings settings;
    private final Broker broker;

    private SshUpstream(SshClient client, SshProxySettings settings, Broker broker) {
        this.client = client;
        this.settings = settings;
        this.broker = broker;
    }

    static SshUpstream start(SshProxySettings settings, Broker broker) {
        SshClient client = SshClient.setUpDefaultClient();
        ModernAlgorithms.apply(client);
        client.setIoServiceFactoryFactory(
                new SocketServices(address -> false, settings.limits().connectTime()));
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        client.setServerKeyVerifier(SshUpstream::isPinned);
        client.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        client.setGlobalRequestHandlers(List.of(TargetGlobals.INSTANCE));
        client.setChannelFactories(
                CHANNEL_TYPES.stream().<ChannelFactory>map(ForwardedFactory::new).toList());
        client.addSessionListener(new Listener(settings.limits().requireStrictKex()));
        CoreModuleProperties.IDLE_TIMEOUT.set(client, Duration.ZERO);
        CoreModuleProperties.AUTH_TIMEOUT.set(client, settings.limits().upstreamLoginTime());
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, HEARTBEAT);
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, MISSED_HEARTBEATS);
        CoreModuleProperties.CHANNEL_CLOSE_TIMEOUT.set(client, LAST_WORD);
        client.setSessionHeartbeat(HeartbeatType.NONE, Duration.ZERO);
        client.start();
        return new SshUpstream(client, settings, broker);
    }

    /**
     * Connects and logs in.
     *
     * @throws IOException when the target is not reached, is another one, or does not let us in;
     *     the message is for operators
     */
    ClientSession dial(Session session, SshBridge bridge) throws IOException {
        SshTarget target = settings.targets().get(session.target().name());
        if (target == null) {
            throw new IOException("the target is not configured on this proxy");
        }
        KeyPair login = login(session);
        AttributeRepository context =
                AttributeRepository.ofAttributesMap(Map.of(TARGET, target, BRIDGE, bridge));
        ClientSession upstream =
                client.connect(
                                session.login(),
                                target.host(),
                                target.port(),
                                context,
                                (SocketAddress) null)
                        .verify(settings.limits().connectTime())
                        .getSession();
        try {
            upstream.addPublicKeyIdentity(login);
            upstream.auth().verify(settings.limits().upstreamLoginTime());
            return upstream;
        } catch (IOException | RuntimeException e) {
            upstream.close(true);
            throw e;
        }
    }

    private KeyPair login(Session session) throws IOException {
        try {
            KeyPair key = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
            String certificate =
                    broker.upstreamCertificate(
                            new UpstreamCertificateRequest(
                                    session.grant().grant().id(),
                                    session.id(),
                                    session.target(),
                                    session.login(),
                                    PublicKeys.line(key.getPublic(), ""),
                                    CERTIFICATE_VALIDITY,
                                    session.scopes(SshScope.class).stream()
                                            .anyMatch(SshScope::agentForwarding),
                                    session.scopes(SshScope.class).stream().anyMatch(SshScope::x11),
                                    session.scopes(SshScope.class).stream()
                                            .anyMatch(SshUpstream::forwards)));
            return new KeyPair(SshCertificates.parse(certificate), key.getPrivate());
        } catch (GeneralSecurityException | GrantRefusedException e) {
            throw new IOException("no upstream certificate", e);
        } catch (BrokerUnreachableException e) {
            throw new IOException("the broker did not sign an upstream certificate", e);
        }
    }

    private static boolean forwards(SshScope scope) {
        return !scope.forward().isEmpty() || !scope.listen().isEmpty();
    }

    private static boolean isPinned(ClientSession session, SocketAddress address, PublicKey key) {
        return Stream.ofNullable(session.getConnectionContext())
                .flatMap(context -> Stream.ofNullable(context.getAttribute(TARGET)))
                .flatMap(target -> target.pins().stream())
                .anyMatch(pin -> pin.accepts(key));
    }

    @Override
    public void close() {
        client.stop();
    }

    /**
     * Narrows the host key algorithms to what is pinned, turns away targets without strict key
     * exchange where it is required, and tells the bridge of a lost target.
     */
    private static final class Listener implements SessionListener {
        private final boolean strictKex;

        Listener(boolean strictKex) {
            this.strictKex = strictKex;
        }

        /** Asked at the start, because the library takes the word out before the end. */
        @Override
        public void sessionNegotiationStart(
                org.apache.sshd.common.session.Session session,
                Map<KexProposalOption, String> ours,
                Map<KexProposalOption, String> target) {
            String offered = target.getOrDefault(KexProposalOption.ALGORITHMS, "");
            if (strictKex
                    && session.getSessionId() == null
                    && !List.of(offered.split(",", -1))
                            .contains(KexExtensions.STRICT_KEX_SERVER_EXTENSION)) {
                session.close(true);
            }
        }

        @Override
        public void sessionCreated(org.apache.sshd.common.session.Session session) {
            AttributeRepository context = ((ClientSession) session).getConnectionContext();
            if (context != null) {
                SshTarget target = context.getAttribute(TARGET);
                session.setSignatureFactories(
                        ModernAlgorithms.hostKeys(target.isPinnedByAuthority()));
            }
        }

        @Override
        public void sessionClosed(org.apache.sshd.common.session.Session session) {
            AttributeRepository context = ((ClientSession) session).getConnectionContext();
            if (context != null) {
                context.getAttribute(BRIDGE).upstreamLost();
            }
        }
    }

    private record ForwardedFactory(String name) implements ChannelFactory {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public Channel createChannel(org.apache.sshd.common.session.Session session) {
            SshBridge bridge =
                    ((ClientSession) session).getConnectionContext().getAttribute(BRIDGE);
            return new AcceptedChannel(name, bridge::openedByTarget);
        }
    }
}
