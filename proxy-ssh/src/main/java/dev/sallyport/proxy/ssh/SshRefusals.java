package dev.sallyport.proxy.ssh;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.event.EventJson;
import dev.sallyport.access.gate.Session;
import dev.sallyport.proxy.ssh.mina.RawChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * Says no in SSH's words: one line of JSON on stderr, exit status 77, and the channel closes; where
 * there is no channel, the same line is the text of the refusal. Before authentication there are no
 * words at all: every login fails alike. Stateless.
 */
final class SshRefusals {
    /** {@code EX_NOPERM} of sysexits.h: permission denied. */
    static final int EXIT = 77;

    /** Reason code of RFC 4254 §5.1. */
    static final int ADMINISTRATIVELY_PROHIBITED = 1;

    /** Reason code of RFC 4254 §5.1. */
    static final int CONNECT_FAILED = 2;

    private SshRefusals() {}

    /** The refusal as one line; behind a terminal, which the client has set raw, with a return. */
    private static byte[] line(Refusal refusal, boolean terminal) {
        return (text(refusal) + (terminal ? "\r\n" : "\n")).getBytes(StandardCharsets.UTF_8);
    }

    /** What happens when nothing can be written down. */
    static Refusal unrecordable(Session session) {
        return new Refusal(
                Refusal.Verdict.UNRECORDABLE,
                "recorder",
                "the session can no longer be recorded",
                session.id(),
                session.grant().grant().id(),
                "",
                0);
    }

    /** The refusal as text, where the protocol has a place for one. */
    static String text(Refusal refusal) {
        return new String(EventJson.refusal(refusal), StandardCharsets.UTF_8).strip();
    }

    /** Writes the line to the channel's stderr; the channel stays open (a held act). */
    static CompletableFuture<Void> tell(RawChannel channel, Refusal refusal, boolean terminal) {
        return channel.write(true, line(refusal, terminal));
    }

    /** Writes the line, the exit status and closes; completes when the line was handed on. */
    static CompletableFuture<Void> end(RawChannel channel, Refusal refusal, boolean terminal) {
        return tell(channel, refusal, terminal)
                .handle((written, failure) -> {
                    exit(channel);
                    return null;
                });
    }

    private static void exit(RawChannel channel) {
        var status = new ByteArrayBuffer();
        status.putUInt(EXIT);
        channel.eof();
        channel.request("exit-status", false, status.getCompactData());
        channel.close();
    }
}
