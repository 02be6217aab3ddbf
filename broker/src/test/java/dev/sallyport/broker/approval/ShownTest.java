package dev.sallyport.broker.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Target;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.access.scope.DbScope;
import dev.sallyport.access.scope.Scope;
import dev.sallyport.broker.BrokerFixture;
import dev.sallyport.broker.intent.BoundIntent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Nothing that an agent says can look like something that we say. */
final class ShownTest {
    private static String shown(String reason, Scope... scope) {
        var intent = BrokerFixture.intent("read", Duration.ofMinutes(5));
        return Shown.request(
                BrokerFixture.AGENT,
                new BoundIntent(intent, Map.of(), Map.of(), List.of(scope)),
                Map.of(),
                new Shown.Purpose(reason, "", ""),
                Duration.ofMinutes(5),
                1,
                List.of("leads"));
    }

    @Test
    @Attack(22)
    void aSettingsValueCannotImitateAnotherSetting() {
        // Given
        var scope =
                new DbScope(
                        Target.parse("db:billing"),
                        "reader",
                        List.of("select"),
                        List.of("public.invoices"),
                        List.of(),
                        Map.of("app.customer", "42, app.admin=true} budget {\\", "b.x", "\"x\""),
                        false,
                        Budget.UNLIMITED);

        // When
        String shown = shown("because", scope);

        // Then
        assertThat(shown)
                .contains(
                        "settings {\"app.customer\": \"42, app.admin=true} budget {\\\\\","
                                + " \"b.x\": \"\\\"x\\\"\"} budget {}\n");
    }

    @Test
    @Attack(22)
    void lettersThatNobodySeesAreSpelledOut() {
        // Given
        int[] invisible = {
            0x00a0, 0x00ad, 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180e, 0x2000, 0x200b,
            0x2028, 0x202e, 0x2800, 0x3000, 0x3164, 0xfe0f, 0xfeff, 0xffa0, 0xe0100
        };
        var reason = new StringBuilder("a");
        var expected = new StringBuilder("why: a");
        for (int point : invisible) {
            reason.appendCodePoint(point);
            expected.append("\\u{").append(Integer.toHexString(point)).append('}');
        }

        // When
        String shown = shown(reason.append(" \u00e9\u5b57").toString());

        // Then
        assertThat(shown).contains(expected + " \u00e9\u5b57\n");
    }
}
