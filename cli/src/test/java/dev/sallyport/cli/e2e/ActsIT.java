package dev.sallyport.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Must show 4. */
final class ActsIT {
    @TempDir private static Path directory;

    private static Stand stand;

    @BeforeAll
    static void open() throws Exception {
        stand = Stand.start(directory);
    }

    @AfterAll
    static void close() {
        stand.close();
    }

    @Test
    void whatIsInScopeRuns() throws Exception {
        // Given
        Path grant = stand.grant("bot", "report", "customer=42");
        // When
        Ran ran = stand.ssh(grant, stand.bin("report") + " --customer 42");
        // Then
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo("report for customer 42\n");
        assertThat(ran.err()).isEmpty();
    }
}
