package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Lock;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.Grants;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise 3, counted on the wire: from the kill on, a client gets nothing, not even a refusal, an
 * exit status or a farewell; its connection just ends.
 */
class NothingPassesAfterAKillIT {
    private static final String AGENT = "github/acme/runaway";

    private static final String STREAM =
            "perl -e '$| = 1; while (1) { print \"tick\\n\"; select undef, undef, undef, 0.005 }'";

    /** What our own meter may lag behind on a busy machine. */
    private static final Duration ON_THE_WIRE = Duration.ofMillis(100);

    /** So many that the kill has not cut the last when it answers the first. */
    private static final int CLIENTS = 8;

    /** Whoever is silent for so long has said what it had to say. */
    private static final Duration QUIET = Duration.ofMillis(300);

    @TempDir Path directory;
    private SshHouse house;
    private final List<MeteredWire> wires = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        house = new SshHouse(directory);
        for (int i = 0; i < CLIENTS; i++) {
            wires.add(new MeteredWire(house.proxy().port()));
        }
    }

    @AfterEach
    void close() throws Exception {
        wires.forEach(MeteredWire::close);
        house.close();
    }

    @Test
    @Attack(58)
    void whoseCommandIsHeldHearsNoRefusal() throws Exception {
        // When
        List<Ended> all = killed(EventType.ACT_HELD, "host", "echo hold-me");
        // Then
        assertThat(all)
                .allSatisfy(ended -> {
                    assertThat(ended.bytesSinceKill()).isZero();
                    assertThat(ended.exit()).isEqualTo(255);
                    assertThat(ended.stdout()).isEmpty();
                    assertThat(ended.stderr())
                            .containsOnlyOnce("{\"sallyport\":")
                            .contains("\"held\"");
                });
        assertThat(house.recorder().events(EventType.SSH_EXEC)).isEmpty();
    }

    @Test
    @Attack(58)
    void whoseCommandRunsHearsNoExitStatus() throws Exception {
        // When
        List<Ended> all = killed(EventType.SSH_EXEC, "host", "sleep 600");
        // Then
        assertThat(all)
                .allSatisfy(ended -> {
                    assertThat(ended.bytesSinceKill()).isZero();
                    assertThat(ended.exit()).isEqualTo(255);
                    assertThat(ended.stdout()).isEmpty();
                    assertThat(ended.stderr()).doesNotContain("sallyport");
                });
    }

    @Test
    @Attack(58)
    void aShellAtItsPromptHearsNothing() throws Exception {
        // When
        List<Ended> all = killed(EventType.SSH_SHELL, "-tt", "host");
        // Then
        assertThat(all)
                .allSatisfy(ended -> {
                    assertThat(ended.bytesSinceKill()).isZero();
                    assertThat(ended.exit()).isEqualTo(255);
                    assertThat(ended.stdout() + ended.stderr())
                            .doesNotContain("sallyport", "logout");
                });
    }

    @Test
    @Attack(58)
    void aStreamStopsWithTheKill() throws Exception {
        // Given: 200 lines a second for each client
        List<Process> clients = new ArrayList<>();
        for (MeteredWire wire : wires) {
            clients.add(start(wire, "host", STREAM));
        }
        await(() -> house.recorder().events(EventType.SSH_EXEC).size() == wires.size());
        List<Long> begun = wires.stream().map(wire -> wire.toAgent.get()).toList();
        await(() -> allHavePassed(begun, 10_000));
        // When
        house.broker().kill(Lock.Subject.AGENT, AGENT);
        long returned = System.nanoTime();
        // Then
        for (int i = 0; i < clients.size(); i++) {
            assertThat(clients.get(i).waitFor(10, TimeUnit.SECONDS)).isTrue();
            wires.get(i).awaitEnd();
            assertThat(Duration.ofNanos(wires.get(i).lastByte.get() - returned))
                    .as("what was on the wire already")
                    .isLessThan(ON_THE_WIRE);
        }
    }

    private boolean allHavePassed(List<Long> begun, long bytes) {
        return IntStream.range(0, wires.size())
                .allMatch(i -> wires.get(i).toAgent.get() - begun.get(i) >= bytes);
    }

    /**
     * How a client ended.
     *
     * @param bytesSinceKill what the proxy sent it from just before the kill on
     */
    private record Ended(int exit, String stdout, String stderr, long bytesSinceKill) {}

    /** Starts clients, waits until they are as quiet as they will be, and kills their agent. */
    private List<Ended> killed(EventType begun, String... arguments) throws Exception {
        List<Process> clients = new ArrayList<>();
        for (MeteredWire wire : wires) {
            clients.add(start(wire, arguments));
        }
        await(() -> house.recorder().events(begun).size() == wires.size());
        wires.forEach(MeteredWire::awaitQuiet);
        List<Long> before = wires.stream().map(wire -> wire.toAgent.get()).toList();
        assertThat(before).allMatch(bytes -> bytes > 0);

        house.broker().kill(Lock.Subject.AGENT, AGENT);

        List<Ended> ended = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
            Process client = clients.get(i);
            MeteredWire wire = wires.get(i);
            assertThat(client.waitFor(10, TimeUnit.SECONDS)).isTrue();
            wire.awaitEnd();
            ended.add(
                    new Ended(
                            client.exitValue(),
                            text(client.getInputStream()),
                            text(client.getErrorStream()),
                            wire.toAgent.get() - before.get(i)));
        }
        return ended;
    }

    private Process start(MeteredWire wire, String... arguments) throws IOException {
        var agent = house.agent(house.grants().grant(Grants.agent(AGENT), SshHouse.everything()));
        List<String> line = new ArrayList<>(List.of("-p", String.valueOf(wire.port())));
        line.addAll(List.of(arguments));
        return agent.start(line.toArray(String[]::new));
    }

    private static String text(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** One connection's wire between client and proxy, with a meter on the way to the client. */
    private static final class MeteredWire implements AutoCloseable {
        private final ServerSocket listening =
                new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final int proxy;
        private final CountDownLatch ended = new CountDownLatch(1);
        private final AtomicLong lastByte = new AtomicLong(System.nanoTime());
        final AtomicLong toAgent = new AtomicLong();

        MeteredWire(int proxy) throws IOException {
            this.proxy = proxy;
            Thread.ofPlatform().daemon().start(this::carry);
        }

        int port() {
            return listening.getLocalPort();
        }

        private void carry() {
            try (Socket agent = listening.accept();
                    Socket door = new Socket(InetAddress.getLoopbackAddress(), proxy)) {
                Thread.ofPlatform().daemon().start(() -> outward(agent, door));
                byte[] bytes = new byte[16 * 1024];
                InputStream from = door.getInputStream();
                OutputStream to = agent.getOutputStream();
                for (int n = from.read(bytes); n >= 0; n = from.read(bytes)) {
                    lastByte.set(System.nanoTime());
                    toAgent.addAndGet(n);
                    to.write(bytes, 0, n);
                }
            } catch (IOException e) {
                // Cut, as was wanted.
            } finally {
                ended.countDown();
            }
        }

        private static void outward(Socket agent, Socket door) {
            try {
                agent.getInputStream().transferTo(door.getOutputStream());
                door.shutdownOutput();
            } catch (IOException e) {
                // The other direction sees it too.
            }
        }

        void awaitQuiet() {
            await(() -> System.nanoTime() - lastByte.get() > QUIET.toNanos());
        }

        void awaitEnd() throws InterruptedException {
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public void close() {
            try {
                listening.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
