package dev.sallyport.access.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgvPatternTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    id                    | id                       | true
                    id                    | id -u                    | false
                    id                    | /usr/bin/id              | false
                    report --customer 42  | report --customer 42     | true
                    report --customer 42  | report --customer 43     | false
                    report --customer 42  | report --customer 42 x   | false
                    report --customer 42  | report --customer        | false
                    report --customer=4*  | report --customer=42     | true
                    report --customer=*   | report --customer=       | true
                    report *              | report january           | true
                    report *              | report --all             | false
                    report *              | report a b               | false
                    report *              | report                   | false
                    report **             | report                   | true
                    report **             | report --all a b c       | true
                    report a **           | report b                 | false
                    report ** a           | report x y a             | false
                    report *-*-*          | report 2026-11-23        | true
                    report *-*-*          | report 2026-11           | false
                    cat /srv/*            | cat /srv/a/b             | true
                    cat /srv/*            | cat /srv/../etc/shadow   | false
                    cat /srv/*            | cat /srv/..              | false
                    tool --out=/srv/*     | tool --out=/srv/a        | true
                    tool --out=*          | tool --out=..            | false
                    tool --out=*          | tool --out=../x          | false
                    v*.x                  | v.x                      | true
                    a.c                   | abc                      | false
                    [ab]                  | a                        | false
                    ?                     | a                        | false
                    """)
    void comparesWordByWord(String pattern, String command, boolean matches) {
        assertThat(ArgvPattern.matches(pattern, List.of(command.split(" ")))).isEqualTo(matches);
    }

    @Test
    void quotedTextIsLiteral() {
        assertThat(
                        ArgvPattern.matches(
                                "echo '*' \"a b\" c\" d\"", List.of("echo", "*", "a b", "c d")))
                .isTrue();
        assertThat(ArgvPattern.matches("echo '*'", List.of("echo", "x"))).isFalse();
        assertThat(ArgvPattern.matches("echo '**'", List.of("echo", "x", "y"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "*", "it's", "say \"x\"", "back\\slash", "**", ""})
    void quotedValueStandsForItself(String value) {
        String pattern = "tool --name=" + ArgvPattern.quote(value);

        assertThat(ArgvPattern.matches(pattern, List.of("tool", "--name=" + value))).isTrue();
        assertThat(ArgvPattern.matches(pattern, List.of("tool", "--name=" + value + "x")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "echo 'a", "echo \"a", "**"})
    void refusesWhatIsNoPattern(String pattern) {
        assertThatThrownBy(() -> ArgvPattern.require(pattern))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
