package dev.sallyport.broker.kill;

import static dev.sallyport.broker.BrokerFixture.human;
import static dev.sallyport.broker.BrokerFixture.operator;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.Ulid;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.port.KillFeed;
import dev.sallyport.access.port.KillFeed.InForce;
import dev.sallyport.broker.BrokerFixture;
import dev.sallyport.broker.store.DurableEvents;
import dev.sallyport.broker.store.LockRows;
import dev.sallyport.broker.store.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KillSwitchTest {
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

    /** A node that keeps what it hears. */
    private static class Node implements KillFeed {
        final List<Lock> locks = new CopyOnWriteArrayList<>();
        final CountDownLatch beats = new CountDownLatch(2);

        @Override
        public void replace(List<Lock> all) {
            locks.addAll(all);
        }

        @Override
        public InForce placed(Lock lock) {
            locks.add(lock);
            return new InForce(0, CompletableFuture.completedFuture(null));
        }

        @Override
        public void lifted(String lock) {
            locks.removeIf(known -> known.id().equals(lock));
        }

        @Override
        public void heartbeat() {
            beats.countDown();
        }
    }

    @Test
    @Attack(58)
    void killReturnsWhenEveryNodeHasClosed() {
        // Given
        var first = new Node();
        var second = new Node();
        feed().follow("first", first);
        feed().follow("second", second);

        // When
        KillAnswer.Placed placed = kill("github/acme/bot");

        // Then
        assertThat(placed.silentNodes()).isEmpty();
        assertThat(first.locks).containsExactly(placed.lock());
        assertThat(second.locks).containsExactly(placed.lock());
        assertThat(fixture.recorder.events(EventType.LOCK_PLACED)).hasSize(1);
    }

    @Test
    void killWorksWithoutARecorderAndSaysSo() {
        // Given
        var node = new Node();
        feed().follow("node", node);
        fixture.recorder.fail();

        // When
        KillAnswer.Placed placed = kill("github/acme/bot");

        // Then
        assertThat(placed.recorded()).isFalse();
        assertThat(placed.stored()).isTrue();
        assertThat(node.locks).containsExactly(placed.lock());
    }

    @Test
    void killWorksWithoutAStoreAndSaysSo() {
        // Given
        var node = new Node();
        Store store = Store.open(directory.resolve("other.db"));
        var killSwitch =
                new KillSwitch(
                        new LockRows(store),
                        new DurableEvents(fixture.recorder),
                        new Ulid(fixture.clock),
                        fixture.clock);
        killSwitch.feed().follow("node", node);
        store.close();

        // When
        KillAnswer answer = killSwitch.place(operator(), Lock.Subject.ALL, "", "storm");
        killSwitch.close();

        // Then
        assertThat(answer)
                .isInstanceOfSatisfying(
                        KillAnswer.Placed.class, placed -> assertThat(placed.stored()).isFalse());
        assertThat(node.locks).hasSize(1);
    }

    @Test
    void silentNodeIsNamedAndDoesNotStopTheKill() {
        // Given
        feed().follow(
                        "slow",
                        new Node() {
                            @Override
                            public InForce placed(Lock lock) {
                                return new InForce(1, new CompletableFuture<>());
                            }
                        });
        feed().follow(
                        "broken",
                        new Node() {
                            @Override
                            public InForce placed(Lock lock) {
                                throw new IllegalStateException("a broken node");
                            }
                        });
        var good = new Node();
        feed().follow("good", good);

        // When
        KillAnswer.Placed placed = kill("github/acme/bot");

        // Then
        assertThat(placed.silentNodes()).containsExactlyInAnyOrder("slow", "broken");
        assertThat(good.locks).hasSize(1);
        assertThat(feed().followers()).isEqualTo(2);
    }

    @Test
    void nodeHearsAllLocksFirstAndThenAHeartbeatEachSecond() throws InterruptedException {
        // Given
        kill("github/acme/bot");
        var node = new Node();

        // When
        feed().follow("node", node);

        // Then
        assertThat(node.locks).hasSize(1);
        assertThat(node.beats.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void locksSurviveARestart() {
        // Given
        Lock lock = kill("github/acme/bot").lock();

        // When
        fixture.restart();

        // Then
        assertThat(fixture.broker().killSwitch().locks()).containsExactly(lock);
    }

    @Test
    @Attack(51)
    void onlyOperatorsKillAndUnlock() {
        // Given
        Lock lock = kill("github/acme/bot").lock();

        // When
        KillAnswer placed =
                fixture.broker()
                        .killSwitch()
                        .place(human("alice", "leads"), Lock.Subject.ALL, "", "why");
        KillAnswer lifted =
                fixture.broker().killSwitch().lift(human("alice", "leads"), lock.id(), "why");

        // Then
        assertThat(placed).isInstanceOf(KillAnswer.Refused.class);
        assertThat(lifted).isInstanceOf(KillAnswer.Refused.class);
        assertThat(fixture.broker().killSwitch().locks()).containsExactly(lock);
    }

    @Test
    void unlockIsRecordedBeforeItTakesEffect() {
        // Given
        var node = new Node();
        feed().follow("node", node);
        Lock lock = kill("github/acme/bot").lock();
        fixture.recorder.fail();

        // When
        KillAnswer answer = fixture.broker().killSwitch().lift(operator(), lock.id(), "done");

        // Then
        assertThat(answer)
                .isInstanceOfSatisfying(
                        KillAnswer.Refused.class,
                        refused ->
                                assertThat(refused.refusal().verdict())
                                        .isEqualTo(Refusal.Verdict.UNRECORDABLE));
        assertThat(node.locks).containsExactly(lock);
        fixture.restart();
        assertThat(fixture.broker().killSwitch().locks()).containsExactly(lock);
    }

    @Test
    void killNeedsAReasonAndAValidValue() {
        KillSwitch killSwitch = fixture.broker().killSwitch();

        assertThat(killSwitch.place(operator(), Lock.Subject.ALL, "", " "))
                .isInstanceOf(KillAnswer.Refused.class);
        assertThat(killSwitch.place(operator(), Lock.Subject.AGENT, "", "why"))
                .isInstanceOf(KillAnswer.Refused.class);
        assertThat(killSwitch.locks()).isEmpty();
    }

    @Test
    @Attack(58)
    void killThatCanMatchNothingIsRefused() {
        for (var kill :
                List.of(
                        Map.entry(Lock.Subject.TARGET, "batch-1"),
                        Map.entry(Lock.Subject.TARGET, "SSH:batch-1"),
                        Map.entry(Lock.Subject.TARGET, "ssh:"),
                        Map.entry(Lock.Subject.GRANT, "01ARZ3"),
                        Map.entry(Lock.Subject.SESSION, "g-01ARZ3"))) {
            // When
            KillAnswer answer =
                    fixture.broker()
                            .killSwitch()
                            .place(operator(), kill.getKey(), kill.getValue(), "why");

            // Then
            assertThat(answer)
                    .isInstanceOfSatisfying(
                            KillAnswer.Refused.class,
                            refused ->
                                    assertThat(refused.refusal().rule())
                                            .isEqualTo(kill.getKey().word()));
        }
        assertThat(fixture.broker().killSwitch().locks()).isEmpty();
    }

    @Test
    @Attack(58)
    void killSaysHowManyLiveSessionsItCovers() {
        // Given
        var two = new InForce(2, CompletableFuture.completedFuture(null));
        for (String name : List.of("first", "second")) {
            feed().follow(
                            name,
                            new Node() {
                                @Override
                                public InForce placed(Lock lock) {
                                    return two;
                                }
                            });
        }

        // When
        KillAnswer.Placed placed = kill("github/acme/bot");

        // Then
        assertThat(placed.sessions()).isEqualTo(4);
        assertThat(fixture.recorder.events(EventType.LOCK_PLACED).getFirst().fields())
                .containsEntry("sessions", 4);
    }

    private LockFeed feed() {
        return fixture.broker().killSwitch().feed();
    }

    private KillAnswer.Placed kill(String agent) {
        KillAnswer answer =
                fixture.broker().killSwitch().place(operator(), Lock.Subject.AGENT, agent, "test");
        if (answer instanceof KillAnswer.Placed placed) {
            return placed;
        }
        throw new AssertionError("not placed: " + answer);
    }
}
