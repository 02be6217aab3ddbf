package dev.sallyport.access.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.FakeBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldActTest {
    @TempDir Path directory;
    private GateBench bench;
    private Session session;
    private final AtomicReference<Thread> waiting = new AtomicReference<>();

    @BeforeEach
    void bench() throws IOException {
        bench = new GateBench(directory);
        session = bench.session("rm *", "dd **");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private CompletableFuture<Ruling> hold(String command) {
        var hold = (Ruling.Hold) bench.gate.judge(session, GateBench.exec(command));
        var ruling = new CompletableFuture<Ruling>();
        waiting.set(
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                ruling.complete(bench.gate.await(session, hold));
                            } catch (InterruptedException | RuntimeException e) {
                                ruling.completeExceptionally(e);
                            }
                        }));
        return ruling;
    }

    private static Ruling get(CompletableFuture<Ruling> ruling) throws Exception {
        return ruling.get(10, TimeUnit.SECONDS);
    }

    private static Refusal refusal(CompletableFuture<Ruling> ruling) throws Exception {
        return ((Ruling.Deny) get(ruling)).refusal();
    }

    @Test
    void runsAfterAYesAndAsksAgainTheNextTime() throws Exception {
        var ruling = hold("rm a");

        bench.broker.question().approve("ruth");

        assertThat(get(ruling)).isInstanceOf(Ruling.Allow.class);
        assertThat(bench.gate.judge(session, GateBench.exec("rm a")))
                .isInstanceOf(Ruling.Hold.class);
    }

    @Test
    void doesNotRunAfterANo() throws Exception {
        var ruling = hold("rm a");

        bench.broker.question().deny("ruth", "not on a Friday");

        assertThat(refusal(ruling).rule()).isEqualTo("approval");
        assertThat(refusal(ruling).verdict()).isEqualTo(Refusal.Verdict.DENY);
    }

    @Test
    void doesNotSayThatAHumanSaidNoWhenNobodyWasAsked() throws Exception {
        var ruling = hold("rm a");

        bench.broker.question().refuse("too many acts wait");

        assertThat(refusal(ruling).reason()).isEqualTo("nobody was asked: too many acts wait");
        assertThat(refusal(ruling).retryAfterSeconds()).isPositive();
    }

    @Test
    void doesNotRunWhenNobodyAnswers() throws Exception {
        var ruling = hold("rm a");

        bench.broker.question().timeOut();

        assertThat(refusal(ruling).verdict()).isEqualTo(Refusal.Verdict.HELD);
        assertThat(refusal(ruling).retryAfterSeconds()).isPositive();
    }

    @Test
    void aRefusalNamesWhomTheRuleWanted() throws Exception {
        var denied = hold("dd a");
        bench.broker.question().deny("ruth", "no");
        assertThat(refusal(denied).reason()).contains("2 of [sre, storage]");

        var timedOut = hold("rm a");
        bench.broker.question().timeOut();
        assertThat(refusal(timedOut).reason()).contains("1 of the intent's approvers");
    }

    @Test
    void twoApprovalsAreTwoPeople() throws Exception {
        var once = hold("dd a");
        bench.broker.question().approve("ruth", "ruth");
        assertThat(refusal(once).rule()).isEqualTo("approval");

        var twice = hold("dd a");
        bench.broker.question().approve("ruth", "sam");
        assertThat(get(twice)).isInstanceOf(Ruling.Allow.class);
    }

    /** attacks.md 56: neither the owner nor the agent itself, even when a broker lets them pass. */
    @Test
    @Attack(56)
    void selfApprovalDoesNotCount() throws Exception {
        var byOwner = hold("rm a");
        bench.broker.question().approve("olga");
        assertThat(refusal(byOwner).rule()).isEqualTo("approval");

        var byAgent = hold("rm a");
        bench.broker.question().approve(session.grant().grant().agent().id());
        assertThat(refusal(byAgent).rule()).isEqualTo("approval");
    }

    @Test
    @Attack(58)
    void aLockedSessionEndsItsHoldAndWithdrawsTheQuestion() throws Exception {
        var ruling = hold("rm a");
        FakeBroker.Question question = bench.broker.question();

        bench.broker.kill(Lock.Subject.SESSION, session.id());

        assertThat(refusal(ruling).verdict()).isEqualTo(Refusal.Verdict.KILLED);
        assertThat(question.isWithdrawn()).isTrue();
    }

    @Test
    void anInterruptedCallerWithdrawsTheQuestion() throws Exception {
        var ruling = hold("rm a");
        FakeBroker.Question question = bench.broker.question();

        waiting.get().interrupt();

        assertThatThrownBy(() -> get(ruling))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(question.isWithdrawn()).isTrue();
        assertThat(session.isOpen()).isTrue();
    }

    @Test
    void aLostBrokerIsANo() throws Exception {
        bench.broker.disconnect();

        assertThat(refusal(hold("rm a")).rule()).isEqualTo("broker");
    }

    /** attacks.md 53: what was asked under one policy is judged by the one in force at the yes. */
    @Test
    @Attack(53)
    void aYesIsJudgedByThePolicyInForce() throws Exception {
        var ruling = hold("rm a");
        FakeBroker.Question question = bench.broker.question();

        bench.policy =
                GateBench.policy(directory, "@id(\"never\") forbid (principal, action, resource);");
        question.approve("ruth");

        assertThat(refusal(ruling).rule()).isEqualTo("never");
    }

    @Test
    void aYesAfterTheGrantHasEndedIsTooLate() throws Exception {
        var ruling = hold("rm a");
        FakeBroker.Question question = bench.broker.question();

        bench.clock.moveTo(session.grant().grant().notAfter());
        bench.broker.beat();
        question.approve("ruth");

        assertThat(refusal(ruling).verdict()).isEqualTo(Refusal.Verdict.EXPIRED);
    }
}
