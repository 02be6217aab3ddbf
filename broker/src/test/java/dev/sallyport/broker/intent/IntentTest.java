package dev.sallyport.broker.intent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Protocol;
import dev.sallyport.access.Target;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.access.scope.SshScope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A value never changes the shape of what it is put into. */
final class IntentTest {
    private static Intent intent(Parameter.Type type, String exec, String path, String login) {
        var scope =
                new SshScope(
                        new Target(Protocol.SSH, "batch-1"),
                        login,
                        List.of(exec),
                        false,
                        List.of(path),
                        List.of(),
                        List.of(),
                        List.of(),
                        false,
                        false,
                        List.of(),
                        Budget.UNLIMITED);
        return new Intent(
                "report",
                "",
                "low",
                Map.of("p", new Parameter("p", type, false, "", List.of())),
                Map.of(),
                Duration.ofMinutes(10),
                List.of(new ScopeTemplate(scope)),
                List.of());
    }

    private static boolean binds(Intent intent, String value) {
        return intent.bind(Map.of("p", value)) instanceof Intent.Binding.Bound;
    }

    @Test
    void bindsAValueIntoScope() {
        // When
        var binding =
                intent(Parameter.Type.LONG, "/bin/report --customer {p}", "/srv/{p}/**", "report")
                        .bind(Map.of("p", "42"));
        // Then
        assertThat(binding)
                .isInstanceOfSatisfying(
                        Intent.Binding.Bound.class,
                        bound -> {
                            var scope = (SshScope) bound.intent().scope().getFirst();
                            assertThat(scope.exec()).containsExactly("/bin/report --customer 42");
                            assertThat(scope.read()).containsExactly("/srv/42/**");
                            assertThat(bound.intent().parameterValues()).containsEntry("p", 42L);
                        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "*",
                "a*",
                "?",
                "'a",
                "\"a\"",
                "a;b",
                "$(a)",
                "`a`",
                "a|b",
                "a\nb",
                "{p}",
                "..",
                "../x",
                "-rf",
                "\\a",
                "[a]",
                "a\u0000",
                "a\u00a0b"
            })
    @Attack(18)
    void refusesWhatWouldChangeACommand(String value) {
        var intent = intent(Parameter.Type.STRING, "/bin/report {p}", "/srv/**", "report");
        assertThat(binds(intent, value)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{p}", "\"{p}\"", "'{p}'", "\"\"{p}", "'\"'{p}", "\"{p}.csv\"", "{p}{p}"})
    @Attack(18)
    void refusesAnOptionHoweverItsPlaceIsQuoted(String place) {
        var intent = intent(Parameter.Type.STRING, "rm " + place, "/srv/**", "report");
        for (String option : List.of("-", "-rf", "--checkpoint-action=exec=sh", "-1x")) {
            assertThat(binds(intent, option)).as(option).isFalse();
        }
        assertThat(binds(intent, "a-b")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{p}", "\"{p}\"", "'{p}'", "--days={p}", "\"--days={p}\""})
    void takesANegativeNumberAsAWholeWord(String place) {
        var intent = intent(Parameter.Type.LONG, "report " + place, "/srv/**", "report");
        assertThat(binds(intent, "-5")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "*", "**", "a*", "a b", "..a/", "%2e%2e/"})
    void refusesWhatWouldLeaveAPath(String value) {
        var intent = intent(Parameter.Type.STRING, "/bin/true", "/srv/{p}/**", "report");
        assertThat(binds(intent, value)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-l", "root@evil", "a b", "a:b", "*", "../root"})
    void refusesWhatIsNoLogin(String value) {
        var intent = intent(Parameter.Type.STRING, "/bin/true", "/srv/**", "{p}");
        assertThat(binds(intent, value)).isFalse();
    }

    @Test
    void bindsTheTextOfTheValueThatPolicySees() {
        for (String[] said :
                new String[][] {{"042", "42"}, {"-0", "0"}, {"-007", "-7"}, {"0", "0"}}) {
            assertThat(bound(Parameter.Type.LONG, said[0])).isEqualTo(said[1]);
        }
        for (String[] said :
                new String[][] {
                    {"007.50", "7.5"}, {"2000.00", "2000"}, {"-0.0", "0"}, {"0.0001", "0.0001"}
                }) {
            assertThat(bound(Parameter.Type.DECIMAL, said[0])).isEqualTo(said[1]);
        }
    }

    private static String bound(Parameter.Type type, String said) {
        var binding = intent(type, "report {p}", "/srv/**", "report").bind(Map.of("p", said));
        BoundIntent bound = ((Intent.Binding.Bound) binding).intent();
        String text = bound.parameters().getOrDefault("p", "");
        assertThat(((SshScope) bound.scope().getFirst()).exec()).containsExactly("report " + text);
        return text;
    }

    @Test
    void refusesMissingUnknownAndUntypedParameters() {
        var intent = intent(Parameter.Type.LONG, "/bin/report {p}", "/srv/**", "report");
        assertThat(intent.bind(Map.of())).isInstanceOf(Intent.Binding.Unbound.class);
        assertThat(intent.bind(Map.of("p", "1", "q", "2")))
                .isInstanceOf(Intent.Binding.Unbound.class);
        for (String value : List.of("one", "1.5", "99999999999999999999", "0x10", "1e3", "٤٢")) {
            assertThat(binds(intent, value)).as(value).isFalse();
        }
    }

    @Test
    void encodesAValueIntoAFactsUrlAsOnePiece() {
        // Given
        var fact = new Fact("f", "https://crm.example/c/{p}/x", "/a", Parameter.Type.BOOL);
        // When
        var url = HttpFacts.url(fact, Map.of("p", "4/2?x=#é"));
        // Then
        assertThat(url.toString()).isEqualTo("https://crm.example/c/4%2F2%3Fx%3D%23%C3%A9/x");
    }
}
