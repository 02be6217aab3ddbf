package dev.sallyport.proxy.ssh.mina;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.AbstractServerChannel;
import org.jspecify.annotations.Nullable;

/**
 * A channel that the peer asked to open. It stays unanswered, without any thread, until {@link
 * #accept} or {@link #refuse} is called.
 */
public final class AcceptedChannel extends AbstractServerChannel implements RawChannel {
    /** Decides about an opened channel; called on the reading thread, MUST return at once. */
    @FunctionalInterface
    public interface Opening {
        void asked(AcceptedChannel channel, byte[] payload);
    }

    private final String type;
    private final Opening opening;
    private final OpenFuture answer = new DefaultOpenFuture(this, null);
    // True while the peer's CLOSE waits for ours.
    private final AtomicBoolean unanswered = new AtomicBoolean();
    private volatile @Nullable ChannelPort port;

    public AcceptedChannel(String type, Opening opening) {
        super(null);
        this.type = type;
        this.opening = opening;
    }

    @Override
    protected OpenFuture doInit(Buffer buffer) {
        opening.asked(this, rest(buffer));
        return answer;
    }

    /** Confirms the channel; from now on {@code events} gets what arrives. */
    public void accept(ChannelEvents events) {
        if (isClosing()) {
            events.closed();
            return;
        }
        port = new ChannelPort(this, events);
        signalChannelOpenSuccess();
        answer.setOpened();
    }

    /**
     * Refuses the channel and forgets it at once, so that refused opens cost no memory. The
     * library's own answer cannot carry a text.
     *
     * @param reason a reason code of RFC 4254 §5.1
     */
    public void refuse(int reason, String text) {
        Session session = getSession();
        Buffer packet =
                session.createBuffer(
                        SshConstants.SSH_MSG_CHANNEL_OPEN_FAILURE, 4 * text.length() + 64);
        packet.putUInt(getRecipient());
        packet.putUInt(reason);
        packet.putString(text);
        packet.putString("");
        try {
            session.writePacket(packet);
        } catch (IOException e) {
            session.close(true);
        }
        close(true);
    }

    /** True until {@link #accept} was called. */
    public boolean isPending() {
        return port == null && !isClosing();
    }

    private ChannelPort port() {
        ChannelPort current = port;
        if (current == null) {
            throw new IllegalStateException("message on a channel that is not open");
        }
        return current;
    }

    static byte[] rest(Buffer buffer) {
        byte[] bytes =
                Arrays.copyOfRange(
                        buffer.array(), buffer.rpos(), buffer.rpos() + buffer.available());
        buffer.rpos(buffer.wpos());
        return bytes;
    }

    @Override
    protected void doWriteData(byte[] data, int offset, long length) {
        port().events().data(false, Arrays.copyOfRange(data, offset, offset + (int) length));
    }

    @Override
    protected void doWriteExtendedData(byte[] data, int offset, long length) {
        port().events().data(true, Arrays.copyOfRange(data, offset, offset + (int) length));
    }

    @Override
    protected void handleChannelRequest(String request, boolean wantReply, Buffer buffer) {
        port().events().request(request, wantReply, rest(buffer));
    }

    @Override
    public void handleWindowAdjust(Buffer buffer) throws IOException {
        super.handleWindowAdjust(buffer);
        port().windowExpanded();
    }

    @Override
    public void handleSuccess() {
        port().events().reply(true);
    }

    @Override
    public void handleFailure() {
        port().events().reply(false);
    }

    @Override
    public void handleEof() throws IOException {
        super.handleEof();
        port().events().eof();
    }

    /**
     * A client closes a channel as soon as both directions are at their end, and reads on for the
     * exit status (RFC 4254 §5.3, §6.10). The library would answer at once, and nothing could be
     * said after that: the answer waits until this side is closed too.
     */
    @Override
    public void handleClose() throws IOException {
        ChannelPort current = port;
        if (current == null || isClosing()) {
            super.handleClose();
        } else {
            unanswered.set(true);
            if (isClosing()) {
                answerClose(); // The end began in between, and did not know.
            }
        }
        if (current != null) {
            current.gone();
        }
    }

    @Override
    protected void preClose() {
        try {
            answerClose();
        } catch (IOException e) {
            close(true);
        }
        super.preClose();
    }

    private void answerClose() throws IOException {
        if (unanswered.compareAndSet(true, false)) {
            super.handleClose();
        }
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public CompletableFuture<Void> write(boolean stderr, byte[] bytes) {
        return port().write(stderr, bytes);
    }

    @Override
    public void dropData() {
        port().dropData();
    }

    @Override
    public void request(String request, boolean wantReply, byte[] payload) {
        port().request(request, wantReply, payload);
    }

    @Override
    public void reply(boolean success) {
        port().reply(success);
    }

    @Override
    public void eof() {
        try {
            sendEof();
        } catch (IOException e) {
            close(true);
        }
    }

    @Override
    public void close() {
        close(false);
    }

    @Override
    public void release(long bytes) {
        port().release(bytes);
    }
}
