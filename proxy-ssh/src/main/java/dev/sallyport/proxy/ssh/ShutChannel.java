package dev.sallyport.proxy.ssh;

import dev.sallyport.access.Refusal;
import dev.sallyport.proxy.ssh.mina.AcceptedChannel;
import dev.sallyport.proxy.ssh.mina.ChannelEvents;
import org.apache.sshd.common.session.Session;

/**
 * A channel of a connection that was proven but not admitted: it opens only to say why not, and its
 * end is the connection's end.
 */
final class ShutChannel implements ChannelEvents {
    private final AcceptedChannel channel;
    private final Refusal why;
    private final Session front;
    private boolean terminal;

    private ShutChannel(AcceptedChannel channel, Refusal why, Session front) {
        this.channel = channel;
        this.why = why;
        this.front = front;
    }

    static void answer(AcceptedChannel channel, Refusal why, Session front) {
        if (channel.type().equals("session")) {
            channel.accept(new ShutChannel(channel, why, front));
        } else {
            channel.refuse(SshRefusals.ADMINISTRATIVELY_PROHIBITED, SshRefusals.text(why));
        }
    }

    @Override
    public void data(boolean stderr, byte[] bytes) {
        channel.release(bytes.length);
    }

    @Override
    public void request(String type, boolean wantReply, byte[] payload) {
        terminal |= type.equals("pty-req");
        boolean program = type.equals("exec") || type.equals("shell") || type.equals("subsystem");
        if (wantReply) {
            channel.reply(program);
        }
        if (program) {
            SshRefusals.end(channel, why, terminal);
        }
    }

    @Override
    public void reply(boolean success) {
        // Nothing was asked.
    }

    @Override
    public void eof() {
        // The exit status says all.
    }

    @Override
    public void closed() {
        front.close(false);
    }
}
