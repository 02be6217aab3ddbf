package dev.sallyport.broker.kill;

import static dev.sallyport.broker.BrokerFixture.operator;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Lock;
import dev.sallyport.access.Ulid;
import dev.sallyport.access.certificate.VerifiedGrant;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.Grants;
import dev.sallyport.access.gate.Admission;
import dev.sallyport.access.gate.GateLimits;
import dev.sallyport.access.gate.LiveSessions;
import dev.sallyport.access.gate.LockTable;
import dev.sallyport.access.gate.Session;
import dev.sallyport.access.gate.SessionCloser;
import dev.sallyport.access.gate.SessionGate;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.broker.BrokerFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise 3 from the operator to a real node: nobody can put anything before a kill. */
final class KillComesFirstTest {
    private static final int RELEASED = 50;

    @TempDir private Path directory;
    private BrokerFixture fixture;
    private Grants grants;
    private SessionGate gate;
    private final CountDownLatch never = new CountDownLatch(1);

    @BeforeEach
    void startBrokerAndNode() {
        fixture = new BrokerFixture(directory);
        grants = new Grants(fixture.clock);
        var live = new LiveSessions(GateLimits.DEFAULTS);
        var locks = new LockTable(fixture.clock, GateLimits.DEFAULTS, live);
        gate =
                new SessionGate(
                        fixture.policy::get,
                        fixture.broker(),
                        live,
                        locks,
                        new Ulid(fixture.clock),
                        fixture.clock,
                        GateLimits.DEFAULTS);
        fixture.broker().follow(locks);
    }

    @AfterEach
    void stop() {
        never.countDown();
        gate.close();
        fixture.close();
    }

    @Test
    @Attack(58)
    void releasedGrantsThatCloseSlowlyDoNotDelayAKill() throws InterruptedException {
        // Given
        List<Thread> releasing = releaseGrantsThatNeverClose();
        VerifiedGrant grant =
                grants.verified(
                        grants.grant(Grants.agent("github/acme/other"), Grants.execScope("ls")));
        Session victim = session(grant, (end, why) -> {});

        // When
        var placed =
                (KillAnswer.Placed)
                        fixture.broker()
                                .killSwitch()
                                .place(
                                        operator(),
                                        Lock.Subject.AGENT,
                                        "github/acme/other",
                                        "runs wild");

        // Then
        assertThat(victim.end()).contains(SessionEnd.KILLED);
        assertThat(placed.silentNodes()).isEmpty();
        assertThat(admit(grant, (end, why) -> {})).isInstanceOf(Admission.Refused.class);
        never.countDown();
        for (Thread thread : releasing) {
            thread.join();
        }
    }

    private List<Thread> releaseGrantsThatNeverClose() {
        var releasing = new ArrayList<Thread>();
        for (int i = 0; i < RELEASED; i++) {
            Grant grant = grants.grant(Grants.execScope("ls"));
            session(grants.verified(grant), (end, why) -> awaitForever());
            releasing.add(
                    Thread.ofVirtual().start(() -> fixture.broker().killSwitch().release(grant)));
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (fixture.broker().killSwitch().locks().size() < RELEASED) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
        return releasing;
    }

    private Session session(VerifiedGrant grant, SessionCloser closer) {
        return ((Admission.Admitted) admit(grant, closer)).session();
    }

    private Admission admit(VerifiedGrant grant, SessionCloser closer) {
        return gate.admit(grant, Grants.TARGET, Grants.LOGIN, closer);
    }

    private void awaitForever() {
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
