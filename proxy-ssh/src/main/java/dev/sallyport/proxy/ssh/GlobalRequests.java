package dev.sallyport.proxy.ssh;

import dev.sallyport.access.act.SshAct;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * An agent's global requests: listening at the target is an act; the rest is small talk. Answers go
 * out in the order of the requests.
 */
final class GlobalRequests {
    /** Unknown requests of one connection that go into the record. */
    private static final int MAX_RECORDED = 64;

    private static final int HEADER = 64;

    private final SshBridge bridge;
    private final Session front;
    private final Relay requests;
    private final Set<String> listening = ConcurrentHashMap.newKeySet();
    private volatile boolean noMoreSessions;
    private int recorded; // owned by the relay

    GlobalRequests(SshBridge bridge, Session front) {
        this.bridge = bridge;
        this.front = front;
        this.requests = new Relay(bridge::failed);
    }

    /** The agent has said that it opens no more sessions; it may still forward. */
    boolean noMoreSessions() {
        return noMoreSessions;
    }

    /** True when the target was asked, and allowed, to listen where this channel comes from. */
    boolean isListening(String channelType, byte[] payload) {
        return switch (channelType) {
            case "forwarded-tcpip" -> listening.contains(key("tcpip-forward", payload));
            case "forwarded-streamlocal@openssh.com" ->
                    listening.contains(key("streamlocal-forward@openssh.com", payload));
            default -> false;
        };
    }

    void arrived(String type, boolean wantReply, byte[] payload) {
        requests.add(() ->
                bridge.entry()
                        .thenCompose(entry ->
                                switch (entry) {
                                    case SshBridge.Entry.Open(SshLink link) ->
                                            handle(link, type, wantReply, payload);
                                    case SshBridge.Entry.Shut shut ->
                                            reply(wantReply, false, new byte[0]);
                                }));
    }

    private CompletionStage<Void> handle(
            SshLink link, String type, boolean wantReply, byte[] payload) {
        return switch (type) {
            case "tcpip-forward", "streamlocal-forward@openssh.com" ->
                    listen(link, type, wantReply, payload);
            case "cancel-tcpip-forward", "cancel-streamlocal-forward@openssh.com" ->
                    listening.remove(key(type.substring("cancel-".length()), payload))
                            ? forward(link, type, wantReply, payload, answer -> {})
                            : reply(wantReply, false, new byte[0]);
            case "no-more-sessions@openssh.com" -> {
                noMoreSessions = true;
                yield reply(wantReply, true, new byte[0]);
            }
            case "keepalive@openssh.com" -> reply(wantReply, false, new byte[0]);
            default -> {
                if (recorded++ < MAX_RECORDED) {
                    link.tap().request(-1, Wire.printable(type), false, Map.of("scope", "global"));
                }
                yield reply(wantReply, false, new byte[0]);
            }
        };
    }

    private CompletionStage<Void> listen(
            SshLink link, String type, boolean wantReply, byte[] payload) {
        SshAct act = link.acts().listen(type, payload);
        return link.door()
                .ask(-1, act, held -> {})
                .answer()
                .thenCompose(no -> {
                    if (no.isPresent()) {
                        return reply(wantReply, false, new byte[0]);
                    }
                    String asked = key(type, payload);
                    if (!listening.add(asked)) {
                        return reply(wantReply, false, new byte[0]); // It listens there already.
                    }
                    return forward(link, type, wantReply, payload, answer -> settle(asked, answer));
                });
    }

    private CompletionStage<Void> forward(
            SshLink link,
            String type,
            boolean wantReply,
            byte[] payload,
            Consumer<Optional<byte[]>> told) {
        var answered = new CompletableFuture<Void>();
        Buffer packet =
                link.upstream()
                        .createBuffer(
                                SshConstants.SSH_MSG_GLOBAL_REQUEST,
                                HEADER + type.length() + payload.length);
        packet.putString(type);
        packet.putBoolean(true);
        packet.putRawBytes(payload);
        try {
            if (!link.session().isOpen()) {
                throw new IOException("the session is over");
            }
            link.upstream()
                    .request(
                            packet,
                            type,
                            (command, answer) -> {
                                boolean success = command == SshConstants.SSH_MSG_REQUEST_SUCCESS;
                                byte[] words = answer.getCompactData();
                                told.accept(success ? Optional.of(words) : Optional.empty());
                                reply(wantReply, success, words);
                                answered.complete(null);
                            });
        } catch (IOException | RuntimeException e) {
            told.accept(Optional.empty());
            reply(wantReply, false, new byte[0]);
            answered.complete(null);
        }
        return answered;
    }

    private CompletionStage<Void> reply(boolean wanted, boolean success, byte[] payload) {
        if (wanted) {
            Buffer packet =
                    front.createBuffer(
                            success
                                    ? SshConstants.SSH_MSG_REQUEST_SUCCESS
                                    : SshConstants.SSH_MSG_REQUEST_FAILURE,
                            HEADER + payload.length);
            if (success) {
                packet.putRawBytes(payload);
            }
            try {
                front.writePacket(packet);
            } catch (IOException e) {
                front.close(true);
            }
        }
        return Relay.DONE;
    }

    /** The target's answer to a wish to listen: not at all, or on a port that it chose itself. */
    private void settle(String asked, Optional<byte[]> answer) {
        if (answer.isEmpty()) {
            listening.remove(asked);
        } else if (asked.startsWith("tcpip-forward ") && asked.endsWith(" 0")) {
            listening.remove(asked);
            String host = asked.substring(0, asked.length() - 1);
            listening.add(host + new ByteArrayBuffer(answer.get()).getUInt());
        }
    }

    /** Names a listener by address and port, or by its socket. */
    private static String key(String type, byte[] payload) {
        var buffer = new ByteArrayBuffer(payload);
        try {
            String address = buffer.getString();
            return type.equals("tcpip-forward")
                    ? type + " " + address + " " + buffer.getUInt()
                    : type + " " + address;
        } catch (RuntimeException e) {
            return type; // Nothing listens there.
        }
    }
}
