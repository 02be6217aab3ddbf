package dev.sallyport.broker.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.broker.BrokerFixture;
import dev.sallyport.broker.identity.Caller;
import dev.sallyport.broker.intent.FactLookup.FactsAnswer;
import dev.sallyport.broker.intent.Facts;
import dev.sallyport.broker.policytest.Explanation.Outcome;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asking what it would take gives an agent nothing that only a grant gives. */
final class ExplanationsTest {
    @TempDir private Path directory;
    private BrokerFixture fixture;

    @BeforeEach
    void startBroker() {
        fixture = new BrokerFixture(directory);
    }

    @AfterEach
    void stopBroker() {
        fixture.close();
    }

    private Outcome explain(Caller caller) {
        return fixture.broker()
                .explanations()
                .of(caller, BrokerFixture.AGENT, "read", Map.of("customer", "42"));
    }

    @Test
    @Attack(51)
    void anAgentLearnsNoFactsAndItsQuestionIsRecorded() {
        // Given
        fixture.facts.set(new FactsAnswer.Known(Facts.of(Map.of("active", true))));

        // When
        Outcome toAgent = explain(fixture.caller("token"));
        Outcome toHuman = explain(BrokerFixture.operator());

        // Then
        assertThat(toAgent)
                .isInstanceOfSatisfying(
                        Outcome.Asked.class,
                        asked -> {
                            assertThat(asked.word()).isEqualTo("allow");
                            assertThat(asked.facts()).isEqualTo(Facts.NONE);
                        });
        assertThat(((Outcome.Asked) toHuman).facts().texts()).containsEntry("active", "true");
        assertThat(fixture.recorder.events(EventType.POLICY_EXPLAINED))
                .extracting(event -> event.fields().get("by"))
                .containsExactly("github/acme/bot", "root");
        assertThat(fixture.recorder.events(EventType.POLICY_EXPLAINED).getFirst().fields())
                .containsEntry("parameters", Map.of("customer", "42"))
                .containsEntry("facts", Map.of("active", "true"))
                .containsEntry("verdict", "allow");
    }

    @Test
    @Attack(51)
    void anAgentDoesNotLearnWhyAFactIsMissing() {
        // Given
        fixture.facts.set(new FactsAnswer.Unavailable("active", "answered with status 404"));

        // When
        Outcome toAgent = explain(fixture.caller("token"));
        Outcome toHuman = explain(BrokerFixture.operator());

        // Then
        assertThat(refusal(toAgent).reason()).doesNotContain("404", "active");
        assertThat(refusal(toHuman).reason()).contains("404");
        assertThat(fixture.recorder.events(EventType.POLICY_EXPLAINED).toString()).contains("404");
    }

    @Test
    void whatCannotBeRecordedIsNotAnswered() {
        // Given
        fixture.recorder.fail();

        // When
        Outcome outcome = explain(fixture.caller("token"));

        // Then
        assertThat(refusal(outcome).verdict()).isEqualTo(Refusal.Verdict.UNRECORDABLE);
    }

    private static Refusal refusal(Outcome outcome) {
        if (outcome instanceof Outcome.Unasked(Refusal refusal)) {
            return refusal;
        }
        throw new AssertionError("asked: " + outcome);
    }
}
