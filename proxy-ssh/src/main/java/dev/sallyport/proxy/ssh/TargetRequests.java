package dev.sallyport.proxy.ssh;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/** Requests that a target makes on a channel: how the program ended, and not much else. */
final class TargetRequests {
    /** Shells report 128 and the signal's number; a name without a number is just above. */
    private static final int SIGNALLED = 128;

    private static final Map<String, Integer> SIGNALS =
            Map.ofEntries(
                    Map.entry("HUP", 1),
                    Map.entry("INT", 2),
                    Map.entry("QUIT", 3),
                    Map.entry("ILL", 4),
                    Map.entry("ABRT", 6),
                    Map.entry("FPE", 8),
                    Map.entry("KILL", 9),
                    Map.entry("USR1", 10),
                    Map.entry("SEGV", 11),
                    Map.entry("USR2", 12),
                    Map.entry("PIPE", 13),
                    Map.entry("ALRM", 14),
                    Map.entry("TERM", 15));

    private final ChannelBridge channel;
    private final SshTap tap;

    TargetRequests(ChannelBridge channel, SshTap tap) {
        this.channel = channel;
        this.tap = tap;
    }

    /** Before its turn: what waits for a program that no longer reads can be dropped at once. */
    void arrived(String type) {
        if (type.equals("eow@openssh.com")) {
            channel.stdinUnwanted();
        }
    }

    CompletionStage<Void> handle(String type, Replies.Slot slot, byte[] payload) {
        return switch (type) {
            case "exit-status" -> exitStatus(payload);
            case "exit-signal" -> exitSignal(payload);
            case "eow@openssh.com", "xon-xoff" -> {
                channel.tellAgent(type, payload);
                yield Relay.DONE;
            }
            case "keepalive@openssh.com" -> {
                slot.answer(false);
                yield Relay.DONE;
            }
            default -> {
                tap.request(channel.number(), Wire.printable(type), false, Map.of("by", "target"));
                slot.answer(false);
                yield Relay.DONE;
            }
        };
    }

    private CompletionStage<Void> exitStatus(byte[] payload) {
        int status = (int) new ByteArrayBuffer(payload).getUInt();
        channel.exited(status);
        return tap.exit(channel.number(), Map.of("status", status))
                .thenAccept(kept -> channel.tellAgent("exit-status", payload));
    }

    private CompletionStage<Void> exitSignal(byte[] payload) {
        var buffer = new ByteArrayBuffer(payload);
        String signal = Wire.printable(buffer.getString());
        var how = new LinkedHashMap<String, Object>();
        how.put("signal", signal);
        how.put("core", buffer.getBoolean());
        channel.exited(SIGNALLED + SIGNALS.getOrDefault(signal, 0));
        return tap.exit(channel.number(), how)
                .thenAccept(kept -> channel.tellAgent("exit-signal", payload));
    }
}
