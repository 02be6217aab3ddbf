package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.proxy.ssh.fixture.Patience;
import dev.sallyport.proxy.ssh.fixture.RealSshd;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import dev.sallyport.proxy.ssh.fixture.StockSsh;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of forwarding is refused by default and works where the scope says so. */
class StockForwardingsIT {
    private static final byte[] NOTHING = new byte[0];
    private static final String GREETINGS = "greetings\n";

    /** The first of the ports that stand for displays. */
    private static final int DISPLAY_0 = 6000;

    /** An X client as far as its first packet, with the cookie that it was given (X11 §8). */
    private static final String X_CLIENT =
            """
            import os,socket,struct,subprocess
            display=os.environ['DISPLAY']
            listed=subprocess.run(['xauth','list',display],capture_output=True,text=True).stdout
            cookie=bytes.fromhex(listed.split()[2])
            name=b'MIT-MAGIC-COOKIE-1'
            s=socket.create_connection(('localhost',6000+int(display.split(':')[1].split('.')[0])))
            s.sendall(b'l\\0'+struct.pack('<HHHHH',11,0,len(name),len(cookie),0)
                      +name+b'\\0\\0'+cookie)
            print(s.makefile().read(),end='')
            """;

    @TempDir static Path directory;

    private static SshHouse house;
    private static StockSsh poor;

    @BeforeAll
    static void open() throws Exception {
        house = new SshHouse(directory);
        poor = house.agent(SshHouse.only("true", "env", "ssh-add -l"));
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @Test
    @Attack({17, 20})
    void connectionsFromTheTargetNeedARight() throws Exception {
        // Given
        try (ServerSocket echo = greeter()) {
            String address = "127.0.0.1:" + echo.getLocalPort();
            StockSsh rich = house.agent(SshHouse.everything(address));

            // When
            var refused = poor.ssh("-W", address, "host");
            var allowed = rich.ssh("-W", address, "host");
            String localRefused = throughLocalPort(poor, address);
            String localAllowed = throughLocalPort(rich, address);

            // Then
            assertThat(refused.out()).isEmpty();
            assertThat(refused.exit()).isNotZero();
            assertThat(allowed.out()).isEqualTo(GREETINGS);
            assertThat(localRefused).isEmpty();
            assertThat(localAllowed).isEqualTo(GREETINGS);
            assertThat(forwardings(EventType.ACT_DENIED, address)).hasSizeGreaterThan(1);
            assertThat(forwardings(EventType.SSH_FORWARD, address)).hasSizeGreaterThan(1);
        }
    }

    private static List<Map<String, Object>> forwardings(EventType type, String destination) {
        return house.recorder().events(type).stream()
                .map(Event::fields)
                .filter(fields -> destination.equals(fields.get("destination")))
                .toList();
    }

    private static String throughLocalPort(StockSsh who, String address) throws Exception {
        int port = RealSshd.freePort();
        Process tunnel = who.start("-N", "-L", "127.0.0.1:" + port + ":" + address, "host");
        try {
            Patience.await("the tunnel", () -> listens(port));
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return "";
            }
        } finally {
            tunnel.destroy();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void listeningAtTheTargetNeedsARight() throws Exception {
        // Given
        try (ServerSocket echo = greeter()) {
            int far = RealSshd.freePort();
            String right = "127.0.0.1:" + far + ":127.0.0.1:" + echo.getLocalPort();
            String[] connects = {
                "-o",
                "ExitOnForwardFailure=yes",
                "-R",
                right,
                "host",
                "exec 3<>/dev/tcp/127.0.0.1/" + far + "; cat <&3"
            };

            // When
            var allowed = house.agent(SshHouse.everything()).ssh(connects);
            connects[connects.length - 1] = "true";
            var refused = poor.ssh(connects);

            // Then
            assertThat(allowed.out()).as(allowed.err()).isEqualTo(GREETINGS);
            assertThat(refused.exit()).isEqualTo(255);
            assertThat(refused.err()).contains("remote port forwarding failed");
        }
    }

    @Test
    @Attack(8)
    void agentForwardingNeedsARight() throws Exception {
        // Given
        Path socket = directory.resolve("agent.sock");
        Process keys = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString()).start();
        Patience.await("ssh-agent", () -> Files.exists(socket));
        String[] asks = {"-A", "-o", "IdentityAgent=" + socket, "host", "ssh-add -l"};

        // When
        var allowed = house.agent(SshHouse.everything()).ssh(asks);
        var refused = poor.ssh(asks);

        // Then
        keys.destroy();
        assertThat(allowed.out()).contains("The agent has no identities");
        assertThat(refused.err()).contains("Could not open a connection");
    }

    @Test
    void displaysNeedARight() throws Exception {
        // Given
        try (ServerSocket display = greeter()) {
            int number = display.getLocalPort() - DISPLAY_0;
            StockSsh rich = house.agent(SshHouse.everything());
            Path program = Files.writeString(directory.resolve("x-client"), X_CLIENT);

            // When
            var allowed = withDisplay(number, rich, "/usr/bin/python3 " + program);
            var refused = withDisplay(number, poor, "env");

            // Then
            assertThat(allowed.out()).as(allowed.err()).isEqualTo(GREETINGS);
            assertThat(refused.exit()).isZero();
            assertThat(refused.out()).doesNotContain("DISPLAY=");
            assertThat(house.recorder().events(EventType.SSH_FORWARD))
                    .filteredOn(event -> "x11".equals(event.fields().get("kind")))
                    .anySatisfy(event -> assertThat(event.fields()).containsKey("rules"))
                    .anySatisfy(event -> assertThat(event.fields()).containsKey("origin"));
        }
    }

    private static StockSsh.Result withDisplay(int number, StockSsh who, String command)
            throws Exception {
        List<String> line =
                new ArrayList<>(
                        List.of("env", "DISPLAY=127.0.0.1:" + number, "XAUTHORITY=/dev/null"));
        line.addAll(who.command("-Y", "host", command));
        return who.run(NOTHING, line);
    }

    /** Says one line to everybody who connects. */
    private static ServerSocket greeter() throws IOException {
        var server = new ServerSocket();
        server.bind(new InetSocketAddress("127.0.0.1", 0));
        Thread.ofVirtual().start(() -> greet(server));
        return server;
    }

    private static void greet(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write(GREETINGS.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // The next one, or none.
            }
        }
    }
}
