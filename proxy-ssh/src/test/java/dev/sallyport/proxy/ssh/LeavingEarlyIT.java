package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proxy.ssh.fixture.Patience;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that hangs up while its session is still being opened leaves nothing behind. */
class LeavingEarlyIT {
    @TempDir Path directory;
    private SshHouse house;

    @BeforeEach
    void open() throws Exception {
        house = new SshHouse(directory);
    }

    @AfterEach
    void close() throws Exception {
        house.close();
    }

    @Test
    void aRecordingThatOpensTooLateIsSealedAndNoTargetIsDialled() throws Exception {
        // Given: a recorder that takes its time
        house.recorder().pause();
        Process client = house.agent(SshHouse.everything()).start("host", "true");
        Patience.await("the session", () -> house.live().list().size() == 1);

        // When
        client.destroyForcibly().waitFor();
        Patience.await("its end", () -> house.live().list().isEmpty());
        house.recorder().resume();

        // Then
        Patience.await("the recording", () -> house.recorder().recordings().size() == 1);
        house.recorder().recordings().getFirst().sealed().get(30, TimeUnit.SECONDS);
        Patience.await("no session", () -> house.live().list().isEmpty());
        assertThat(house.broker().certificates()).isEmpty();
    }
}
