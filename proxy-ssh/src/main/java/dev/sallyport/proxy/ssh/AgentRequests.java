package dev.sallyport.proxy.ssh;

import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.gate.Session;
import dev.sallyport.access.port.CastHeader;
import dev.sallyport.access.scope.SshScope;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * Requests that an agent makes on a session channel (RFC 4254 §6). A program is started by an act;
 * a refused terminal or variable is a failed request and nothing more.
 */
final class AgentRequests {
    /** Refused requests that one channel may have in the record; more are counted, not written. */
    private static final int MAX_RECORDED = 64;

    private final ChannelBridge channel;
    private final SshBridge bridge;
    private final SshTap tap;
    private final SshActs acts;
    private final Session session;

    // Owned by the inbound relay, whose steps come one after the other.
    private boolean terminal;
    private String terminalType = "";
    private int columns = 80;
    private int rows = 24;
    private int recorded;

    AgentRequests(ChannelBridge channel, SshBridge bridge, SshLink link) {
        this.channel = channel;
        this.bridge = bridge;
        this.tap = link.tap();
        this.acts = link.acts();
        this.session = link.session();
    }

    /** Before its turn: what waits for an agent that no longer reads can be dropped at once. */
    void arrived(String type) {
        if (type.equals("eow@openssh.com")) {
            channel.stdoutUnwanted();
        }
    }

    CompletionStage<Void> handle(String type, Replies.Slot slot, byte[] payload) {
        if (!channel.isSession()) {
            return unknown(type, slot);
        }
        try {
            return switch (type) {
                case "exec" -> start(acts.exec(only(payload)), type, slot, payload);
                case "shell" ->
                        payload.length == 0
                                ? start(acts.shell(terminal), type, slot, payload)
                                : unknown(type, slot);
                case "subsystem" ->
                        start(
                                acts.subsystem(new String(only(payload), StandardCharsets.UTF_8)),
                                type,
                                slot,
                                payload);
                case "pty-req" -> terminal(slot, payload);
                case "window-change" -> resize(slot, payload);
                case "env" -> variable(slot, payload);
                case "signal", "break" -> signal(type, slot, payload);
                case "auth-agent-req@openssh.com" ->
                        right(acts.agentForwarding(), type, slot, payload);
                case "x11-req" -> right(acts.x11(), type, slot, payload);
                case "eow@openssh.com" -> pass(type, slot, payload);
                case "keepalive@openssh.com" -> fail(slot);
                default -> unknown(type, slot);
            };
        } catch (RuntimeException e) {
            return unknown(type, slot); // Malformed: the library's reader ran over the end.
        }
    }

    private CompletionStage<Void> start(
            SshAct act, String type, Replies.Slot slot, byte[] payload) {
        if (channel.hasBegun() || channel.hasEnded()) {
            return fail(slot); // One program for each channel (RFC 4254 §6.5), refused or not.
        }
        return channel.ask(act)
                .thenCompose(no -> {
                    if (no.isPresent()) {
                        slot.answer(true); // So that the client reads why.
                        return channel.refuse(no.get());
                    }
                    channel.begin(
                            new CastHeader(
                                    channel.number(),
                                    act.shown(),
                                    terminal,
                                    columns,
                                    rows,
                                    terminalType),
                            acts.stream(act, session.login()));
                    return pass(type, slot, payload);
                })
                .exceptionally(failure -> {
                    bridge.failed();
                    return null;
                });
    }

    private CompletionStage<Void> right(
            SshAct act, String type, Replies.Slot slot, byte[] payload) {
        return channel.ask(act)
                .thenCompose(no -> {
                    if (no.isPresent()) {
                        return fail(slot);
                    }
                    bridge.granted(((SshAct.Forward) act).kind());
                    return pass(type, slot, payload);
                });
    }

    private CompletionStage<Void> terminal(Replies.Slot slot, byte[] payload) {
        var buffer = new ByteArrayBuffer(payload);
        terminalType = Wire.printable(buffer.getString());
        columns = (int) buffer.getUInt();
        rows = (int) buffer.getUInt();
        terminal = true;
        channel.hasTerminal();
        return tap.request(
                        channel.number(),
                        "pty-req",
                        true,
                        Map.of("term", terminalType, "columns", columns, "rows", rows))
                .thenCompose(kept -> pass("pty-req", slot, payload));
    }

    private CompletionStage<Void> resize(Replies.Slot slot, byte[] payload) {
        var buffer = new ByteArrayBuffer(payload);
        columns = (int) buffer.getUInt();
        rows = (int) buffer.getUInt();
        channel.resize(columns, rows);
        return pass("window-change", slot, payload);
    }

    private CompletionStage<Void> variable(Replies.Slot slot, byte[] payload) {
        var buffer = new ByteArrayBuffer(payload);
        String name = buffer.getString();
        String value = buffer.getString();
        boolean allowed =
                session.scopes(SshScope.class).stream()
                        .anyMatch(scope -> scope.permitsVariable(name));
        Map<String, ?> what = Map.of("name", Wire.printable(name), "length", value.length());
        if (allowed) {
            return tap.request(channel.number(), "env", true, what)
                    .thenCompose(kept -> pass("env", slot, payload));
        }
        note("env", what);
        return fail(slot);
    }

    private CompletionStage<Void> signal(String type, Replies.Slot slot, byte[] payload) {
        String name =
                type.equals("signal")
                        ? Wire.printable(new ByteArrayBuffer(payload).getString())
                        : "BREAK";
        return tap.request(channel.number(), type, true, Map.of("signal", name))
                .thenCompose(kept -> pass(type, slot, payload));
    }

    private CompletionStage<Void> unknown(String type, Replies.Slot slot) {
        note(Wire.printable(type), Map.of());
        return fail(slot);
    }

    private void note(String type, Map<String, ?> more) {
        if (recorded++ < MAX_RECORDED) {
            tap.request(channel.number(), type, false, more);
        }
    }

    private CompletionStage<Void> pass(String type, Replies.Slot slot, byte[] payload) {
        if (!session.isOpen()) {
            return fail(slot); // Ended while the request was judged or written down.
        }
        channel.toAgent().forwarded(slot);
        channel.target().request(type, slot.isWanted(), payload);
        return Relay.DONE;
    }

    private static CompletionStage<Void> fail(Replies.Slot slot) {
        slot.answer(false);
        return Relay.DONE;
    }

    /** The one string that a request consists of: what is judged is all that is passed on. */
    private static byte[] only(byte[] payload) {
        var buffer = new ByteArrayBuffer(payload);
        byte[] string = buffer.getBytes();
        if (buffer.available() > 0) {
            throw new IllegalArgumentException("bytes behind a request");
        }
        return string;
    }
}
