package dev.sallyport.recorder.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private static final List<String> CAST =
            List.of(
                    "{\"version\":2,\"width\":80,\"height\":24}",
                    "[0.100000,\"o\",\"h\u00fc\"]",
                    "[0.200000,\"i\",\"typed\"]",
                    "[1.200000,\"o\",\"\\u001b]52;c;eA==\\u0007\\u001b[1mbold\"]",
                    "[1.300000,\"r\",\"90x30\"]",
                    "[1.400000,\"s\",\"stderr\"]",
                    "[1.400000,\"o\",\"oops\"]",
                    "[9.400000,\"x\",\"0\"]");

    private final List<Duration> pauses = new ArrayList<>();

    @Test
    @Attack(22)
    void drawsOutputInTimeAndNothingThatActs() throws Exception {
        // Given
        StringBuilder out = new StringBuilder();
        Replay replay = new Replay(2, Duration.ofSeconds(2), pauses::add);

        // When
        replay.play(CAST, out);

        // Then
        assertThat(out.toString()).isEqualTo("h\u00fc\u001b[1mboldoops");
        assertThat(pauses.stream().map(Duration::toMillis).toList())
                .containsExactly(50L, 50L, 500L, 50L, 50L, 1000L);
    }

    @Test
    void characterThatIsCutBetweenTwoEventsIsDrawnWhole() throws Exception {
        // Given: the two bytes of ü, each kept as base64
        List<String> cast =
                List.of(CAST.getFirst(), "[0.1,\"B\",\"o ww==\"]", "[0.2,\"B\",\"o vA==\"]");
        StringBuilder out = new StringBuilder();

        // When
        new Replay(1, Duration.ZERO, pauses::add).play(cast, out);

        // Then
        assertThat(out.toString()).isEqualTo("\u00fc");
        assertThat(pauses).containsOnly(Duration.ZERO);
    }
}
