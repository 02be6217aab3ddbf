package dev.sallyport.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u001bb", "a\u009bb", "a\u202eb", "a\u2028b", "\ud800"})
    void refusesTextThatDeceives(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Words.requireClean("reason", text))
                .withMessageStartingWith("reason ");
    }

    @Test
    void refusesEmptyAndLongText() {
        assertThatIllegalArgumentException().isThrownBy(() -> Words.requireText("name", " "));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Words.requireClean("name", "x".repeat(1025)));
        assertThat(Words.requireClean("ticket", "")).isEmpty();
        assertThat(Words.requireText("name", "Zoë 😀")).isEqualTo("Zoë 😀");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ssh", "ssh:", "SSH:a", "ftp:a", "ssh:a b", "ssh:../x", "ssh:-a"})
    void refusesTargetsThatAreNone(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Target.parse(text));
    }

    @Test
    void readsTheTargetThatItWrites() {
        assertThat(Target.parse("k8s:prod-1").toString()).isEqualTo("k8s:prod-1");
        assertThat(Target.parse("db:b").protocol()).isEqualTo(Protocol.DB);
    }

    @Test
    void ulidsSortByTimeAndDoNotRepeat() {
        var early = new Ulid(() -> Instant.ofEpochMilli(1), new Random(1));
        var late = new Ulid(() -> Instant.parse("2026-11-23T10:00:00Z"));
        var seen = new HashSet<String>();

        for (int i = 0; i < 1000; i++) {
            assertThat(seen.add(late.next())).isTrue();
        }
        assertThat(early.next()).hasSize(26).startsWith("0000000001").isLessThan(late.next());
    }

    @Test
    void secretsDoNotPrintAndCanBeWiped() {
        Secret secret = Secret.of("hunter2");

        assertThat(secret.toString()).doesNotContain("hunter2");
        assertThat(secret.matches(Secret.of("hunter2"))).isTrue();
        assertThat(secret.matches(Secret.of("hunter3"))).isFalse();
        secret.close();
        assertThat(secret.matches(Secret.of("hunter2"))).isFalse();
    }
}
