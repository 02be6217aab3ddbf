package dev.sallyport.recorder.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.recorder.disk.FaultyDisk;
import dev.sallyport.recorder.disk.LocalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final JournalSettings SMALL =
            new JournalSettings(64 * 1024, 1 << 20, 1 << 22, Duration.ofSeconds(30));

    @TempDir Path directory;

    @Test
    void givesBackEveryFrameInOrderOverSeveralFiles() throws IOException {
        // Given
        Random random = new Random(3);
        List<byte[]> written = new ArrayList<>();
        try (Journal journal = start(new ArrayList<>())) {
            // When
            List<CompletableFuture<Void>> futures = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                byte[] bytes = new byte[random.nextInt(1000)];
                random.nextBytes(bytes);
                written.add(bytes);
                futures.add(journal.append(FrameType.DATA, 0, 7, i, bytes));
            }
            CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).join();
        }

        // Then
        List<Frame> frames = new ArrayList<>();
        JournalRecovery recovered = JournalRecovery.read(new LocalDisk(), directory, frames::add);
        assertThat(frames).hasSize(601);
        for (int i = 0; i < 600; i++) {
            assertThat(frames.get(i).number()).isEqualTo(i);
            assertThat(frames.get(i).bytes()).isEqualTo(written.get(i));
        }
        assertThat(frames.getLast().type()).isEqualTo(FrameType.STOP);
        assertThat(recovered.files()).hasSizeGreaterThan(3);
        assertThat(recovered.torn()).isEmpty();
    }

    @Test
    void failsForGoodWithTheFirstFailedForce() throws IOException {
        // Given
        FaultyDisk disk = new FaultyDisk(directory);
        AtomicReference<Optional<Throwable>> failure = new AtomicReference<>(Optional.empty());
        JournalRecovery nothing = JournalRecovery.read(disk, directory, frame -> {});
        try (Journal journal =
                Journal.start(
                        disk,
                        directory,
                        nothing,
                        SMALL,
                        group -> {},
                        cause -> failure.set(Optional.of(cause)))) {
            journal.append(FrameType.DATA, 0, 1, 0, new byte[10]).join();
            disk.onlyFor(path -> path.toString().endsWith("reserve"));

            // When
            disk.failAt(1, EnumSet.of(FaultyDisk.Kind.FORCE), FaultyDisk.Failing.AT_ONCE);
            CompletableFuture<Void> first = fill(journal);

            // Then
            assertThatThrownBy(first::join).hasCauseInstanceOf(UnrecordableException.class);
            assertThat(failure.get()).isPresent();
            assertThatThrownBy(() -> journal.append(FrameType.LEAF, 0, 0, 0, new byte[1]).join())
                    .hasCauseInstanceOf(UnrecordableException.class);
        }
    }

    /** Files are opened under the reserve's name, so the second file's force fails. */
    private static CompletableFuture<Void> fill(Journal journal) {
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        for (int i = 0; i < 40 && !last.isCompletedExceptionally(); i++) {
            last = journal.append(FrameType.DATA, 0, 1, i, new byte[4000]);
        }
        return last;
    }

    @Test
    void refusesDataWhenTooMuchWaits() throws IOException {
        // Given: nobody releases what was handed over
        JournalSettings tight =
                new JournalSettings(64 * 1024, 1000, 10_000, Duration.ofSeconds(30));
        JournalRecovery nothing = JournalRecovery.read(new LocalDisk(), directory, frame -> {});
        List<Entry> handed = new ArrayList<>();
        try (Journal journal =
                Journal.start(
                        new LocalDisk(), directory, nothing, tight, handed::addAll, c -> {})) {
            // When
            List<CompletableFuture<Void>> futures = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                futures.add(journal.append(FrameType.DATA, 0, 1, i, new byte[1000]));
            }

            // Then
            assertThat(futures.getLast()).isCompletedExceptionally();
            assertThat(journal.isBacklogged()).isTrue();
            journal.append(FrameType.LEAF, 0, 0, 0, new byte[5000]).join();
            handed.stream()
                    .filter(entry -> entry.type() == FrameType.DATA)
                    .forEach(journal::release);
            assertThat(journal.isBacklogged()).isFalse();
            futures.getFirst().join();
        }
    }

    @Test
    void cutsATornTailAtEveryLength() throws IOException {
        // Given: a durable group, then an unsynced group of which any prefix may be there
        byte[] whole = image(3, 4);
        int durable = end(whole, 3);
        int end = end(whole, 7);
        for (int length = durable; length < end; length++) {
            // When
            byte[] torn = Arrays.copyOf(Arrays.copyOf(whole, length), whole.length);
            Read read = read(torn);

            // Then
            assertThat(read.frames()).as("at %d", length).isGreaterThanOrEqualTo(3);
            assertThat(read.failure()).as("at %d", length).isEmpty();
        }
    }

    @Test
    void cutsATailOfWhichSectorsAreMissing() throws IOException {
        byte[] whole = image(3, 40);
        int durable = end(whole, 3);
        int end = end(whole, 43);
        for (int sector = (durable + 511) / 512; sector * 512 < end; sector++) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, sector * 512, sector * 512 + 512, (byte) 0);
            Read read = read(torn);
            assertThat(read.failure()).isEmpty();
            assertThat(read.frames()).isBetween(3, 42);
        }
    }

    @Test
    void refusesEveryFlippedBitInWhatWasDurable() throws IOException {
        // Given: the second group's watermark covers the first
        byte[] whole = image(20, 1);
        int durable = end(whole, 20);
        Random random = new Random(9);
        for (int i = 0; i < 400; i++) {
            byte[] flipped = whole.clone();
            int at = random.nextInt(durable);
            flipped[at] ^= (byte) (1 << random.nextInt(8));

            // When
            Read read = read(flipped);

            // Then
            assertThat(read.failure()).as("bit in byte %d", at).contains("is damaged at offset");
        }
    }

    @Test
    void refusesRemovedSwappedAndStaleFrames() throws IOException {
        byte[] whole = image(6, 1);
        int second = end(whole, 1);
        int third = end(whole, 2);
        int fourth = end(whole, 3);

        byte[] removed = whole.clone();
        System.arraycopy(whole, third, removed, second, whole.length - third);
        assertThat(read(removed).failure()).contains("is damaged at offset " + second);

        byte[] swapped = whole.clone();
        System.arraycopy(whole, third, swapped, second, fourth - third);
        System.arraycopy(whole, second, swapped, second + fourth - third, third - second);
        assertThat(read(swapped).failure()).contains("is damaged at offset " + second);

        byte[] stale = whole.clone();
        byte[] other = image(6, 1);
        System.arraycopy(other, second, stale, second, third - second);
        assertThat(read(stale).failure()).contains("is damaged at offset " + second);
    }

    @Test
    void refusesAMissingFileAndAShortOne() throws IOException {
        // Given
        try (Journal journal = start(new ArrayList<>())) {
            for (int i = 0; i < 60; i++) {
                journal.append(FrameType.DATA, 0, 1, i, new byte[4000]).join();
            }
        }
        List<Path> files = JournalFiles.list(directory);
        assertThat(files).hasSizeGreaterThan(2);
        byte[] middle = Files.readAllBytes(files.get(1));

        // Then
        Files.write(files.get(1), Arrays.copyOf(middle, middle.length / 2));
        assertThatThrownBy(() -> JournalRecovery.read(new LocalDisk(), directory, frame -> {}))
                .isInstanceOf(DamagedJournalException.class)
                .hasMessageContaining(files.get(1).toString());
        Files.delete(files.get(1));
        assertThatThrownBy(() -> JournalRecovery.read(new LocalDisk(), directory, frame -> {}))
                .isInstanceOf(DamagedJournalException.class)
                .hasMessageContaining("is missing");
    }

    private Journal start(List<Entry> sink) throws IOException {
        LocalDisk disk = new LocalDisk();
        JournalRecovery nothing = JournalRecovery.read(disk, directory, frame -> {});
        return Journal.start(disk, directory, nothing, SMALL, sink::addAll, cause -> {});
    }

    private record Read(int frames, String failure) {}

    private Read read(byte[] image) throws IOException {
        Path path = directory.resolve("%020d.wal".formatted(1));
        Files.write(path, image);
        List<Frame> frames = new ArrayList<>();
        try {
            JournalRecovery.read(new LocalDisk(), directory, frames::add);
            return new Read(frames.size(), "");
        } catch (DamagedJournalException damaged) {
            return new Read(frames.size(), String.valueOf(damaged.getMessage()));
        }
    }

    /** A file with a durable group and one that followed it. */
    private static byte[] image(int first, int second) {
        byte[] salt = new byte[8];
        new Random().nextBytes(salt);
        ByteBuffer file = ByteBuffer.allocate(64 * 1024);
        file.put(FrameCodec.fileHeader(salt, 1));
        FrameCodec codec = new FrameCodec(salt);
        int synced = FrameCodec.FILE_HEADER;
        for (int i = 0; i < first + second; i++) {
            if (i == first) {
                synced = file.position();
            }
            byte[] bytes =
                    ("frame %d " + "x".repeat(i * 7 % 90))
                            .formatted(i)
                            .getBytes(StandardCharsets.UTF_8);
            Entry entry = new Entry(FrameType.DATA, 0, 1, i, bytes);
            entry.numbered(i + 1);
            codec.encode(entry, synced, file, file.duplicate());
        }
        return file.array();
    }

    /** Offset behind the {@code count}-th frame. */
    private static int end(byte[] image, int count) {
        ByteBuffer file = ByteBuffer.wrap(image);
        int at = FrameCodec.FILE_HEADER;
        for (int i = 0; i < count; i++) {
            at += (FrameCodec.FRAME_HEADER + file.getInt(at) + 7) & ~7;
        }
        return at;
    }
}
