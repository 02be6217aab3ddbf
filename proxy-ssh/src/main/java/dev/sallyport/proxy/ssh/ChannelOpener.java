package dev.sallyport.proxy.ssh;

import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.port.CastHeader;
import dev.sallyport.proxy.ssh.mina.AcceptedChannel;
import dev.sallyport.proxy.ssh.mina.OpenedChannel;
import dev.sallyport.proxy.ssh.sftp.StreamActs;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;

/** Opens the channels of one connection on the far side, and joins both ends. Thread-safe. */
final class ChannelOpener {
    private final SshBridge bridge;
    private final ServerSession front;
    private final AtomicInteger numbers = new AtomicInteger();

    ChannelOpener(SshBridge bridge, ServerSession front) {
        this.bridge = bridge;
        this.front = front;
    }

    /** How many channels there were. */
    int count() {
        return numbers.get();
    }

    /** A channel of the agent: a session as it is, everything else when it is allowed. */
    void fromAgent(SshLink link, AcceptedChannel channel, byte[] payload) {
        var pair = new ChannelBridge(bridge, link, numbers.getAndIncrement());
        if (channel.type().equals("session")) {
            join(link, pair, channel, payload, null);
            return;
        }
        SshAct act = link.acts().channel(channel.type(), payload);
        link.door()
                .ask(pair.number(), act, held -> {})
                .answer()
                .thenAccept(no ->
                        no.ifPresentOrElse(
                                why ->
                                        channel.refuse(
                                                SshRefusals.ADMINISTRATIVELY_PROHIBITED,
                                                SshRefusals.text(why)),
                                () -> join(link, pair, channel, payload, act.shown())));
    }

    /** A channel of the target, for which the right was given before: recorded, then opened. */
    void fromTarget(SshLink link, AcceptedChannel channel, byte[] payload) {
        var pair = new ChannelBridge(bridge, link, numbers.getAndIncrement());
        link.tap()
                .arrived(pair.number(), channel.type(), origin(channel.type(), payload))
                .whenComplete((kept, failure) -> {
                    if (failure == null) {
                        joinBack(link, pair, channel, payload);
                    } else {
                        channel.refuse(SshRefusals.CONNECT_FAILED, "");
                    }
                });
    }

    /** Opens the far side and joins both; {@code title} is null while no bytes may flow yet. */
    private void join(
            SshLink link,
            ChannelBridge pair,
            AcceptedChannel channel,
            byte[] payload,
            @Nullable String title) {
        if (!link.session().isOpen()) {
            channel.refuse(SshRefusals.ADMINISTRATIVELY_PROHIBITED, "the session is over");
            return;
        }
        var fromTarget = pair.fromTarget(new TargetRequests(pair, link.tap()));
        pair.agent(channel);
        OpenedChannel.open(link.upstream(), channel.type(), payload, fromTarget)
                .whenComplete((target, failure) -> {
                    if (failure != null) {
                        channel.refuse(SshRefusals.CONNECT_FAILED, "the target does not open it");
                        return;
                    }
                    pair.target(target);
                    begin(pair, title);
                    channel.accept(pair.fromAgent(new AgentRequests(pair, bridge, link)));
                    pair.start();
                });
    }

    private void joinBack(
            SshLink link, ChannelBridge pair, AcceptedChannel channel, byte[] payload) {
        var fromAgent = pair.fromAgent(new AgentRequests(pair, bridge, link));
        pair.target(channel);
        OpenedChannel.open(front, channel.type(), payload, fromAgent)
                .whenComplete((agent, failure) -> {
                    if (failure != null) {
                        channel.refuse(SshRefusals.CONNECT_FAILED, "");
                        return;
                    }
                    pair.agent(agent);
                    begin(pair, channel.type());
                    channel.accept(pair.fromTarget(new TargetRequests(pair, link.tap())));
                    pair.start();
                });
    }

    private void begin(ChannelBridge pair, @Nullable String title) {
        bridge.opened(pair);
        if (title != null) {
            pair.begin(new CastHeader(pair.number(), title, false, 80, 24, ""), StreamActs.OPAQUE);
        }
    }

    /** Who connected at the target's side, as the target tells it (RFC 4254 §6.3.2 and §7.2). */
    private static String origin(String type, byte[] payload) {
        var fields = new ByteArrayBuffer(payload);
        try {
            return switch (type) {
                case "forwarded-tcpip" -> {
                    fields.getString();
                    fields.getUInt();
                    yield Wire.printable(fields.getString()) + ":" + fields.getUInt();
                }
                case "x11" -> Wire.printable(fields.getString()) + ":" + fields.getUInt();
                case "forwarded-streamlocal@openssh.com" -> Wire.printable(fields.getString());
                default -> "";
            };
        } catch (RuntimeException e) {
            return ""; // The library's reader ran over the end; the agent's client will say so.
        }
    }
}
