package dev.sallyport.broker.approval;

import static dev.sallyport.broker.BrokerFixture.issued;
import static dev.sallyport.broker.BrokerFixture.operator;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Grant;
import dev.sallyport.access.Target;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.port.HoldAnswer;
import dev.sallyport.access.port.HoldRequest;
import dev.sallyport.broker.BrokerFixture;
import dev.sallyport.broker.identity.AgentCaller;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HeldActsTest {
    private static final int LIMIT = ApprovalLimits.DEFAULT.holdsPerAgent();

    @TempDir private Path directory;
    private final List<Thread> holding = new ArrayList<>();
    private BrokerFixture fixture;

    @BeforeEach
    void startBroker() {
        fixture = new BrokerFixture(directory);
    }

    @AfterEach
    void stopBroker() throws InterruptedException {
        for (Thread thread : holding) {
            thread.interrupt();
            thread.join();
        }
        fixture.close();
    }

    @Test
    @Attack(50)
    void oneAgentCannotFillTheQueueForAllOthers() throws InterruptedException {
        // Given
        Grant grant = fixture.issued().grant();
        for (int i = 0; i < LIMIT; i++) {
            holdOn(grant);
        }
        awaitQuestions(LIMIT);

        // When
        HoldAnswer oneMore = fixture.broker().hold(request(grant));
        holdOn(grantOfAnother());

        // Then
        assertThat(oneMore)
                .isInstanceOfSatisfying(
                        HoldAnswer.NotAsked.class,
                        answer -> assertThat(answer.reason()).contains("too many"));
        awaitQuestions(LIMIT + 1);
        holding.getFirst().interrupt();
        holding.getFirst().join();
        awaitQuestions(LIMIT);
        holdOn(grant);
        awaitQuestions(LIMIT + 1);
    }

    private Grant grantOfAnother() {
        var caller =
                new AgentCaller(
                        new Agent("github/acme/other", "Otto", "run-8", List.of("agents")),
                        "https://idp",
                        "other token",
                        fixture.clock.instant().plusSeconds(300));
        var request = fixture.request("read", fixture.key);
        return issued(fixture.broker().requests().submit(caller, request)).grant();
    }

    private void holdOn(Grant grant) {
        holding.add(
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                fixture.broker().hold(request(grant));
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        }));
    }

    private static HoldRequest request(Grant grant) {
        return new HoldRequest(
                grant,
                "s-1",
                Target.parse("ssh:batch-1"),
                "ssh:exec",
                "rm x",
                List.of(),
                List.of("leads"),
                1);
    }

    private void awaitQuestions(int count) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (fixture.broker().approvals().open(operator()).size() != count) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
