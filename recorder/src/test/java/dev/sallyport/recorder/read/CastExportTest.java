package dev.sallyport.recorder.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CastExportTest {
    private static final String HEADER =
            "{\"version\":2,\"width\":90,\"height\":30,\"timestamp\":1504467315,"
                    + "\"title\":\"Demo\",\"env\":{\"TERM\":\"xterm\"}}";

    private static List<String> exported(List<String> cast) throws IOException {
        StringBuilder out = new StringBuilder();
        CastExport.toVersion3(cast, out);
        return out.toString().lines().toList();
    }

    @Test
    void headerAndIntervalsAreThoseOfVersion3() throws IOException {
        // When
        List<String> lines =
                exported(
                        List.of(
                                HEADER,
                                "[0.248000, \"o\", \"a\\u001b\"]",
                                "[3.748000, \"m\", \"\"]",
                                "[5.798000, \"r\", \"90x30\"]",
                                "[6.685000, \"x\", \"0\"]"));

        // Then
        assertThat(lines)
                .containsExactly(
                        "{\"version\":3,\"term\":{\"cols\":90,\"rows\":30,"
                                + "\"type\":\"xterm\"},\"timestamp\":1504467315,"
                                + "\"title\":\"Demo\",\"env\":{\"TERM\":\"xterm\"}}",
                        "[0.248, \"o\", \"a\\u001B\"]",
                        "[3.500, \"m\", \"\"]",
                        "[2.050, \"r\", \"90x30\"]",
                        "[0.887, \"x\", \"0\"]");
    }

    @Test
    void roundingDoesNotAccumulate() throws IOException {
        // Given: 10,000 events, each a third of a millisecond after the other
        List<String> cast = new ArrayList<>(List.of(HEADER));
        for (int i = 1; i <= 10_000; i++) {
            cast.add("[%d.%06d,\"o\",\"x\"]".formatted(i * 333 / 1_000_000, i * 333 % 1_000_000));
        }

        // When
        BigDecimal sum =
                exported(cast).stream()
                        .skip(1)
                        .map(line -> new BigDecimal(line.substring(1, line.indexOf(','))))
                        .reduce(BigDecimal.ZERO, BigDecimal::add);

        // Then
        assertThat(sum).isEqualByComparingTo("3.330");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "[1,\"o\"]", "[\"1\",\"o\",\"x\"]", "# comment", "{}"})
    void refusesLinesThatAreNoEvents(String line) {
        assertThatThrownBy(() -> exported(List.of(HEADER, line))).isInstanceOf(IOException.class);
    }
}
