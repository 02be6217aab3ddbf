package dev.sallyport.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody answers: a node whose humans have two seconds. */
final class HeldTooLongIT {
    @TempDir private Path directory;

    @Test
    void aHeldCommandThatNobodyAnswersDoesNotRun() throws Exception {
        try (Stand stand = Stand.start(directory, Duration.ofSeconds(2))) {
            // Given
            Path work = stand.grant("bot", "work");
            // When
            Ran ran = stand.ssh(work, stand.bin("careful") + " late");
            Ran approvals = stand.sallyport("approvals");
            // Then
            assertThat(ran.exit()).as(ran.err()).isEqualTo(77);
            assertThat(ran.err()).contains("nobody answered in time");
            assertThat(stand.mark("late")).doesNotExist();
            assertThat(approvals.out()).isEqualTo("nothing waits\n");
        }
    }
}
