package dev.sallyport.proxy.ssh.mina;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.AbstractChannel;
import org.apache.sshd.common.channel.ChannelAsyncOutputStream;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/** What both kinds of raw channel share: sending, and handing over what arrives. */
final class ChannelPort {
    private static final int HEADER = 64;

    private final AbstractChannel channel;
    private final ChannelEvents events;
    private final ChannelAsyncOutputStream stdout;
    private final ChannelAsyncOutputStream stderr;
    private final AtomicBoolean gone = new AtomicBoolean();

    ChannelPort(AbstractChannel channel, ChannelEvents events) {
        this.channel = channel;
        this.events = events;
        this.stdout = new ChannelAsyncOutputStream(channel, SshConstants.SSH_MSG_CHANNEL_DATA);
        this.stderr =
                new ChannelAsyncOutputStream(channel, SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA);
        channel.addCloseFutureListener(future -> gone());
    }

    ChannelEvents events() {
        return events;
    }

    CompletableFuture<Void> write(boolean extended, byte[] bytes) {
        var written = new CompletableFuture<Void>();
        try {
            (extended ? stderr : stdout)
                    .writeBuffer(new ByteArrayBuffer(bytes))
                    .addListener(future -> {
                        Throwable failure = future.getException();
                        if (failure == null) {
                            written.complete(null);
                        } else {
                            written.completeExceptionally(failure);
                        }
                    });
        } catch (IOException | RuntimeException e) {
            written.completeExceptionally(e);
        }
        return written;
    }

    void dropData() {
        stdout.close(true);
    }

    void request(String type, boolean wantReply, byte[] payload) {
        Session session = channel.getSession();
        Buffer packet =
                session.createBuffer(
                        SshConstants.SSH_MSG_CHANNEL_REQUEST,
                        HEADER + type.length() + payload.length);
        packet.putUInt(channel.getRecipient());
        packet.putString(type);
        packet.putBoolean(wantReply);
        packet.putRawBytes(payload);
        send(packet);
    }

    void reply(boolean success) {
        Buffer packet =
                channel.getSession()
                        .createBuffer(
                                success
                                        ? SshConstants.SSH_MSG_CHANNEL_SUCCESS
                                        : SshConstants.SSH_MSG_CHANNEL_FAILURE,
                                HEADER);
        packet.putUInt(channel.getRecipient());
        send(packet);
    }

    void release(long bytes) {
        if (!channel.isClosing()) {
            try {
                channel.getLocalWindow().release(bytes);
            } catch (IOException | RuntimeException e) {
                channel.close(true);
            }
        }
    }

    void windowExpanded() throws IOException {
        stdout.onWindowExpanded();
        stderr.onWindowExpanded();
    }

    /** The peer closed, or the connection broke: whatever waits for window never gets it. */
    void gone() {
        if (gone.compareAndSet(false, true)) {
            stdout.close(true);
            stderr.close(true);
            events.closed();
        }
    }

    private void send(Buffer packet) {
        if (channel.isClosing()) {
            return;
        }
        try {
            channel.getSession().writePacket(packet);
        } catch (IOException | RuntimeException e) {
            channel.close(true);
        }
    }
}
