package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.InMemoryRecorder;
import dev.sallyport.access.port.Cast;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import dev.sallyport.proxy.ssh.fixture.StockSsh;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What client and target saw is what the record holds, to the byte. */
class CompleteIT {
    @TempDir static Path directory;

    private static SshHouse house;
    private static StockSsh agent;

    @BeforeAll
    static void open() throws Exception {
        house = new SshHouse(directory);
        agent = house.agent(SshHouse.everything());
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @Test
    @Attack(21)
    void binaryInputAndOutputAreRecordedAsTheyWere() throws Exception {
        // Given
        byte[] input = new byte[1_234_567];
        new Random(1).nextBytes(input);
        Path far = agent.directory().resolve("far");
        String command = "tee " + far + "; head -c 70000 " + far + " >&2; echo end";

        // When
        var result = agent.ssh(input, "host", command);

        // Then
        var cast = cast(command);
        assertThat(far).hasBinaryContent(input);
        assertThat(cast.bytes(Cast.Stream.STDIN)).isEqualTo(input);
        assertThat(cast.bytes(Cast.Stream.STDOUT)).isEqualTo(result.stdout());
        assertThat(cast.bytes(Cast.Stream.STDERR)).isEqualTo(result.stderr()).hasSize(70_000);
        assertThat(result.stdout()).hasSize(input.length + 4);
        assertThat(cast.hasEnded(Cast.Stream.STDIN)).isTrue();
        assertThat(cast.hasEnded(Cast.Stream.STDOUT)).isTrue();
    }

    @Test
    void invalidTextIsRecordedAsItWas() throws Exception {
        // Given
        byte[] input = {(byte) 0xff, (byte) 0xc3, 'a', (byte) 0xe2, (byte) 0x82, 0, 27, '[', 'c'};
        String command = "cat; printf '\\xf0\\x9f' >&2";

        // When
        var result = agent.ssh(input, "host", command);

        // Then
        var cast = cast(command);
        assertThat(result.stdout()).isEqualTo(input);
        assertThat(cast.bytes(Cast.Stream.STDIN)).isEqualTo(input);
        assertThat(cast.bytes(Cast.Stream.STDOUT)).isEqualTo(input);
        assertThat(cast.bytes(Cast.Stream.STDERR)).isEqualTo(result.stderr());
    }

    @Test
    void stoppingTheProxyLeavesNoRecordingOpen() throws Exception {
        // Given
        Path own = Files.createDirectories(directory.resolve("own"));
        var stopped = new SshHouse(own);
        Process client = stopped.agent(SshHouse.everything()).start("host", "echo x; sleep 60");
        client.getInputStream().read();

        // When
        stopped.close();

        // Then
        client.destroy();
        assertThat(stopped.recorder().recordings())
                .hasSize(1)
                .allSatisfy(recording -> assertThat(recording.sealed()).isDone());
        assertThat(stopped.recorder().recordings().getFirst().sealed().join())
                .isEqualTo(SessionEnd.NORMAL);
        assertThat(stopped.recorder().events(EventType.SESSION_CLOSED)).hasSize(1);
    }

    private static InMemoryRecorder.KeptCast cast(String command) {
        InMemoryRecorder.KeptCast cast =
                house.recorder().recordings().stream()
                        .flatMap(recording -> recording.casts().stream())
                        .filter(kept -> kept.header().title().equals(command))
                        .findFirst()
                        .orElseThrow();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (cast.exit().isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return cast;
    }
}
