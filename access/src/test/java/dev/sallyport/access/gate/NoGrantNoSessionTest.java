package dev.sallyport.access.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.Target;
import dev.sallyport.access.Ulid;
import dev.sallyport.access.certificate.VerifiedGrant;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.Grants;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise 1, as far as the gate keeps it: only a grant that is good now, here, begins a session.
 */
class NoGrantNoSessionTest {
    @TempDir Path directory;
    private GateBench bench;

    @BeforeEach
    void bench() throws IOException {
        bench = new GateBench(directory, GateBench.limits(2, 3));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void admitsAGoodGrant() {
        Session session = bench.session("ls");

        assertThat(session.isOpen()).isTrue();
        assertThat(session.id()).matches("s-[0-9A-Z]{26}");
        assertThat(session.context().intent()).isEqualTo("read-only-billing");
        assertThat(bench.live.list()).containsExactly(session);
    }

    @Test
    void refusesTargetsAndLoginsThatTheGrantDoesNotName() {
        VerifiedGrant grant = bench.grants.verified(Grants.execScope("ls"));

        List<Admission> refused =
                List.of(
                        bench.gate.admit(grant, Target.parse("ssh:other"), "report", (e, w) -> {}),
                        bench.gate.admit(grant, Grants.TARGET, "root", (e, w) -> {}),
                        bench.gate.admit(grant, Grants.TARGET, "", (e, w) -> {}),
                        bench.gate.admit(
                                grant, Target.parse("db:batch-1"), "report", (e, w) -> {}));

        assertThat(refused)
                .allSatisfy(each ->
                        assertThat(each)
                                .isInstanceOfSatisfying(
                                        Admission.Refused.class,
                                        no -> assertThat(no.refusal().rule()).isEqualTo("scope")));
        assertThat(bench.live.list()).isEmpty();
    }

    @Test
    void refusesAnExpiredGrant() {
        VerifiedGrant grant = bench.grants.verified(Grants.execScope("ls"));

        bench.clock.moveTo(grant.grant().notAfter());
        bench.broker.beat();

        Refusal refusal = bench.refusal(grant);
        assertThat(refusal.verdict()).isEqualTo(Refusal.Verdict.EXPIRED);
        assertThat(refusal.next())
                .isEqualTo(
                        "sallyport request --intent read-only-billing --param customer=42"
                                + " --reason 'a test'");
    }

    @Test
    void refusesALockedAgentAndAReleasedGrant() {
        Grant grant = bench.grants.grant(Grants.execScope("ls"));
        VerifiedGrant verified = bench.grants.verified(grant);

        Lock lock = bench.broker.kill(Lock.Subject.AGENT, grant.agent().id());
        assertThat(bench.refusal(verified).verdict()).isEqualTo(Refusal.Verdict.KILLED);
        bench.broker.lift(lock);
        assertThat(bench.session(verified).isOpen()).isTrue();

        bench.broker.release(grant.id());
        Refusal released = bench.refusal(verified);
        assertThat(released.verdict()).isEqualTo(Refusal.Verdict.EXPIRED);
        assertThat(released.rule()).isEqualTo("released");
    }

    @Test
    void refusesEverythingBeforeTheBrokerWasHeard() {
        var live = new LiveSessions(GateLimits.DEFAULTS);
        var unheard = new LockTable(bench.clock, GateLimits.DEFAULTS, live);
        try (var gate =
                new SessionGate(
                        () -> bench.policy,
                        bench.broker,
                        live,
                        unheard,
                        new Ulid(bench.clock),
                        bench.clock,
                        GateLimits.DEFAULTS)) {
            Admission admission =
                    gate.admit(
                            bench.grants.verified(Grants.execScope("ls")),
                            Grants.TARGET,
                            Grants.LOGIN,
                            (end, why) -> {});

            assertThat(admission)
                    .isInstanceOfSatisfying(
                            Admission.Refused.class,
                            no -> assertThat(no.refusal().rule()).isEqualTo("heartbeat"));
        }
    }

    @Test
    @Attack(50)
    void boundsSessionsPerAgentAndInAll() {
        Session first = bench.session("ls");
        bench.session("ls");

        VerifiedGrant same = bench.grants.verified(Grants.execScope("ls"));
        assertThat(bench.refusal(same).rule()).isEqualTo("limit");
        bench.sessionOf(Grants.agent("other"), Grants.execScope("ls"));
        VerifiedGrant third =
                bench.grants.verified(
                        bench.grants.grant(Grants.agent("third"), Grants.execScope("ls")));
        assertThat(bench.refusal(third).rule()).isEqualTo("limit");

        first.finished();
        first.finished();
        assertThat(bench.session(same).isOpen()).isTrue();
        assertThat(bench.refusal(same).rule()).isEqualTo("limit");
    }

    @Test
    void refusesWhenTheClockWentBackwards() {
        VerifiedGrant grant = bench.grants.verified(Grants.execScope("ls"));
        bench.clock.advance(Duration.ofSeconds(3));
        bench.broker.beat();
        Session session = bench.session(grant);

        bench.clock.advance(Duration.ofSeconds(-3));
        bench.gate.sweep();

        assertThat(session.isOpen()).isFalse();
        assertThat(session.closedBecause()).get().extracting(Refusal::rule).isEqualTo("clock");
        assertThat(bench.refusal(grant).rule()).isEqualTo("clock");
        bench.clock.advance(Duration.ofSeconds(3));
        assertThat(bench.session(grant).isOpen()).isTrue();
    }

    @Test
    void expiredStaysExpiredWhenTheClockSlips() {
        VerifiedGrant grant = bench.grants.verified(Grants.execScope("ls"));
        bench.clock.moveTo(grant.grant().notAfter());
        bench.broker.beat();
        bench.refusal(grant);

        bench.clock.advance(Duration.ofSeconds(-1));

        assertThat(bench.refusal(grant).verdict()).isEqualTo(Refusal.Verdict.EXPIRED);
    }
}
