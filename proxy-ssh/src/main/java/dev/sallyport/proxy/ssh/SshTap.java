package dev.sallyport.proxy.ssh;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.CastHeader;
import dev.sallyport.access.port.SessionRecording;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Turns acts and bytes of one session into its record, before they are forwarded. It changes and
 * refuses nothing.
 */
final class SshTap {
    private final SessionRecording recording;

    SshTap(SessionRecording recording) {
        this.recording = recording;
    }

    /** An act that is about to happen; it MUST NOT before this completes. */
    CompletableFuture<Void> allowed(int channel, SshAct act, List<String> rules) {
        return recording.record(typeOf(act), fields(channel, act, "rules", rules));
    }

    /** An act that will not happen. */
    CompletableFuture<Void> denied(int channel, SshAct act, Refusal refusal) {
        Map<String, Object> fields = fields(channel, act, "verdict", refusal.verdict().word());
        fields.put("rule", refusal.rule());
        fields.put("reason", refusal.reason());
        EventType type =
                refusal.verdict() == Refusal.Verdict.BUDGET
                        ? EventType.BUDGET_EXCEEDED
                        : EventType.ACT_DENIED;
        return recording.record(type, fields);
    }

    /** An act that waits for a human. */
    CompletableFuture<Void> held(int channel, SshAct act, List<String> rules) {
        return recording.record(EventType.ACT_HELD, fields(channel, act, "rules", rules));
    }

    /** A human said yes to it. */
    CompletableFuture<Void> released(int channel, SshAct act, List<String> rules) {
        return recording.record(EventType.ACT_RELEASED, fields(channel, act, "rules", rules));
    }

    /** A request that is no act: what it was, and whether it was passed on. */
    CompletableFuture<Void> request(int channel, String type, boolean passed, Map<String, ?> more) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("channel", channel);
        fields.put("request", type);
        fields.put("passed", passed);
        fields.putAll(more);
        return recording.record(EventType.SSH_REQUEST, fields);
    }

    /** How a program ended. */
    CompletableFuture<Void> exit(int channel, Map<String, ?> how) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("channel", channel);
        fields.putAll(how);
        return recording.record(EventType.SSH_EXIT, fields);
    }

    /**
     * A forwarded connection that the target's side opened.
     *
     * @param origin what the target says about it
     */
    CompletableFuture<Void> arrived(int channel, String type, String origin) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("channel", channel);
        fields.put("kind", type);
        fields.put("origin", origin);
        return recording.record(EventType.SSH_FORWARD, fields);
    }

    /** Opens the cast of a channel that carries bytes. */
    ChannelTap channel(CastHeader header) {
        return new ChannelTap(recording.cast(header));
    }

    private static Map<String, Object> fields(int channel, SshAct act, String name, Object value) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("channel", channel);
        fields.put("action", act.action());
        fields.putAll(act.attributes());
        fields.put(name, value);
        return fields;
    }

    private static EventType typeOf(SshAct act) {
        return switch (act) {
            case SshAct.Exec exec -> EventType.SSH_EXEC;
            case SshAct.ShellCommand command -> EventType.SSH_EXEC;
            case SshAct.Shell shell -> EventType.SSH_SHELL;
            case SshAct.Subsystem subsystem -> EventType.SSH_REQUEST;
            case SshAct.File file -> EventType.SSH_SFTP;
            case SshAct.Forward forward -> EventType.SSH_FORWARD;
            case SshAct.Unknown unknown -> EventType.SSH_REQUEST;
        };
    }
}
