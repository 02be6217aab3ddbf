package dev.sallyport.broker.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Lock;
import dev.sallyport.access.fake.Attack;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreTest {
    private static final int WAITING = 5;

    @TempDir private Path directory;

    @Test
    @Attack(58)
    void aKillIsStoredBeforeEverythingThatWaits() throws InterruptedException {
        try (Store store = Store.open(directory.resolve("store.db"))) {
            // Given
            var rows = new LockRows(store);
            var seen = new ArrayList<Integer>();
            var begun = new CountDownLatch(1);
            var free = new CountDownLatch(1);
            var threads = new ArrayList<Thread>();
            threads.add(Thread.ofPlatform().start(() -> store.write(handle -> hold(begun, free))));
            begun.await();
            for (int i = 0; i < WAITING; i++) {
                threads.add(
                        Thread.ofPlatform()
                                .start(() -> store.write(handle -> seen.add(countLocks(rows)))));
            }
            awaitWaiting(threads);

            // When
            Thread kill = Thread.ofPlatform().start(() -> rows.add(kill()));
            awaitWaiting(List.of(kill));
            free.countDown();

            // Then
            kill.join();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(seen).hasSize(WAITING);
            assertThat(seen.subList(1, WAITING)).containsOnly(1);
        }
    }

    private static int countLocks(LockRows rows) {
        return rows.all().size();
    }

    private static boolean hold(CountDownLatch begun, CountDownLatch free) {
        begun.countDown();
        try {
            free.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    private static void awaitWaiting(List<Thread> threads) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (threads.stream().anyMatch(each -> each.getState() != Thread.State.WAITING)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }

    private static Lock kill() {
        return new Lock(
                "l-1", Lock.Subject.ALL, "", Lock.Cause.KILL, "test", "root", Instant.EPOCH);
    }
}
