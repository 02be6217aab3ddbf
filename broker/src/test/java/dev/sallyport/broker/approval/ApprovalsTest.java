package dev.sallyport.broker.approval;

import static dev.sallyport.broker.BrokerFixture.human;
import static dev.sallyport.broker.BrokerFixture.pending;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.Target;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.port.HoldAnswer;
import dev.sallyport.access.port.HoldRequest;
import dev.sallyport.broker.BrokerFixture;
import dev.sallyport.broker.identity.HumanCaller;
import dev.sallyport.broker.identity.Role;
import dev.sallyport.broker.store.Question;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ApprovalsTest {
    @TempDir private Path directory;
    private BrokerFixture fixture;
    private Approvals approvals;

    @BeforeEach
    void startBroker() {
        fixture = new BrokerFixture(directory);
        approvals = fixture.broker().approvals();
    }

    @AfterEach
    void stopBroker() {
        fixture.close();
    }

    @Test
    @Attack(22)
    void showsWordsAndFactsApartAndNothingBreaksALine() {
        // Given
        String shown = pending(fixture.submit("deploy")).question().shown();

        // Then
        assertThat(shown)
                .contains("agent: github/acme/bot (run run-7)\n")
                .contains("on behalf of: Olga\n")
                .contains("why: because\n")
                .contains("ticket: T-1\n")
                .contains("said by the agent: customer = 42\n")
                .contains("blast radius: ssh:batch-1")
                .contains("needs: 1 of [\"leads\"]\n");
    }

    @Test
    void anAnswerToAnotherTextDoesNotCount() {
        // Given
        Question question = pending(fixture.submit("deploy")).question();

        // When
        Decision decision =
                approvals.decide(
                        human("alice", "leads"),
                        question.id(),
                        Question.Vote.YES,
                        Shown.hash("something else"),
                        "");

        // Then
        assertThat(refusal(decision).rule()).isEqualTo("hash");
        assertThat(fixture.recorder.events(EventType.APPROVAL_DECIDED)).isEmpty();
        assertThat(fixture.recorder.events(EventType.APPROVAL_REFUSED).toString())
                .contains("alice", "hash");
    }

    @Test
    void oneHumanCountsOnceUnderAnyName() {
        // Given
        Question question = pending(fixture.submit("rotate")).question();
        assertThat(question.needed()).isEqualTo(2);
        assertThat(question.groups()).containsExactly("security");
        decide(human("alice", "security"), question, Question.Vote.YES);

        // When
        Decision again = decide(human("Alice", "security"), question, Question.Vote.YES);
        Decision mail = decide(human("alice@acme.com", "security"), question, Question.Vote.YES);
        Decision alias =
                decide(
                        new HumanCaller(
                                "u-9",
                                List.of("alice"),
                                List.of("security"),
                                Set.of(Role.APPROVER)),
                        question,
                        Question.Vote.YES);

        // Then
        assertThat(refusal(again).rule()).isEqualTo("approver");
        assertThat(refusal(mail).rule()).isEqualTo("approver");
        assertThat(refusal(alias).rule()).isEqualTo("approver");
        assertThat(state(question)).isEqualTo(Question.State.OPEN);
        decide(human("bob", "security"), question, Question.Vote.YES);
        assertThat(state(question)).isEqualTo(Question.State.APPROVED);
    }

    @Test
    void aNoWins() {
        // Given
        Question question = pending(fixture.submit("rotate")).question();
        decide(human("alice", "security"), question, Question.Vote.YES);

        // When
        decide(human("bob", "security"), question, Question.Vote.NO);
        Decision late = decide(human("carol", "security"), question, Question.Vote.YES);

        // Then
        assertThat(late).isInstanceOf(Decision.Refused.class);
        assertThat(state(question)).isEqualTo(Question.State.DENIED);
        assertThat(approvals.use(question.id())).isEmpty();
    }

    @Test
    void anAnswerAfterTheTimeIsOverDoesNotCount() {
        // Given
        Question question = pending(fixture.submit("deploy")).question();

        // When
        fixture.clock.advance(Duration.ofHours(1));
        Decision late = decide(human("alice", "leads"), question, Question.Vote.YES);
        approvals.sweep();

        // Then
        assertThat(late).isInstanceOf(Decision.Refused.class);
        assertThat(state(question)).isEqualTo(Question.State.EXPIRED);
        assertThat(fixture.recorder.events(EventType.APPROVAL_EXPIRED)).hasSize(1);
    }

    @Test
    void approvalsAreUsedOnce() {
        // Given
        Question question = pending(fixture.submit("deploy")).question();
        decide(human("alice", "leads"), question, Question.Vote.YES);

        // When
        var first = approvals.use(question.id());
        var second = approvals.use(question.id());

        // Then
        assertThat(first.orElseThrow()).hasSize(1);
        assertThat(second).isEmpty();
    }

    @Test
    void anAnswerThatCannotBeRecordedDoesNotCount() {
        // Given
        Question question = pending(fixture.submit("deploy")).question();
        fixture.recorder.fail();

        // When
        Decision decision = decide(human("alice", "leads"), question, Question.Vote.YES);

        // Then
        assertThat(refusal(decision).verdict()).isEqualTo(Refusal.Verdict.UNRECORDABLE);
        assertThat(state(question)).isEqualTo(Question.State.OPEN);
    }

    @Test
    void anAnswerTakesEffectOnlyWhenItIsDurable() throws Exception {
        // Given
        Question question = pending(fixture.submit("deploy")).question();
        fixture.recorder.pause();

        // When
        var deciding =
                CompletableFuture.supplyAsync(
                        () -> decide(human("alice", "leads"), question, Question.Vote.YES));
        await(() -> !fixture.recorder.events(EventType.APPROVAL_DECIDED).isEmpty());

        // Then
        assertThat(state(question)).isEqualTo(Question.State.OPEN);
        fixture.recorder.resume();
        assertThat(deciding.get(10, TimeUnit.SECONDS)).isInstanceOf(Decision.Decided.class);
        assertThat(state(question)).isEqualTo(Question.State.APPROVED);
    }

    @Test
    void heldActIsReleasedByAHumanWhoSawExactlyIt() throws Exception {
        // Given
        Grant grant = fixture.issued().grant();
        var answer = new CompletableFuture<HoldAnswer>();
        Thread.ofVirtual().start(() -> hold(grant, answer));
        Question question = openQuestion();

        // When
        decide(human("alice", "leads"), question, Question.Vote.YES);

        // Then
        assertThat(question.shown()).contains("exactly: rm /srv/\\u{202e}x\n");
        assertThat(answer.get(10, TimeUnit.SECONDS)).isInstanceOf(HoldAnswer.Approved.class);
        assertThat(state(question)).isEqualTo(Question.State.USED);
    }

    @Test
    void heldActIsDeniedOrTimesOut() throws Exception {
        // Given
        Grant grant = fixture.issued().grant();
        var denied = new CompletableFuture<HoldAnswer>();
        Thread.ofVirtual().start(() -> hold(grant, denied));

        // When
        decide(human("alice", "leads"), openQuestion(), Question.Vote.NO);

        // Then
        assertThat(denied.get(10, TimeUnit.SECONDS)).isInstanceOf(HoldAnswer.Denied.class);
        var timedOut = new CompletableFuture<HoldAnswer>();
        Thread.ofVirtual().start(() -> hold(grant, timedOut));
        openQuestion();
        fixture.clock.advance(Duration.ofMinutes(20));
        assertThat(timedOut.get(10, TimeUnit.SECONDS)).isInstanceOf(HoldAnswer.TimedOut.class);
    }

    @Test
    void clientThatGoesAwayWithdrawsItsQuestion() throws Exception {
        // Given
        Grant grant = fixture.issued().grant();
        var answer = new CompletableFuture<HoldAnswer>();
        Thread holder = Thread.ofVirtual().start(() -> hold(grant, answer));
        Question question = openQuestion();

        // When
        holder.interrupt();
        holder.join(Duration.ofSeconds(10));

        // Then
        assertThat(state(question)).isEqualTo(Question.State.WITHDRAWN);
        assertThat(decide(human("alice", "leads"), question, Question.Vote.YES))
                .isInstanceOf(Decision.Refused.class);
    }

    @Test
    void aHoldAsksTheApproversThatItsRuleNames() throws Exception {
        // Given
        Grant grant = fixture.issued().grant();
        var answer = new CompletableFuture<HoldAnswer>();
        Thread.ofVirtual().start(() -> hold(grant, List.of("security"), answer));
        await(() -> !approvals.open(human("bob", "security")).isEmpty());
        Question question = approvals.open(human("bob", "security")).getFirst();

        // When
        Decision intents = decide(human("alice", "leads"), question, Question.Vote.YES);
        Decision rules = decide(human("bob", "security"), question, Question.Vote.YES);

        // Then
        assertThat(refusal(intents).rule()).isEqualTo("approver");
        assertThat(rules).isInstanceOf(Decision.Decided.class);
        assertThat(answer.get(10, TimeUnit.SECONDS)).isInstanceOf(HoldAnswer.Approved.class);
    }

    @Test
    void aHoldThatNobodyMayApproveIsDeniedAtOnce() throws Exception {
        // Given
        Grant grant = fixture.issued().grant();
        var answer = new CompletableFuture<HoldAnswer>();

        // When
        hold(grant, List.of("bot-team"), answer);

        // Then
        assertThat(answer.get()).isInstanceOf(HoldAnswer.NotAsked.class);
        assertThat(approvals.open(BrokerFixture.operator())).isEmpty();
    }

    @Test
    void aRestartEndsHoldsInTheRecordToo() throws Exception {
        // Given
        Grant grant = fixture.issued().grant();
        var answer = new CompletableFuture<HoldAnswer>();
        Thread holder = Thread.ofVirtual().start(() -> hold(grant, answer));
        Question question = openQuestion();

        // When
        fixture.restart();

        // Then
        assertThat(fixture.broker().approvals().find(question.id()).orElseThrow().state())
                .isEqualTo(Question.State.WITHDRAWN);
        assertThat(fixture.recorder.events(EventType.APPROVAL_EXPIRED).getFirst().fields())
                .containsEntry("approval", question.id())
                .containsEntry("because", "restart");
        holder.interrupt();
        holder.join(Duration.ofSeconds(10));
    }

    private void hold(Grant grant, CompletableFuture<HoldAnswer> answer) {
        hold(grant, List.of(), answer);
    }

    private void hold(Grant grant, List<String> approvers, CompletableFuture<HoldAnswer> answer) {
        var request =
                new HoldRequest(
                        grant,
                        "s-1",
                        Target.parse("ssh:batch-1"),
                        "ssh:exec",
                        "rm /srv/\u202ex",
                        List.of("guard"),
                        approvers,
                        1);
        try {
            answer.complete(fixture.broker().hold(request));
        } catch (InterruptedException e) {
            answer.completeExceptionally(e);
        }
    }

    private Question openQuestion() {
        await(() -> !approvals.open(human("alice", "leads")).isEmpty());
        return approvals.open(human("alice", "leads")).getFirst();
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    private Decision decide(HumanCaller human, Question question, Question.Vote vote) {
        return approvals.decide(human, question.id(), vote, question.hash(), "");
    }

    private Question.State state(Question question) {
        return approvals.find(question.id()).orElseThrow().state();
    }

    private static Refusal refusal(Decision decision) {
        if (decision instanceof Decision.Refused(Refusal refusal)) {
            return refusal;
        }
        throw new AssertionError("not refused: " + decision);
    }
}
