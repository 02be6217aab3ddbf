package dev.sallyport.proxy.db.catalogue;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the {@link Catalogue} of one target fresh. Any thread may ask, an event loop too: nothing
 * here blocks but the virtual thread that reads.
 *
 * <p>It reads when it is asked and only then: the first time, in the background when the snapshot
 * is half as old as it may get, and again when something changed or a name is unknown. One reading
 * at a time serves everybody who waits. A failed one leaves a snapshot in use until that is too
 * old; then there is none, and callers MUST refuse what they cannot judge.
 */
public final class CatalogueSource implements AutoCloseable {
    private final Reading reading;
    private final CatalogueLimits limits;
    private final InstantSource clock;

    // All below is guarded by this.
    private @Nullable Snapshot newest;
    private @Nullable Load load;
    private long changes;
    private Instant lastBegan = Instant.MIN;
    private CatalogueAnswer.Unavailable failure =
            new CatalogueAnswer.Unavailable("the catalogue has not been read yet");
    private boolean closed;

    /** Reads a catalogue; blocks. Called by one thread at a time. */
    interface Reading extends AutoCloseable {
        CatalogueAnswer.Ready read(Instant now) throws SQLException, CatalogueUnreadableException;

        @Override
        void close();
    }

    /** A snapshot and how many changes had been reported when its reading began. */
    private record Snapshot(CatalogueAnswer.Ready answer, long changes) {}

    /** A reading under way. */
    private record Load(CompletableFuture<CatalogueAnswer> answer, long changes) {}

    CatalogueSource(Reading reading, CatalogueLimits limits, InstantSource clock) {
        this.reading = reading;
        this.limits = limits;
        this.clock = clock;
    }

    /** A source of the database at {@code settings}; connects when it is first asked. */
    public static CatalogueSource of(
            ControlSettings settings,
            SearchPath path,
            ClassRules classes,
            CatalogueLimits limits,
            InstantSource clock) {
        return new CatalogueSource(
                new ControlReading(settings, path, classes, limits), limits, clock);
    }

    /** A snapshot that is young enough and saw every reported change. */
    public CompletableFuture<CatalogueAnswer> current() {
        return patiently(() -> atLeast(changes));
    }

    /**
     * For a name that {@code seen} does not know: a snapshot that was read after it. When reading
     * again would be too soon, it is {@code seen} itself, and then the name stays unknown.
     */
    public CompletableFuture<CatalogueAnswer> newerThan(Catalogue seen) {
        return patiently(() -> {
            Snapshot have = newest;
            boolean newer = have == null || have.answer().catalogue() != seen;
            if (newer || load == null && isTooSoon()) {
                return atLeast(changes);
            }
            return begun().answer();
        });
    }

    /**
     * Tells that the database may have other objects than before: a statement that defines objects
     * went through. Who asks from now on gets a catalogue that was read later.
     */
    public synchronized void changed() {
        changes++;
    }

    private interface Question {
        CompletableFuture<CatalogueAnswer> ask();
    }

    private synchronized CompletableFuture<CatalogueAnswer> patiently(Question question) {
        CompletableFuture<CatalogueAnswer> answer = question.ask();
        if (answer.isDone()) {
            return answer;
        }
        Duration patience = limits.patience();
        return answer.copy()
                .completeOnTimeout(
                        new CatalogueAnswer.Unavailable(
                                "the database's catalogue was not read within "
                                        + patience.toSeconds()
                                        + " s"),
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private synchronized CompletableFuture<CatalogueAnswer> atLeast(long needed) {
        if (closed) {
            return CompletableFuture.completedFuture(
                    new CatalogueAnswer.Unavailable("the catalogue is closed"));
        }
        Snapshot have = newest;
        if (have != null && have.changes() >= needed) {
            Duration age = age(have);
            if (!age.isNegative() && age.compareTo(limits.oldest()) < 0) {
                refreshInTime(age);
                return CompletableFuture.completedFuture(have.answer());
            }
        }
        Load running = load;
        if (running != null && running.changes() < needed) {
            return running.answer().thenCompose(earlier -> atLeast(needed));
        }
        if (running == null && hasFailed() && isTooSoon()) {
            return CompletableFuture.completedFuture(failure);
        }
        return begun().answer();
    }

    private void refreshInTime(Duration age) {
        if (load == null && !isTooSoon() && age.multipliedBy(2).compareTo(limits.oldest()) >= 0) {
            begun();
        }
    }

    private Duration age(Snapshot snapshot) {
        return Duration.between(snapshot.answer().catalogue().readAt(), clock.instant());
    }

    /** True when the last reading that began brought nothing. */
    private boolean hasFailed() {
        Snapshot have = newest;
        return have == null || have.answer().catalogue().readAt().isBefore(lastBegan);
    }

    private boolean isTooSoon() {
        return clock.instant().isBefore(lastBegan.plus(limits.unknownEvery()))
                && !clock.instant().isBefore(lastBegan);
    }

    private Load begun() {
        Load running = load;
        if (running != null) {
            return running;
        }
        Load begun = new Load(new CompletableFuture<>(), changes);
        load = begun;
        Instant now = clock.instant();
        lastBegan = now;
        Thread.ofVirtual().name("db-catalogue").start(() -> run(begun, now));
        return begun;
    }

    /** The edge of the reading thread: whatever goes wrong there is an answer to those who wait. */
    private void run(Load begun, Instant now) {
        CatalogueAnswer answer = new CatalogueAnswer.Unavailable("the catalogue's reader died");
        try {
            answer = reading.read(now);
        } catch (Exception e) {
            answer = new CatalogueAnswer.Unavailable(String.valueOf(e.getMessage()));
        } finally {
            publish(begun, answer);
        }
    }

    private void publish(Load begun, CatalogueAnswer answer) {
        synchronized (this) {
            load = null;
            switch (answer) {
                case CatalogueAnswer.Ready ready -> newest = new Snapshot(ready, begun.changes());
                case CatalogueAnswer.Unavailable unavailable -> failure = unavailable;
            }
        }
        begun.answer().complete(answer);
    }

    @Override
    public synchronized void close() {
        closed = true;
        Thread.ofVirtual().name("db-catalogue-close").start(reading::close);
    }
}
