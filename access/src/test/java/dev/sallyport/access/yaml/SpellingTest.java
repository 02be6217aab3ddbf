package dev.sallyport.access.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
    private static final List<String> KNOWN = List.of("cluster", "listen", "targets", "hostKey");

    @ParameterizedTest
    @CsvSource({
        "clutser, cluster",
        "Cluster, cluster",
        "listn, listen",
        "target, targets",
        "hostkey, hostKey",
        "host_key, hostKey"
    })
    void guessesWhatWasMeant(String word, String meant) {
        assertThat(Spelling.nearest(word, KNOWN)).contains(meant);
    }

    @Test
    void guessesNothingFromAfar() {
        assertThat(Spelling.nearest("banana", KNOWN)).isEmpty();
        assertThat(Spelling.nearest("x".repeat(100_000), KNOWN)).isEmpty();
    }

    @Test
    void quotesShortlyAndWithoutControls() {
        assertThat(Spelling.quoted("a\u001b[31mb")).isEqualTo("\"a?[31mb\"");
        assertThat(Spelling.quoted("x".repeat(100))).hasSize(63).endsWith("…\"");
    }
}
