package dev.sallyport.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.Main;
import dev.sallyport.recorder.read.RecordFilter;
import dev.sallyport.recorder.read.Recordings;
import dev.sallyport.recorder.read.SessionSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise 2 against {@code kill -9} of {@code sallyport up}: 50 sessions of stock ssh run command
 * after command; the node dies at a random moment; the next one recovers.
 */
class CrashIT {
    private static final int SESSIONS = 50;

    /** A third of the rounds dies while sessions are still being opened. */
    private static final int EARLY = 3;

    /** As many handshakes at once as the target's sshd takes without dropping any. */
    private static final int HANDSHAKES = 6;

    /** Rounds on one record; then a new one, so that verifying stays short. */
    private static final int ROUNDS_A_RECORD = 20;

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Pattern MARK = Pattern.compile("/bin/mark ([A-Za-z0-9_-]+)");

    @TempDir Path directory;
    private final Random random = new Random();
    private final List<Process> started = new ArrayList<>();
    private Stand stand;

    @BeforeEach
    void open() throws IOException {
        fresh(0);
    }

    @AfterEach
    void close() {
        started.forEach(Process::destroyForcibly);
        stand.close();
    }

    @Test
    void losesNothingInThreeKills() throws Exception {
        rounds(3);
    }

    @Test
    @Tag("full")
    void losesNothingInManyKills() throws Exception {
        rounds(Integer.getInteger("crash.rounds", 60));
    }

    private void fresh(int round) throws IOException {
        stand = Stand.start(Files.createDirectory(directory.resolve("record-" + round)));
        stand.node().close();
    }

    private void rounds(int count) throws Exception {
        Process node = up();
        int commands = 0;
        for (int round = 0; round < count; round++) {
            if (round > 0 && round % ROUNDS_A_RECORD == 0) {
                end(node);
                stand.close();
                fresh(round);
                node = up();
            }
            Path grant = stand.grant("agent", "work");
            var busy = new Busy(round, grant);
            busy.work();
            await(round, busy);
            end(node);
            Set<String> finished = busy.end();

            // When
            node = up();

            // Then
            isWhole(round, grant, finished);
            commands += finished.size();
        }
        end(node);
        System.out.printf("%d kills, %d commands had finished, none is lost%n", count, commands);
    }

    /** Until the random moment of this round. */
    private void await(int round, Busy busy) {
        if (round % EARLY != 0) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (busy.working.get() < SESSIONS) {
                assertThat(System.nanoTime())
                        .as("round %d: %d work, %s", round, busy.working.get(), busy.refused)
                        .isLessThan(deadline);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(1_500_000)));
    }

    private void isWhole(int round, Path grant, Set<String> finished) throws Exception {
        Ran verify = stand.sallyport("verify");
        assertThat(verify.exit()).as("round %d: %s%s", round, verify.out(), verify.err()).isZero();
        var recordings = new Recordings(stand.record());
        var filter = RecordFilter.ANY.withGrant(grant.getFileName().toString());
        Set<String> recorded = new HashSet<>();
        recordings.events(
                filter,
                event -> {
                    Matcher matcher = MARK.matcher(event.line());
                    if (event.type().equals("ssh.exec") && matcher.find()) {
                        recorded.add(matcher.group(1));
                    }
                });
        assertThat(recorded).as("round %d", round).containsAll(finished);
        // What ran at the target is recorded even where no client heard of it.
        assertThat(recorded).as("round %d", round).containsAll(done("r" + round + "-"));
        for (SessionSummary session : recordings.list(filter)) {
            assertThat(session.closed().map(event -> event.text("end")))
                    .as("round %d, session %s", round, session.id())
                    .contains("recovered");
        }
    }

    private Set<String> done(String prefix) throws IOException {
        try (var marks = Files.list(stand.work().resolve("marks"))) {
            return marks.map(mark -> mark.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .collect(Collectors.toSet());
        }
    }

    /** {@code sallyport up} as a process of its own, ready. */
    private Process up() throws IOException {
        Files.deleteIfExists(stand.data().resolve("endpoint"));
        Path log = stand.work().resolve("up.log");
        Process node =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                "--config",
                                stand.configuration().toString(),
                                "up")
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        started.add(node);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.readString(log).contains("sallyport is up")) {
            if (!node.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("the node is not up: " + Files.readString(log));
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        return node;
    }

    /** {@code kill -9}. */
    private static void end(Process process) throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** Connections of stock ssh, each with a client that runs one command after the other. */
    private final class Busy {
        private final int round;
        private final Path grant;
        private final Semaphore handshakes = new Semaphore(HANDSHAKES);
        private final Set<String> finished = ConcurrentHashMap.newKeySet();
        private final AtomicInteger working = new AtomicInteger();
        private final Set<String> refused = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        Busy(int round, Path grant) {
            this.round = round;
            this.grant = grant;
        }

        void work() {
            for (int i = 0; i < SESSIONS; i++) {
                int number = i;
                threads.add(Thread.startVirtualThread(() -> session(number)));
            }
        }

        private void session(int number) {
            try {
                String path = stand.work().resolve("m" + number).toString();
                handshakes.acquire();
                Process master = stand.startSsh(grant, "-M", "-N", "-S", path, Stand.TARGET);
                synchronized (started) {
                    started.add(master);
                }
                while (master.isAlive() && !over.get() && !Files.exists(Path.of(path))) {
                    LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
                }
                Ran first = command(path, name(number, 0));
                handshakes.release();
                if (first.exit() == 0) {
                    working.incrementAndGet();
                    awaitOthers();
                } else {
                    refused.add(first.exit() + ": " + first.err());
                }
                for (int i = 1; first.exit() == 0 && master.isAlive() && !over.get(); i++) {
                    command(path, name(number, i));
                }
                master.destroyForcibly().waitFor();
                Files.deleteIfExists(Path.of(path));
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /** Who works already would keep the rest from being admitted on a small machine. */
        private void awaitOthers() {
            while (round % EARLY != 0 && working.get() < SESSIONS && !over.get()) {
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
        }

        private String name(int session, int command) {
            return "r" + round + "-" + session + "-" + command;
        }

        private Ran command(String path, String name) throws IOException, InterruptedException {
            Ran ran =
                    stand.ssh(
                            grant,
                            new byte[0],
                            "-S",
                            path,
                            "-o",
                            "ProxyCommand=false",
                            Stand.TARGET,
                            stand.bin("mark") + " " + name);
            if (ran.exit() == 0) {
                finished.add(name);
            }
            return ran;
        }

        Set<String> end() throws InterruptedException {
            over.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            return finished;
        }
    }
}
