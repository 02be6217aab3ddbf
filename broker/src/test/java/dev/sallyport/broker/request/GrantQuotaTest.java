package dev.sallyport.broker.request;

import static dev.sallyport.broker.BrokerFixture.human;
import static dev.sallyport.broker.BrokerFixture.issued;
import static dev.sallyport.broker.BrokerFixture.pending;
import static dev.sallyport.broker.BrokerFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.broker.BrokerFixture;
import dev.sallyport.broker.issue.IssuedGrant;
import dev.sallyport.broker.store.Question;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent holds so many grants, and hands back so many: each of these keeps a lock. */
final class GrantQuotaTest {
    private static final int LIMIT = 2;

    @TempDir private Path directory;
    private BrokerFixture fixture;

    @BeforeEach
    void startBroker() {
        fixture = new BrokerFixture(directory, LIMIT);
    }

    @AfterEach
    void stopBroker() {
        fixture.close();
    }

    @Test
    @Attack(58)
    void anAgentHoldsSoManyGrantsAtOnce() {
        // Given
        IssuedGrant first = fixture.issued();
        fixture.issued();

        // When
        var refusal = refused(fixture.submit("read"));

        // Then
        assertThat(refusal.rule()).isEqualTo("limit");
        assertThat(refusal.next()).isEqualTo("sallyport grants");
        release(first);
        fixture.issued();
        fixture.clock.advance(Duration.ofMinutes(5));
        fixture.issued();
    }

    @Test
    @Attack(58)
    void grantsThatWereHandedBackAreBoundedUntilTheirTimeIsOver() {
        // Given
        for (int i = 0; i < LIMIT * 10; i++) {
            release(fixture.issued());
        }

        // When
        var refusal = refused(fixture.submit("read"));

        // Then
        assertThat(refusal.rule()).isEqualTo("limit");
        fixture.clock.advance(Duration.ofMinutes(5));
        fixture.issued();
    }

    @Test
    void anApprovedRequestWaitsUntilThereIsRoom() throws InterruptedException {
        // Given
        IssuedGrant first = fixture.issued();
        fixture.issued();
        RequestAnswer.Pending pending = pending(fixture.submit("deploy"));
        Question question = pending.question();
        fixture.broker()
                .approvals()
                .decide(
                        human("alice", "leads"),
                        question.id(),
                        Question.Vote.YES,
                        question.hash(),
                        "");

        // When
        RequestAnswer full = collect(pending);
        release(first);
        RequestAnswer room = collect(pending);

        // Then
        assertThat(refused(full).rule()).isEqualTo("limit");
        assertThat(issued(room).grant().approvals()).hasSize(1);
    }

    private RequestAnswer collect(RequestAnswer.Pending pending) throws InterruptedException {
        return fixture.broker()
                .requests()
                .collect(
                        fixture.step(KeyStep.Verb.COLLECT, pending.request(), fixture.key),
                        Duration.ZERO);
    }

    private void release(IssuedGrant issued) {
        var refusal =
                fixture.broker()
                        .grants()
                        .release(
                                fixture.step(
                                        KeyStep.Verb.RELEASE, issued.grant().id(), fixture.key));
        assertThat(refusal).isEmpty();
    }
}
