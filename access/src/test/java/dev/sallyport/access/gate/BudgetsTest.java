package dev.sallyport.access.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.certificate.VerifiedGrant;
import dev.sallyport.access.fake.Grants;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.access.scope.Budget.Unit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BudgetsTest {
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

    private VerifiedGrant grant(Map<Unit, Long> limits) {
        return bench.grants.verified(Grants.scope(List.of("ls"), false, new Budget(limits)));
    }

    @Test
    void theLastOneIsExact() {
        Session session = bench.session(grant(Map.of(Unit.EXECS, 3L)));

        for (int i = 0; i < 3; i++) {
            assertThat(session.spend(Unit.EXECS, 1)).isEmpty();
        }

        assertThat(session.spend(Unit.EXECS, 1))
                .get()
                .satisfies(refusal -> {
                    assertThat(refusal.verdict()).isEqualTo(Refusal.Verdict.BUDGET);
                    assertThat(refusal.session()).isEqualTo(session.id());
                    assertThat(refusal.next()).startsWith("sallyport request --intent");
                });
        assertThat(session.spend(Unit.BYTES, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void whatThisNodeHoldsIsSpentWithoutAsking() {
        // Given a slice of the budget was leased
        Session session = bench.session(grant(Map.of(Unit.ROWS, 640L)));
        assertThat(session.spendHeld(Unit.ROWS, 1)).isFalse();
        assertThat(session.spend(Unit.ROWS, 1)).isEmpty();

        // When
        int held = 0;
        while (session.spendHeld(Unit.ROWS, 1)) {
            held++;
        }

        // Then a 64th of 640 was leased, of which one was spent before
        assertThat(held).isEqualTo(9);
        assertThat(session.spendHeld(Unit.BYTES, 1)).isTrue();
        assertThat(session.spend(Unit.ROWS, 630)).isEmpty();
        assertThat(session.spend(Unit.ROWS, 1)).isPresent();
    }

    @Test
    void eightThreadsInFourSessionsOnTwoNodesNeverOverspend() throws Exception {
        long limit = 10_007;
        VerifiedGrant grant = grant(Map.of(Unit.BYTES, limit));
        // Two nodes that share a broker.
        var otherNode = new Budgets(bench.broker);
        var spent = new AtomicLong();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 4; i++) {
            Session session = bench.session(grant);
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                while (session.spend(Unit.BYTES, 3).isEmpty()) {
                                    spent.addAndGet(3);
                                }
                            }));
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                while (otherNode
                                        .spend(grant.grant(), Grants.TARGET, Unit.BYTES, limit, 7)
                                        .isEmpty()) {
                                    spent.addAndGet(7);
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        // What is left over is less than one more of each kind, stranded on the two nodes.
        assertThat(spent.get()).isBetween(limit - 3 - 7, limit);
        assertThat(bench.broker.leased(grant.grant().id(), "ssh:batch-1", Unit.BYTES))
                .isLessThanOrEqualTo(limit);
    }

    @Test
    void oneGrantHasOneBudgetOverAllItsSessions() {
        VerifiedGrant grant = grant(Map.of(Unit.EXECS, 2L));

        assertThat(bench.session(grant).spend(Unit.EXECS, 1)).isEmpty();
        assertThat(bench.session(grant).spend(Unit.EXECS, 1)).isEmpty();
        assertThat(bench.session(grant).spend(Unit.EXECS, 1)).isPresent();
    }

    @Test
    void aLostBrokerIsANo() {
        Session session = bench.session(grant(Map.of(Unit.BYTES, 1000L)));
        bench.broker.disconnect();

        assertThat(session.spend(Unit.BYTES, 1))
                .get()
                .extracting(Refusal::rule)
                .isEqualTo("broker");
    }

    @Test
    void nothingIsSpentAfterTheEndAndNothingIsGivenBack() {
        Session session = bench.session(grant(Map.of(Unit.BYTES, 1000L)));

        assertThatThrownBy(() -> session.spend(Unit.BYTES, -1))
                .isInstanceOf(IllegalArgumentException.class);
        session.close(dev.sallyport.access.port.SessionEnd.ERROR, Refusal.deny("test", "over"));
        assertThat(session.spend(Unit.BYTES, 1)).get().extracting(Refusal::rule).isEqualTo("test");
    }

    @Test
    void aBudgetOfNothingAllowsNothing() {
        Session session = bench.session(grant(Map.of(Unit.EXECS, 0L)));

        assertThat(session.spend(Unit.EXECS, 1)).isPresent();
        assertThat(session.spend(Unit.EXECS, 0)).isEmpty();
    }
}
