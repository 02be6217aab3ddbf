package dev.sallyport.proxy.db.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the catalogue is read, and what there is when it cannot be. */
@Timeout(20)
class CatalogueSourceTest {
    private static final CatalogueLimits LIMITS =
            new CatalogueLimits(
                    10, 10, Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(10));

    private final MutableClock clock = new MutableClock();
    private final FakeReading reading = new FakeReading();
    private final CatalogueSource source = new CatalogueSource(reading, LIMITS, clock);

    /** Reads as often as it is allowed to. */
    private static final class FakeReading implements CatalogueSource.Reading {
        final AtomicInteger begun = new AtomicInteger();
        final Semaphore allowed = new Semaphore(0);
        final CountDownLatch closed = new CountDownLatch(1);
        volatile String broken = "";

        @Override
        public CatalogueAnswer.Ready read(Instant now) throws CatalogueUnreadableException {
            begun.incrementAndGet();
            allowed.acquireUninterruptibly();
            if (!broken.isEmpty()) {
                throw new CatalogueUnreadableException(broken);
            }
            return ready(now);
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    private static CatalogueAnswer.Ready ready(Instant now) {
        var rows =
                new CatalogueRows(
                        180_006, "billing", List.of(), Map.of(), List.of(), List.of(), List.of(),
                        List.of(), List.of(), List.of(), Set.of());
        var catalogue = new Catalogue(rows, SearchPath.standard(), now);
        return new CatalogueAnswer.Ready(catalogue, ClassRules.NONE.bind(catalogue));
    }

    private Catalogue read() throws Exception {
        return catalogue(source.current());
    }

    private static Catalogue catalogue(CompletableFuture<CatalogueAnswer> answer) throws Exception {
        CatalogueAnswer.Ready ready = (CatalogueAnswer.Ready) answer.get(10, TimeUnit.SECONDS);
        return ready.catalogue();
    }

    private static String reason(CompletableFuture<CatalogueAnswer> answer) throws Exception {
        return ((CatalogueAnswer.Unavailable) answer.get(10, TimeUnit.SECONDS)).reason();
    }

    @Test
    void oneReadingServesAllWhoWait() throws Exception {
        // Given
        CompletableFuture<CatalogueAnswer> first = source.current();
        CompletableFuture<CatalogueAnswer> second = source.current();
        assertThat(first).isNotDone();

        // When
        reading.allowed.release(10);

        // Then
        assertThat(catalogue(first)).isSameAs(catalogue(second));
        assertThat(source.current()).isDone();
        assertThat(reading.begun).hasValue(1);
    }

    @Test
    void aSnapshotIsRenewedInTheBackgroundBeforeItIsTooOld() throws Exception {
        // Given
        reading.allowed.release();
        Catalogue old = read();
        clock.advance(Duration.ofSeconds(15));

        // When
        CompletableFuture<CatalogueAnswer> meanwhile = source.current();

        // Then
        assertThat(meanwhile).isDone();
        assertThat(catalogue(meanwhile)).isSameAs(old);
        clock.advance(Duration.ofSeconds(15));
        CompletableFuture<CatalogueAnswer> later = source.current();
        assertThat(later).isNotDone();
        reading.allowed.release(10);
        assertThat(catalogue(later)).isNotSameAs(old);
        assertThat(reading.begun).hasValue(2);
    }

    @Test
    void anUnknownNameHasItReadAgainOnceASecond() throws Exception {
        // Given
        reading.allowed.release(100);
        Catalogue seen = read();

        // When
        CompletableFuture<CatalogueAnswer> tooSoon = source.newerThan(seen);
        clock.advance(Duration.ofSeconds(1));
        Catalogue newer = catalogue(source.newerThan(seen));

        // Then
        assertThat(catalogue(tooSoon)).isSameAs(seen);
        assertThat(newer).isNotSameAs(seen);
        assertThat(catalogue(source.newerThan(seen))).isSameAs(newer);
        assertThat(reading.begun).hasValue(2);
    }

    @Test
    void aReportedChangeIsSeenByWhoAsksAfterwards() throws Exception {
        // Given
        reading.allowed.release();
        Catalogue old = read();

        // When
        source.changed();
        CompletableFuture<CatalogueAnswer> after = source.current();

        // Then
        assertThat(after).isNotDone();
        reading.allowed.release();
        assertThat(catalogue(after)).isNotSameAs(old);
    }

    @Test
    void aReadingThatBeganBeforeTheChangeIsNotEnough() throws Exception {
        // Given
        CompletableFuture<CatalogueAnswer> before = source.current();
        source.changed();

        // When
        CompletableFuture<CatalogueAnswer> after = source.current();
        reading.allowed.release();
        Catalogue early = catalogue(before);

        // Then
        assertThat(after).isNotDone();
        reading.allowed.release();
        assertThat(catalogue(after)).isNotSameAs(early);
    }

    @Test
    void withoutACatalogueThereIsAReasonAndNotACatalogue() throws Exception {
        // Given
        reading.broken = "the database is away";
        reading.allowed.release(100);

        // When
        String reason = reason(source.current());

        // Then
        assertThat(reason).isEqualTo("the database is away");
        assertThat(reason(source.current())).isEqualTo("the database is away");
        assertThat(reading.begun).hasValue(1);
        clock.advance(Duration.ofSeconds(1));
        reading.broken = "";
        assertThat(read()).isNotNull();
    }

    @Test
    void aFailedRenewalLeavesTheOldOneUntilItIsTooOld() throws Exception {
        // Given
        reading.allowed.release(100);
        Catalogue old = read();
        reading.broken = "the database is away";
        clock.advance(Duration.ofSeconds(20));

        // When
        Catalogue stillUsed = read();

        // Then
        assertThat(stillUsed).isSameAs(old);
        clock.advance(Duration.ofSeconds(10));
        assertThat(reason(source.current())).isEqualTo("the database is away");
    }

    @Test
    void aClockThatTurnsBackMakesTheSnapshotWorthless() throws Exception {
        // Given
        reading.allowed.release();
        Catalogue old = read();

        // When
        clock.advance(Duration.ofSeconds(-1));
        CompletableFuture<CatalogueAnswer> answer = source.current();

        // Then
        assertThat(answer).isNotDone();
        reading.allowed.release();
        assertThat(catalogue(answer)).isNotSameAs(old);
    }

    @Test
    void nobodyWaitsForeverForASilentDatabase() throws Exception {
        // Given
        var limits =
                new CatalogueLimits(
                        10,
                        10,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(50));
        var impatient = new CatalogueSource(reading, limits, clock);

        // When
        String reason = reason(impatient.current());

        // Then
        assertThat(reason).startsWith("the database's catalogue was not read within");
        reading.allowed.release();
    }

    @Test
    void aClosedSourceHasNothing() throws Exception {
        // Given
        reading.allowed.release();
        read();

        // When
        source.close();

        // Then
        assertThat(reason(source.current())).isEqualTo("the catalogue is closed");
        assertThat(reading.closed.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
