package dev.sallyport.recorder.journal;

import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The journal's files {@code %020d.wal}: preallocated with zeros, so that a force writes data only,
 * and one in reserve, so that a full disk still takes what seals the open sessions.
 */
final class JournalFiles {
    private static final Pattern NAME = Pattern.compile("\\d{20}\\.wal");
    private static final String RESERVE = "reserve";
    private static final int ZEROS = 1 << 20;

    private final Disk disk;
    private final Path directory;
    private final long fileBytes;
    private final SecureRandom random = new SecureRandom();
    // Guarded by this.
    private final ArrayDeque<Closed> closed = new ArrayDeque<>();
    private long nextIndex;
    private CompletableFuture<Path> reserve;

    /** An older file and the last sequence number in it. */
    record Closed(Path path, long lastSequence) {}

    JournalFiles(Disk disk, Path directory, long fileBytes, long nextIndex, List<Closed> older) {
        this.disk = disk;
        this.directory = directory;
        this.fileBytes = fileBytes;
        this.nextIndex = nextIndex;
        closed.addAll(older);
        reserve = prepare();
    }

    /** All journal files of a directory in order. */
    static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    static long index(Path file) {
        return Long.parseLong(file.getFileName().toString().substring(0, 20));
    }

    /** A file that is ready for frames: header and name are durable before the first of them. */
    synchronized OpenFile next(long firstSequence) throws IOException {
        Path spare = takeReserve();
        byte[] salt = new byte[8];
        random.nextBytes(salt);
        DiskFile file = disk.open(spare);
        try {
            file.write(ByteBuffer.wrap(FrameCodec.fileHeader(salt, firstSequence)), 0);
            file.force();
            Path path = directory.resolve("%020d.wal".formatted(nextIndex));
            disk.rename(spare, path);
            disk.forceDirectory(directory);
            nextIndex++;
            reserve = prepare();
            return new OpenFile(path, file, new FrameCodec(salt));
        } catch (IOException failure) {
            file.close();
            throw failure;
        }
    }

    record OpenFile(Path path, DiskFile file, FrameCodec codec) {}

    synchronized void closed(Path path, long lastSequence) {
        closed.add(new Closed(path, lastSequence));
    }

    /** Deletes the older files in which everything comes before {@code sequence}. */
    synchronized void freeBefore(long sequence) throws IOException {
        boolean freed = false;
        while (!closed.isEmpty() && closed.getFirst().lastSequence() < sequence) {
            disk.unlink(closed.removeFirst().path());
            freed = true;
        }
        if (freed) {
            disk.forceDirectory(directory);
        }
    }

    synchronized boolean canFreeBefore(long sequence) {
        return !closed.isEmpty() && closed.getFirst().lastSequence() < sequence;
    }

    synchronized int olderFiles() {
        return closed.size();
    }

    /** Returns when nothing is being written any more. */
    synchronized void awaitReserve() {
        reserve.handle((path, failure) -> path == null).join();
    }

    private Path takeReserve() throws IOException {
        try {
            return reserve.join();
        } catch (CompletionException failure) {
            throw new IOException("journal file could not be prepared", failure.getCause());
        }
    }

    private CompletableFuture<Path> prepare() {
        CompletableFuture<Path> prepared = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("journal-reserve")
                .start(() -> {
                    try {
                        prepared.complete(allocate());
                    } catch (IOException | RuntimeException failure) {
                        prepared.completeExceptionally(failure);
                    }
                });
        return prepared;
    }

    private Path allocate() throws IOException {
        Path path = directory.resolve(RESERVE);
        disk.unlink(path);
        try (DiskFile file = disk.create(path)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS, fileBytes));
            for (long at = 0; at < fileBytes; at += zeros.capacity()) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), fileBytes - at));
                file.write(zeros, at);
            }
            file.force();
        }
        return path;
    }
}
