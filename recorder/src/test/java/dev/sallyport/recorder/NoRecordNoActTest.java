package dev.sallyport.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.port.Cast;
import dev.sallyport.access.port.CastHeader;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.port.SessionRecording;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.recorder.disk.FaultyDisk;
import dev.sallyport.recorder.disk.FaultyDisk.Failing;
import dev.sallyport.recorder.disk.FaultyDisk.Kind;
import dev.sallyport.recorder.journal.JournalSettings;
import dev.sallyport.recorder.verify.Severity;
import dev.sallyport.recorder.verify.Verifier;
import dev.sallyport.recorder.verify.VerifyOptions;
import dev.sallyport.recorder.verify.VerifyReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Promise 2, against the disk: whatever single operation fails, everything that was acknowledged is
 * in the record afterwards, and nothing is acknowledged after the failure.
 */
class NoRecordNoActTest {
    /** Operations between two faults in a normal run; the full run breaks each one. */
    private static final int STRIDE = 23;

    private static final int MAX_OPERATIONS = 5000;

    /** A run waits more than it computes. */
    private static final int LANES = 8;

    /** What happens within milliseconds is given this long on a machine that is busy. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir(factory = MemoryDirectory.class)
    Path directory;

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"TRUNCATE"},
            mode = EnumSource.Mode.EXCLUDE)
    @Attack(59)
    void losesNothingAcknowledgedWhenOneOperationFails(Kind kind) throws Exception {
        breakEvery(kind, STRIDE);
    }

    @Tag("full")
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"TRUNCATE"},
            mode = EnumSource.Mode.EXCLUDE)
    @Attack(59)
    void losesNothingAcknowledgedWhicheverOperationFails(Kind kind) throws Exception {
        breakEvery(kind, 1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void losesNothingWhenRecoveryItselfFails(Kind kind) throws Exception {
        boolean fired = true;
        for (int n = 1; fired && n < MAX_OPERATIONS; n += 7) {
            // Given: a node that went down with sessions open
            Path root = Files.createDirectories(directory.resolve("r-" + n));
            FaultyDisk disk = new FaultyDisk(root);
            Run run = new Run(root);
            FileRecorder recorder = FileRecorder.start(settings(root), disk, clock());
            run.act(recorder, disk, 5);
            recorder.fail(new IOException("power cut"));
            recorder.close();
            disk.crash();
            disk.remount();

            // When: its recovery breaks too
            disk.failAt(n, EnumSet.of(kind), Failing.AT_ONCE);
            try {
                FileRecorder.start(settings(root), disk, clock()).close();
            } catch (IOException | UnrecordableException | CompletionException _) {
                assertThat(disk.fired()).isNotEmpty();
            }
            fired = !disk.fired().isEmpty();
            disk.failAt(0, EnumSet.noneOf(Kind.class), Failing.AT_ONCE);
            disk.crash();
            disk.remount();

            // Then
            FileRecorder.start(settings(root), disk, clock()).close();
            run.assertRecorded("recovery, " + kind + " " + n);
            assertThatNothingWasChanged(root);
        }
    }

    /** Every fault has a disk of its own, so that several are looked at side by side. */
    private void breakEvery(Kind kind, int stride) throws Exception {
        AtomicInteger next = new AtomicInteger(1);
        AtomicBoolean ended = new AtomicBoolean();
        List<Future<?>> lanes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(LANES)) {
            for (int lane = 0; lane < LANES; lane++) {
                lanes.add(threads.submit(() -> breakNext(kind, stride, next, ended)));
            }
        }
        for (Future<?> lane : lanes) {
            lane.get();
        }
    }

    /** Breaks one operation after the other until a run has fewer of them. */
    private Void breakNext(Kind kind, int stride, AtomicInteger next, AtomicBoolean ended)
            throws Exception {
        for (int n = next.getAndAdd(stride); !ended.get(); n = next.getAndAdd(stride)) {
            assertThat(n).as("a run that does not end").isLessThan(MAX_OPERATIONS);
            Path root = Files.createDirectories(directory.resolve("n-" + n));
            boolean fired;
            try {
                fired = breakOnce(root, kind, n);
            } catch (Exception | AssertionError failure) {
                ended.set(true);
                throw new AssertionError(kind + " " + n, failure);
            }
            MemoryDirectory.delete(root);
            if (!fired) {
                ended.set(true);
            }
        }
        return null;
    }

    private static boolean breakOnce(Path root, Kind kind, int n) throws Exception {
        // Given
        FaultyDisk disk = new FaultyDisk(root);
        Run run = new Run(root);
        disk.failAt(n, EnumSet.of(kind), n % 2 == 0 ? Failing.AT_ONCE : Failing.AFTER_HALF);

        // When
        try {
            FileRecorder recorder = FileRecorder.start(settings(root), disk, clock());
            run.act(recorder, disk, 60);
            if (!disk.fired().isEmpty() && !disk.fired().endsWith("reserve")) {
                run.assertStopped(recorder, disk.fired());
            }
            recorder.close();
        } catch (IOException startFailed) {
            assertThat(disk.fired()).isNotEmpty();
        }
        boolean fired = !disk.fired().isEmpty();
        disk.failAt(0, EnumSet.noneOf(Kind.class), Failing.AT_ONCE);
        disk.crash();
        disk.remount();

        // Then
        FileRecorder.start(settings(root), disk, clock()).close();
        run.assertRecorded(kind + " " + n);
        assertThatNothingWasChanged(root);
        return fired;
    }

    /** A crash may leave something incomplete; nothing that it leaves may look like tampering. */
    private static void assertThatNothingWasChanged(Path root) {
        VerifyReport report =
                new Verifier(clock()).verify(root.resolve("record"), VerifyOptions.NONE);
        assertThat(report.worst()).as(report.text()).isLessThanOrEqualTo(Severity.INCOMPLETE);
    }

    private static InstantSource clock() {
        return InstantSource.system();
    }

    private static RecorderSettings settings(Path root) {
        return TestSettings.in(root)
                .withJournal(
                        new JournalSettings(
                                16 * 1024, 32L << 20, 256L << 20, Duration.ofSeconds(30)))
                .withPace(
                        new RecorderSettings.Pace(
                                Duration.ofMillis(1),
                                Duration.ofMillis(3),
                                Duration.ofMillis(6),
                                Duration.ofMillis(20)));
    }

    /** What is done, and what was acknowledged. */
    private static final class Run {
        private final Path root;
        private final List<String> acknowledged = new ArrayList<>();
        private final List<SessionRecording> sessions = new ArrayList<>();
        private String lastOpened = "";

        Run(Path root) {
            this.root = root;
        }

        /** Opens, acts and seals until something fails. */
        void act(FileRecorder recorder, FaultyDisk disk, int rounds) {
            try {
                for (int i = 0; i < rounds && disk.fired().isEmpty(); i++) {
                    round(recorder, i);
                }
            } catch (CompletionException | UnrecordableException _) {
                // The failure is the point; what it left is looked at later.
            }
        }

        private void round(FileRecorder recorder, int i) {
            if (i % 10 == 0) {
                String id = "S" + i;
                sessions.add(recorder.open(TestSettings.opening(id)));
                acknowledged.add(id + " \"type\":\"session.opened\"");
                lastOpened = id;
            }
            SessionRecording session = sessions.getLast();
            String pad = "x".repeat(100 + i * 37 % 700);
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int k = 0; k < 4; k++) {
                all.add(
                        session.record(
                                EventType.SSH_REQUEST, Map.of("mark", i + "/" + k, "pad", pad)));
            }
            Cast cast = session.cast(new CastHeader(i, "shell", true, 80, 24, "xterm"));
            cast.write(Cast.Stream.STDOUT, ByteBuffer.wrap(pad.getBytes(StandardCharsets.UTF_8)))
                    .join();
            CompletableFuture<Void> closed = cast.close(0);
            for (int k = 0; k < 4; k++) {
                all.get(k).join();
                acknowledged.add(lastOpened + " \"mark\":\"" + i + "/" + k + "\"");
            }
            closed.join();
            if (i % 10 == 5) {
                session.seal(SessionEnd.NORMAL, Map.of()).join();
                acknowledged.add(lastOpened + " \"end\":\"normal\"");
                sessions.remove(session);
                sessions.add(recorder.open(TestSettings.opening("T" + i)));
                lastOpened = "T" + i;
            }
        }

        void assertStopped(FileRecorder recorder, String fault) throws Exception {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (recorder.isRecording() && System.nanoTime() < end) {
                LockSupport.parkNanos(200_000);
            }
            assertThat(recorder.isRecording()).as(fault).isFalse();
            for (SessionRecording session : sessions) {
                session.failed().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(session.record(EventType.SSH_REQUEST, Map.of()))
                        .as(fault)
                        .isCompletedExceptionally();
            }
            assertThatThrownBy(() -> recorder.open(TestSettings.opening("late")))
                    .isInstanceOf(UnrecordableException.class);
        }

        void assertRecorded(String when) throws IOException {
            for (String each : acknowledged) {
                int space = each.indexOf(' ');
                Path files = TestSettings.session(root, each.substring(0, space));
                assertThat(TestSettings.lines(files, "events"))
                        .as("%s: %s", when, each)
                        .anyMatch(line -> line.contains(each.substring(space + 1)));
            }
        }
    }
}
