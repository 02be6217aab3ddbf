package dev.sallyport.proxy.ssh.mina;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.io.IoConnector;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class SocketSessionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int PACKETS = 500;

    private ServerSocket listener;
    private IoConnector connector;
    private SocketSession session;
    private Socket peer;

    @BeforeEach
    void open() throws Exception {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        connector =
                new SocketServices(address -> false, PATIENCE).createConnector(new DeafHandler());
        var connected = connector.connect(listener.getLocalSocketAddress(), null, null);
        assertThat(connected.await(PATIENCE)).isTrue();
        session = (SocketSession) connected.getSession();
        peer = listener.accept();
    }

    @AfterEach
    void close() throws Exception {
        session.close(true);
        connector.close(true);
        peer.close();
        listener.close();
    }

    @RepeatedTest(20)
    void whatWasWrittenBeforeTheEndArrives() throws Exception {
        // When
        for (int i = 0; i < PACKETS; i++) {
            session.writeBuffer(new ByteArrayBuffer(new byte[] {1, 2, 3}));
        }
        session.close(false);

        // Then
        assertThat(peer.getInputStream().readAllBytes()).hasSize(3 * PACKETS);
    }

    @Test
    void waitingForWhatIsWrittenHasABound() throws Exception {
        // Given: more than the kernel takes while nobody reads
        var written = session.writeBuffer(new ByteArrayBuffer(new byte[64 << 20]));

        // When
        session.awaitWritten(Duration.ofMillis(50));

        // Then
        assertThat(written.isDone()).isFalse();
        var read = CompletableFuture.supplyAsync(this::readAll, Thread::startVirtualThread);
        session.awaitWritten(PATIENCE);
        assertThat(written.isWritten()).isTrue();
        session.cut();
        assertThat(session.awaitCut(PATIENCE)).isTrue();
        assertThat(read.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isPositive();
    }

    /** Reads until the connection is reset. */
    private int readAll() {
        int count = 0;
        try {
            byte[] bytes = new byte[1 << 16];
            for (int n = 0; n >= 0; n = peer.getInputStream().read(bytes)) {
                count += n;
            }
        } catch (java.io.IOException e) {
            return count;
        }
        return count;
    }

    private static final class DeafHandler implements IoHandler {
        @Override
        public void sessionCreated(IoSession created) {}

        @Override
        public void sessionClosed(IoSession closed) {}

        @Override
        public void exceptionCaught(IoSession failed, Throwable cause) {}

        @Override
        public void messageReceived(IoSession from, Readable message) {}
    }
}
