package dev.sallyport.proxy.ssh.mina;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.LocalWindow;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A channel that we ask the peer to open. */
public final class OpenedChannel extends AbstractClientChannel implements RawChannel {
    private static final int HEADER = 64;

    private final byte[] payload;
    private final ChannelEvents events;
    private volatile @Nullable ChannelPort port;

    private OpenedChannel(String type, byte[] payload, ChannelEvents events) {
        super(type);
        this.payload = payload;
        this.events = events;
    }

    /**
     * Asks the peer of {@code session} to open a channel.
     *
     * @param payload the bytes that belong to the channel type
     * @return completes with the open channel, exceptionally with {@link
     *     org.apache.sshd.common.channel.exception.SshChannelOpenException} when the peer refuses
     */
    public static CompletableFuture<OpenedChannel> open(
            Session session, String type, byte[] payload, ChannelEvents events) {
        var opened = new CompletableFuture<OpenedChannel>();
        try {
            ConnectionService service = session.getService(ConnectionService.class);
            var channel = new OpenedChannel(type, payload, events);
            service.registerChannel(channel);
            channel.open()
                    .addListener(future -> {
                        Throwable failure = future.getException();
                        if (failure == null) {
                            opened.complete(channel);
                        } else {
                            opened.completeExceptionally(failure);
                        }
                    });
            channel.addCloseFutureListener(
                    future -> opened.completeExceptionally(new IOException("connection closed")));
        } catch (IOException | RuntimeException e) {
            opened.completeExceptionally(e);
        }
        return opened;
    }

    @Override
    public synchronized OpenFuture open() throws IOException {
        openFuture = new DefaultOpenFuture(toString(), futureLock);
        LocalWindow window = getLocalWindow();
        Buffer packet =
                getSession()
                        .createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN, HEADER + payload.length);
        packet.putString(getChannelType());
        packet.putUInt(getChannelId());
        packet.putUInt(window.getSize());
        packet.putUInt(window.getPacketSize());
        packet.putRawBytes(payload);
        writePacket(packet);
        return openFuture;
    }

    @Override
    protected void doOpen() {
        port = new ChannelPort(this, events);
    }

    private ChannelPort port() {
        ChannelPort current = port;
        if (current == null) {
            throw new IllegalStateException("message on a channel that is not open");
        }
        return current;
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
        port().events().request(request, wantReply, AcceptedChannel.rest(buffer));
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

    @Override
    public void handleClose() throws IOException {
        ChannelPort current = port;
        super.handleClose();
        if (current != null) {
            current.gone();
        }
    }

    @Override
    public String type() {
        return getChannelType();
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
    public void request(String request, boolean wantReply, byte[] bytes) {
        port().request(request, wantReply, bytes);
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
