package dev.sallyport.access.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({
        "90s, PT90S",
        "10m, PT10M",
        "1h30m, PT1H30M",
        "500ms, PT0.5S",
        "2d, PT48H",
        "0s, PT0S",
        "1d2h3m4s5ms, PT26H3M4.005S"
    })
    void readsDurations(String text, String iso) {
        assertThat(Quantities.duration(text)).contains(Duration.parse(iso));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "10",
                "m",
                "-1m",
                "+1m",
                "1.5h",
                "30m1h",
                "1m1m",
                "PT10M",
                "10 m",
                "10M",
                "1h 30m",
                "9999999999s",
                "\u0661m"
            })
    void refusesWhatIsNoDuration(String text) {
        assertThat(Quantities.duration(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "10B, 10",
        "1kB, 1000",
        "1KB, 1000",
        "20MB, 20000000",
        "1GiB, 1073741824",
        "512KiB, 524288",
        "3TB, 3000000000000",
        "1TiB, 1099511627776"
    })
    void readsSizes(String text, long bytes) {
        assertThat(Quantities.size(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "1.5GB",
                "1 MB",
                "MB",
                "1mb",
                "1PB",
                "999999999999999999TB",
                "0x10"
            })
    void refusesWhatIsNoSize(String text) {
        assertThat(Quantities.size(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "01", "+1", "1_000", "0x1", "1e3", "9223372036854775808"})
    void refusesWhatIsNoInteger(String text) {
        assertThat(Quantities.integer(text)).isEmpty();
    }
}
