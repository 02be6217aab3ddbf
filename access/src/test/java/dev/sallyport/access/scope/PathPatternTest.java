package dev.sallyport.access.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {
    @ParameterizedTest
    @CsvSource({
        "/srv/a, /srv/a, true",
        "/srv/a, /srv/ab, false",
        "/srv/*, /srv/a, true",
        "/srv/*, /srv/a/b, false",
        "/srv/*, /srv, false",
        "/srv/*.csv, /srv/a.csv, true",
        "/srv/*.csv, /srv/a.csv.exe, false",
        "/srv/**, /srv, true",
        "/srv/**, /srv/a/b/c, true",
        "/srv/**, /srvx, false",
        "/srv/**/x, /srv/x, true",
        "/srv/**/x, /srv/a/b/x, true",
        "/srv/**/x, /srv/a/b/y, false",
        "/**/a/**/b, /1/a/2/a/3/b, true",
        "/**, /, true",
        "/, /, true",
        "/srv/**, /srv/../etc, false",
        "/srv/**, /srv/./a, false",
        "/srv/**, /srv//a, false",
        "/srv/**, /srv/a/, false",
        "/srv/**, srv/a, false",
    })
    void matchesSegmentBySegment(String pattern, String path, boolean matches) {
        assertThat(PathPattern.matches(pattern, path)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"srv/**", "/srv/../x", "", "/srv//x", "~/x"})
    void refusesWhatIsNoPattern(String pattern) {
        assertThatThrownBy(() -> PathPattern.require(pattern))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hostilePatternsAndPathsStayCheap() {
        String pattern = "/**/a".repeat(100) + "/b";
        String path = "/a".repeat(2000);

        Assertions.assertTimeout(
                Duration.ofSeconds(1),
                () -> assertThat(PathPattern.matches(pattern, path)).isFalse());
    }
}
