package dev.sallyport.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.Lock;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.broker.client.BrokerClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever only holds connections, keeps out nobody else, and never an operator. */
final class ConnectionFloodIT {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final int PATIENCE_MILLIS = 20_000;

    @TempDir private Path directory;
    private final List<Socket> held = new ArrayList<>();

    @AfterEach
    void letGo() throws IOException {
        for (Socket socket : held) {
            socket.close();
        }
    }

    private ApiFixture broker(int connections, int perPeer, Duration first, Duration idle)
            throws Exception {
        return new ApiFixture(directory, new Doorkeeper.Limits(connections, perPeer, first, idle));
    }

    private Socket connect(ApiFixture fixture, String from) throws IOException {
        var socket = new Socket();
        held.add(socket);
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress("127.0.0.1", fixture.uri().getPort()), 5000);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private SSLSocket secured(ApiFixture fixture, String from, String protocol) throws Exception {
        var context = SSLContext.getInstance("TLS");
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", fixture.authorities.getFirst());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        context.init(null, trust.getTrustManagers(), null);
        Socket socket = connect(fixture, from);
        var secured =
                (SSLSocket) context.getSocketFactory().createSocket(socket, "127.0.0.1", 0, true);
        secured.setEnabledProtocols(new String[] {protocol});
        return secured;
    }

    /** The status line of a call, which leaves the connection open. */
    private static String ask(SSLSocket socket) throws IOException {
        socket.getOutputStream()
                .write(
                        "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
        byte[] answer = new byte[64];
        int length = socket.getInputStream().read(answer);
        return new String(answer, 0, Math.max(0, length), StandardCharsets.US_ASCII);
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    @Attack({50, 58})
    void anOperatorKillsWhileEveryConnectionIsTaken() throws Exception {
        try (ApiFixture fixture = broker(32, 64, LONG, LONG);
                BrokerClient operator = fixture.operatorClient()) {
            // Given
            for (int i = 0; i < 64; i++) {
                connect(fixture, "127.0.0.1");
            }

            // When
            ApiBody.LockPlaced placed = operator.kill(Lock.Subject.ALL, "", "flooded");

            // Then
            assertThat(operator.locks()).anyMatch(lock -> lock.id().equals(placed.lock().id()));
            operator.unlock(placed.lock().id(), "over");
            assertThat(Files.getPosixFilePermissions(fixture.operators()))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    @Attack(50)
    void onePeerDoesNotKeepOutAnother() throws Exception {
        try (ApiFixture fixture = broker(64, 8, LONG, LONG)) {
            // Given
            for (int i = 0; i < 8; i++) {
                secured(fixture, "127.0.0.2", "TLSv1.3").startHandshake();
            }
            Socket oneMore = connect(fixture, "127.0.0.2");

            // Then
            assertThat(isClosed(oneMore)).isTrue();
            try (SSLSocket other = secured(fixture, "127.0.0.3", "TLSv1.3")) {
                assertThat(ask(other)).startsWith("HTTP/1.1 200");
            }
            held.getFirst().close();
            awaitRoom(fixture);
        }
    }

    private void awaitRoom(ApiFixture fixture) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (System.nanoTime() < deadline) {
            try (SSLSocket again = secured(fixture, "127.0.0.2", "TLSv1.3")) {
                assertThat(ask(again)).startsWith("HTTP/1.1 200");
                return;
            } catch (IOException e) {
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
        throw new AssertionError("there is no room after a connection was closed");
    }

    @Test
    @Attack(50)
    void whoDoesNotAskInTimeIsClosedHoweverSlowlyItTalks() throws Exception {
        try (ApiFixture fixture = broker(64, 64, SHORT, LONG)) {
            // Given
            Socket silent = connect(fixture, "127.0.0.1");
            Socket slow = connect(fixture, "127.0.0.1");
            SSLSocket secured = secured(fixture, "127.0.0.1", "TLSv1.3");
            secured.startHandshake();

            // When
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            assertThatThrownBy(() -> trickle(slow, deadline)).isInstanceOf(IOException.class);

            // Then
            assertThat(isClosed(silent)).isTrue();
            assertThat(isClosed(secured)).isTrue();
        }
    }

    /** A record of TLS that never ends, one byte after the other, until somebody has enough. */
    private static void trickle(Socket socket, long deadline) throws IOException {
        socket.getOutputStream().write(new byte[] {22, 3, 1, 0x3f, (byte) 0xff, 1, 0, 0x3f, 0});
        while (System.nanoTime() < deadline) {
            socket.getOutputStream().write(0);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    @Test
    @Attack(50)
    void aConnectionThatIsIdleAfterARequestIsClosed() throws Exception {
        try (ApiFixture fixture = broker(64, 64, LONG, SHORT)) {
            // Given
            SSLSocket asked = secured(fixture, "127.0.0.1", "TLSv1.3");

            // When
            assertThat(ask(asked)).startsWith("HTTP/1.1 200");

            // Then
            asked.getInputStream().skipNBytes(asked.getInputStream().available());
            while (!isClosed(asked)) {
                assertThat(asked.isConnected()).isTrue();
            }
        }
    }

    @Test
    void onlyModernTlsIsSpoken() throws Exception {
        try (ApiFixture fixture = broker(64, 64, LONG, LONG);
                SSLSocket old = secured(fixture, "127.0.0.1", "TLSv1.2")) {
            assertThatThrownBy(old::startHandshake).isInstanceOf(SSLException.class);
        }
    }
}
