package dev.sallyport.access.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.Grants;
import dev.sallyport.access.scope.Budget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionGateTest {
    @TempDir Path directory;
    private GateBench bench;

    @BeforeEach
    void bench() throws IOException {
        bench = new GateBench(directory);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void allowsWhatIsInScopeAndPermitted() {
        Session session = bench.session("ls *");

        assertThat(bench.gate.judge(session, GateBench.exec("ls a")))
                .isEqualTo(new Ruling.Allow(List.of("execs")));
    }

    @Test
    void deniesWhatIsOutOfScopeWithACommandThatHelps() {
        Session session = bench.session("ls");

        Refusal refusal = bench.denied(session, GateBench.exec("cat /etc/shadow"));

        assertThat(refusal.rule()).isEqualTo("scope");
        assertThat(refusal.next()).startsWith("sallyport request");
        assertThat(refusal.session()).isEqualTo(session.id());
        assertThat(refusal.reason()).doesNotContain("shadow", "ls");
    }

    @Test
    void deniesWhatPolicyForbidsNamingTheRule() {
        Session session = bench.session("id");

        Refusal refusal = bench.denied(session, GateBench.exec("id"));

        assertThat(refusal.rule()).isEqualTo("no-id");
        assertThat(refusal.reason()).isEqualTo("nobody needs it");
    }

    @Test
    @Attack(54)
    void deniesWhatNoPolicyPermitsAndWhatIsNotUnderstood() {
        Session session =
                bench.session(
                        bench.grants.verified(Grants.scope(List.of("ls"), true, Budget.UNLIMITED)));

        assertThat(bench.denied(session, new SshAct.Shell(true)).rule()).isEqualTo("policy");
        // The schema of this bench declares no such attribute, and none of the action subsystem.
        assertThat(bench.denied(session, new SshAct.Unknown("x")).rule()).isEqualTo("scope");
    }

    @Test
    void holdsWhatNeedsHumansShowingExactlyWhatWillRun() {
        Session session = bench.session("dd **");

        Ruling ruling = bench.gate.judge(session, GateBench.exec("dd if=a of=b"));

        assertThat(ruling)
                .isInstanceOfSatisfying(
                        Ruling.Hold.class,
                        hold -> {
                            assertThat(hold.rules()).containsExactly("dd-asks");
                            assertThat(hold.request().approvals()).isEqualTo(2);
                            assertThat(hold.request().approvers())
                                    .containsExactly("sre", "storage");
                            assertThat(hold.request().shown()).isEqualTo("dd if=a of=b");
                            assertThat(hold.request().session()).isEqualTo(session.id());
                        });
    }

    @Test
    @Attack(53)
    void aNewPolicyIsInForceAtOnceForOpenSessions() throws IOException {
        Session session = bench.session("ls");
        assertThat(bench.gate.judge(session, GateBench.exec("ls")))
                .isInstanceOf(Ruling.Allow.class);
        String before = bench.gate.policyVersion();

        bench.policy =
                GateBench.policy(directory, "@id(\"never\") forbid (principal, action, resource);");

        assertThat(bench.denied(session, GateBench.exec("ls")).rule()).isEqualTo("never");
        assertThat(bench.gate.policyVersion()).isNotEqualTo(before);
    }

    @Test
    @Attack(54)
    void aBrokenPolicyDeniesEverything() {
        Session session = bench.session("ls");

        bench.policy =
                dev.sallyport.access.policy.Policy.load(
                        directory.resolve("absent"), new dev.sallyport.access.yaml.Problems());

        assertThat(bench.denied(session, GateBench.exec("ls")).reason())
                .isEqualTo("policy could not be evaluated");
    }

    /** Measured against new shapes in the same run, because a shared machine has no fixed speed. */
    @Test
    void aRememberedDecisionIsFast() {
        Session session = bench.session("ls *");
        time(session, 500, "ls warm");

        long fresh = time(session, 300, "ls new");
        long repeated = time(session, 300, "ls new");

        assertThat(repeated).isLessThan(fresh / 2);
    }

    private long time(Session session, int acts, String command) {
        long begin = System.nanoTime();
        for (int i = 0; i < acts; i++) {
            bench.gate.judge(session, GateBench.exec(command + i));
        }
        return System.nanoTime() - begin;
    }
}
