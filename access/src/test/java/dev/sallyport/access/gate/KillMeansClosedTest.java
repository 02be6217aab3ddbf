package dev.sallyport.access.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.certificate.VerifiedGrant;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.Grants;
import dev.sallyport.access.port.KillIncompleteException;
import dev.sallyport.access.port.SessionEnd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Promise 3, as far as the gate keeps it. */
class KillMeansClosedTest {
    @TempDir Path directory;
    private GateBench bench;

    @BeforeEach
    void bench() throws IOException {
        bench = new GateBench(directory, GateBench.limits(256, 4096));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @EnumSource(Lock.Subject.class)
    @Attack(58)
    void aLockClosesWhatItCoversAndNothingElse(Lock.Subject subject) {
        Session session = bench.session("ls");
        String matching =
                switch (subject) {
                    case AGENT -> session.grant().grant().agent().id();
                    case OWNER -> "olga";
                    case RUN -> "run-7";
                    case GRANT -> session.grant().grant().id();
                    case SESSION -> session.id();
                    case TARGET -> "ssh:batch-1";
                    case ALL -> "";
                };

        if (subject != Lock.Subject.ALL) {
            bench.broker.kill(subject, matching + "x");
            assertThat(session.isOpen()).isTrue();
        }
        bench.broker.kill(subject, matching);

        assertThat(session.isOpen()).isFalse();
        assertThat(bench.live.list()).isEmpty();
        assertThat(bench.closings)
                .singleElement()
                .satisfies(closing -> {
                    assertThat(closing.end()).isEqualTo(SessionEnd.KILLED);
                    assertThat(closing.why().verdict()).isEqualTo(Refusal.Verdict.KILLED);
                    assertThat(closing.why().session()).isEqualTo(session.id());
                });
        assertThat(bench.denied(session, GateBench.exec("ls")).verdict())
                .isEqualTo(Refusal.Verdict.KILLED);
    }

    @Test
    void aReleasedGrantEndsItsSessionsAsExpired() {
        Session session = bench.session("ls");

        bench.broker.release(session.grant().grant().id());

        assertThat(session.end()).contains(SessionEnd.EXPIRED);
        assertThat(bench.closings.getFirst().why().rule()).isEqualTo("released");
    }

    @Test
    void everySessionIsShutBeforeAnyCloserRuns() {
        var sessions = new ArrayList<Session>();
        var openSeen = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            Admission admission =
                    bench.gate.admit(
                            bench.grants.verified(Grants.execScope("ls")),
                            Grants.TARGET,
                            Grants.LOGIN,
                            (end, why) ->
                                    openSeen.addAndGet(
                                            (int)
                                                    sessions.stream()
                                                            .filter(Session::isOpen)
                                                            .count()));
            sessions.add(((Admission.Admitted) admission).session());
        }

        bench.broker.kill(Lock.Subject.ALL, "");

        assertThat(sessions).noneMatch(Session::isOpen);
        assertThat(openSeen).hasValue(0);
    }

    @Test
    void twoHundredSlowClosersRunSideBySide() {
        var closed = new AtomicInteger();
        VerifiedGrant grant = bench.grants.verified(Grants.execScope("ls"));
        for (int i = 0; i < 200; i++) {
            bench.gate.admit(
                    grant,
                    Grants.TARGET,
                    Grants.LOGIN,
                    (end, why) -> {
                        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                        closed.incrementAndGet();
                    });
        }

        long begin = System.nanoTime();
        bench.broker.kill(Lock.Subject.AGENT, grant.grant().agent().id());
        Duration took = Duration.ofNanos(System.nanoTime() - begin);

        // Four seconds one after the other; the bound is loose because the machine is shared.
        assertThat(closed).hasValue(200);
        assertThat(took).isLessThan(Duration.ofMillis(290));
    }

    @Test
    @Attack(58)
    void aKillThatCannotBeConfirmedSaysSoAndStillShuts() {
        var never = new CountDownLatch(1);
        VerifiedGrant grant = bench.grants.verified(Grants.execScope("ls"));
        var admission =
                (Admission.Admitted)
                        bench.gate.admit(
                                grant,
                                Grants.TARGET,
                                Grants.LOGIN,
                                (end, why) -> awaitForever(never));

        assertThatThrownBy(() -> bench.broker.kill(Lock.Subject.ALL, ""))
                .isInstanceOf(KillIncompleteException.class);

        assertThat(admission.session().isOpen()).isFalse();
        assertThat(bench.refusal(grant).verdict()).isEqualTo(Refusal.Verdict.KILLED);
        never.countDown();
    }

    @Test
    void aCloserThatFailsIsNotAConfirmation() {
        bench.gate.admit(
                bench.grants.verified(Grants.execScope("ls")),
                Grants.TARGET,
                Grants.LOGIN,
                (end, why) -> {
                    throw new IllegalStateException("broken");
                });

        assertThatThrownBy(() -> bench.broker.kill(Lock.Subject.ALL, ""))
                .isInstanceOf(KillIncompleteException.class);
    }

    @Test
    void sessionsEndWhenTheGrantEnds() {
        Session session = bench.session("ls");
        bench.clock.moveTo(session.grant().grant().notAfter());
        bench.broker.beat();

        bench.gate.sweep();

        assertThat(session.end()).contains(SessionEnd.EXPIRED);
    }

    @Test
    void theSweeperRunsByItself() {
        Session session = bench.session("ls");

        bench.clock.moveTo(session.grant().grant().notAfter());
        bench.broker.beat();

        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (session.isOpen() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
        assertThat(session.isOpen()).isFalse();
    }

    @Test
    void silenceOfTheBrokerStopsActsAndThenSessions() {
        VerifiedGrant grant = bench.grants.verified(Grants.execScope("ls"));
        Session session = bench.session(grant);

        bench.clock.advance(Duration.ofSeconds(5));
        assertThat(bench.gate.judge(session, GateBench.exec("ls")))
                .isInstanceOf(Ruling.Allow.class);

        bench.clock.advance(Duration.ofMillis(1));
        bench.gate.sweep();
        assertThat(bench.denied(session, GateBench.exec("ls")).rule()).isEqualTo("heartbeat");
        assertThat(bench.refusal(grant).rule()).isEqualTo("heartbeat");
        assertThat(session.isOpen()).isTrue();

        bench.broker.beat();
        assertThat(bench.gate.judge(session, GateBench.exec("ls")))
                .isInstanceOf(Ruling.Allow.class);

        bench.clock.advance(Duration.ofSeconds(60));
        bench.gate.sweep();
        assertThat(session.isOpen()).isTrue();
        bench.clock.advance(Duration.ofMillis(1));
        bench.gate.sweep();
        assertThat(session.closedBecause()).get().extracting(Refusal::rule).isEqualTo("heartbeat");
    }

    @Test
    @Attack(58)
    void aLockIsNoHeartbeat() {
        Session session = bench.session("ls");
        bench.clock.advance(Duration.ofMillis(5001));

        bench.broker.lift(bench.broker.release("g-other"));

        assertThat(bench.denied(session, GateBench.exec("ls")).rule()).isEqualTo("heartbeat");
    }

    @Test
    @Attack(58)
    void aLockIsInForceBeforeItsSessionsHaveClosed() {
        var never = new CountDownLatch(1);
        VerifiedGrant grant = bench.grants.verified(Grants.execScope("ls"));
        bench.gate.admit(grant, Grants.TARGET, Grants.LOGIN, (end, why) -> awaitForever(never));
        Session other = bench.session("ls");

        var inForce =
                bench.locks.placed(
                        new Lock(
                                "l-1",
                                Lock.Subject.ALL,
                                "",
                                Lock.Cause.KILL,
                                "r",
                                "op",
                                bench.clock.instant()));

        assertThat(inForce.sessions()).isEqualTo(2);
        assertThat(inForce.closed()).isNotDone();
        assertThat(other.isOpen()).isFalse();
        assertThat(bench.refusal(grant).verdict()).isEqualTo(Refusal.Verdict.KILLED);
        never.countDown();
        assertThat(inForce.closed()).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void locksOnReconnectCloseWhatWasMissed() {
        Session session = bench.session("ls");
        var lock =
                new Lock(
                        "l-9",
                        Lock.Subject.RUN,
                        "run-7",
                        Lock.Cause.KILL,
                        "r",
                        "op",
                        bench.clock.instant());

        bench.locks.replace(List.of(lock));

        assertThat(session.isOpen()).isFalse();
        bench.locks.replace(List.of());
        assertThat(bench.session("ls").isOpen()).isTrue();
    }

    @Test
    void closingIsDoneOnceAndAFinishedSessionIsLeftAlone() {
        Session closed = bench.session("ls");
        Session finished = bench.session("ls");
        Refusal why = Refusal.deny("test", "over");

        closed.close(SessionEnd.TIMEOUT, why);
        closed.close(SessionEnd.ERROR, why);
        finished.finished();
        finished.close(SessionEnd.ERROR, why);
        bench.broker.kill(Lock.Subject.ALL, "");

        assertThat(bench.closings)
                .extracting(GateBench.Closing::end)
                .containsExactly(SessionEnd.TIMEOUT);
        assertThat(finished.isOpen()).isFalse();
        assertThat(finished.end()).contains(SessionEnd.NORMAL);
    }

    private static void awaitForever(CountDownLatch never) {
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
