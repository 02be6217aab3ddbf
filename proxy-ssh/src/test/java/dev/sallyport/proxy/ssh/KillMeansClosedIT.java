package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Lock;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.Grants;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import dev.sallyport.proxy.ssh.fixture.StockSsh;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise 3: when the kill has returned, no byte passes; and what ran at the target is gone. */
class KillMeansClosedIT {
    private static final String AGENT = "github/acme/runaway";

    private static final String LINE = "tick\n";

    @TempDir Path directory;
    private SshHouse house;
    private final List<Process> clients = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        house = new SshHouse(directory);
    }

    @AfterEach
    void close() throws Exception {
        clients.forEach(Process::destroyForcibly);
        house.close();
    }

    @Test
    @Attack(58)
    void twentySessionsOfEveryKindEnd() throws Exception {
        kills(20, 5);
    }

    @Test
    @Tag("full")
    @Attack(58)
    void twoHundredSessionsOfEveryKindEnd() throws Exception {
        // Together as many lines a second as above: the machine has two hundred clients to run.
        kills(200, 50);
    }

    @Test
    void anExpiredGrantEndsItsSessionWithAReason() throws Exception {
        // Given
        Process client = start("host", "sleep 600");
        await(() -> house.recorder().events(EventType.SSH_EXEC).size() == 1);
        var session = house.live().list().getFirst();

        // When
        session.close(
                SessionEnd.EXPIRED,
                new dev.sallyport.access.Refusal(
                        dev.sallyport.access.Refusal.Verdict.EXPIRED,
                        "grant",
                        "the grant is over",
                        "",
                        "",
                        "",
                        0));

        // Then
        assertThat(client.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(new String(client.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("\"verdict\":\"expired\"");
        assertThat(sealed(0)).isEqualTo(SessionEnd.EXPIRED);
    }

    @Test
    @Attack(59)
    void aRecorderThatFailsEndsTheSession() throws Exception {
        // Given
        Process client = start("host", stream(5));
        assertThat(client.getInputStream().read()).as("the stream flows").isEqualTo('t');

        // When
        house.recorder().fail();

        // Then
        assertThat(client.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(new String(client.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("\"verdict\":\"unrecordable\"");
    }

    private void kills(int count, int paceMillis) throws Exception {
        // Given: idle, streaming, held, and blocked because nobody reads
        List<AtomicLong> streaming = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            switch (i % 4) {
                case 0 -> start("host", "sleep 600");
                case 1 -> streaming.add(drain(start("host", stream(paceMillis))));
                case 2 -> start("host", "echo hold-me");
                default -> start("host", "cat /dev/zero");
            }
            if (i % 10 == 9) {
                int started = i + 1;
                await(() -> house.live().list().size() >= started, this::whoHasEnded);
            }
        }
        int running = count - (count + 1) / 4;
        await(() -> house.recorder().events(EventType.SSH_EXEC).size() >= running);
        await(() -> house.recorder().events(EventType.ACT_HELD).size() == (count + 1) / 4);
        streaming.forEach(stream -> await(() -> stream.get() >= 50 * LINE.length()));

        // When
        long before = System.nanoTime();
        house.broker().kill(Lock.Subject.AGENT, AGENT);
        long took = System.nanoTime() - before;
        List<Long> atReturn = streaming.stream().map(AtomicLong::get).toList();

        // Then
        System.out.println("kill of " + count + " sessions took " + took / 1_000_000 + " ms");
        for (Process client : clients) {
            assertThat(client.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        // What was handed to a client before the kill may still be on its way to us: less than a
        // second of the stream.
        for (int i = 0; i < streaming.size(); i++) {
            assertThat(streaming.get(i).get() - atReturn.get(i))
                    .isLessThan(1000 / paceMillis * LINE.length());
        }
        for (int i = 0; i < count; i++) {
            assertThat(sealed(i)).isEqualTo(SessionEnd.KILLED);
        }
        await(() -> house.live().list().isEmpty());
        assertThat(house.recorder().events(EventType.ACT_RELEASED)).isEmpty();
    }

    private SessionEnd sealed(int index) throws Exception {
        return house.recorder().recordings().get(index).sealed().get(10, TimeUnit.SECONDS);
    }

    private Process start(String... arguments) throws IOException {
        Grant grant = house.grants().grant(Grants.agent(AGENT), SshHouse.everything());
        StockSsh agent = house.agent(grant);
        Process client = agent.start(arguments);
        clients.add(client);
        return client;
    }

    /** Prints a line at this pace from one process: a shell's loop would start one for each. */
    private static String stream(int paceMillis) {
        return "perl -e '$| = 1; while (1) { print \"tick\\n\"; select undef, undef, undef, %s }'"
                .formatted(paceMillis / 1000.0);
    }

    /** Counts what arrives. */
    private static AtomicLong drain(Process client) {
        var moved = new AtomicLong();
        // Reading a process holds a carrier, of which the proxy under test has two as well.
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    byte[] bytes = new byte[8192];
                    try (var from = client.getInputStream()) {
                        for (int n = from.read(bytes); n >= 0; n = from.read(bytes)) {
                            moved.addAndGet(n);
                        }
                    } catch (IOException e) {
                        // Killed, as was wanted.
                    }
                });
        return moved;
    }

    /** Clients that are gone before anybody killed them, and what they said last. */
    private String whoHasEnded() {
        var words = new StringBuilder(house.live().list().size() + " live; ended:");
        for (int i = 0; i < clients.size(); i++) {
            Process client = clients.get(i);
            if (!client.isAlive()) {
                words.append(" [").append(i).append(": ").append(client.exitValue()).append(' ');
                words.append(client.errorReader().lines().findFirst().orElse("")).append(']');
            }
        }
        return words.toString();
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        await(condition, () -> "waited too long");
    }

    private static void await(
            java.util.function.BooleanSupplier condition,
            java.util.function.Supplier<String> otherwise) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(otherwise).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
