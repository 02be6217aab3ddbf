package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proxy.ssh.fixture.SshHouse;
import dev.sallyport.proxy.ssh.fixture.StockSsh;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How a program ended reaches the agent, although the client of a shared connection closes its
 * channel as soon as there is nothing more to read or to write.
 */
class ExitStatusIT {
    @TempDir Path directory;
    private SshHouse house;
    private StockSsh agent;
    private Path log;
    private Process master;

    @BeforeEach
    void open() throws Exception {
        house = new SshHouse(directory);
        agent = house.agent(SshHouse.everything());
        log = directory.resolve("master.log");
        master = agent.start("-M", "-N", "-vv", "-E", log.toString(), "-o", socket(), "host");
        await(() -> Files.exists(agent.directory().resolve("master")));
    }

    @AfterEach
    void close() throws Exception {
        master.destroy();
        house.close();
    }

    private String socket() {
        return "ControlPath=" + agent.directory().resolve("master");
    }

    @Test
    void itArrivesWhenTheClientHasClosedBefore() throws Exception {
        // Given
        Path go = directory.resolve("go");
        Process client =
                start("exec >&- 2>&-; until [ -e " + go + " ]; do sleep 0.05; done; exit 3");
        await(this::hasClosed);

        // When
        Files.createFile(go);

        // Then
        assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(client.exitValue()).isEqualTo(3);
    }

    @Test
    void itArrivesWhenTheProgramWorksOnAfterItsLastOutput() throws Exception {
        // When: longer than the library waits for the end of a channel by itself
        Process client = start("exec >&- 2>&-; sleep 6; exit 4");

        // Then
        assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(client.exitValue()).isEqualTo(4);
    }

    /** A client without input: its direction ends at once. */
    private Process start(String command) throws IOException {
        Process client = agent.start("-o", socket(), "host", command);
        client.getOutputStream().close();
        return client;
    }

    private boolean hasClosed() {
        try {
            return Files.readString(log).contains("send close");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }
}
