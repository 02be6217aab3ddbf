package dev.sallyport.recorder.journal;

import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.recorder.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The running journal. {@link #append} never blocks; one thread writes whatever was queued while
 * the previous force ran, forces it once, and a second thread completes the futures, so that
 * nobody's callback holds up the disk. Thread-safe.
 *
 * <p>The first failed write or force is the last one: every pending and later append fails with
 * {@link UnrecordableException} and the failure is reported once.
 */
public final class Journal implements AutoCloseable {
    /**
     * One group: as much as a force takes anyway, small enough that nobody waits long behind it.
     */
    private static final int GROUP_BYTES = 4 * 1024 * 1024;

    private final JournalFiles files;
    private final JournalSettings settings;
    private final Consumer<List<Entry>> sink;
    private final Consumer<Throwable> onFailure;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition available = lock.newCondition();
    private final AtomicLong held = new AtomicLong();
    private final AtomicReference<@Nullable UnrecordableException> failure =
            new AtomicReference<>();
    private final BlockingQueue<List<Entry>> written = new LinkedBlockingQueue<>();
    private final Set<Entry> deferred = ConcurrentHashMap.newKeySet();
    private final Thread writer;
    private final Thread completer;

    // Guarded by lock.
    private ArrayList<Entry> queue = new ArrayList<>();
    private boolean closing;

    // Owned by the writer thread; inFlight and busySince are read by whoever reports a failure.
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(
                    GROUP_BYTES + FrameCodec.paddedLength(FrameCodec.MAX_PAYLOAD));
    private final ByteBuffer view = buffer.duplicate();
    private JournalFiles.OpenFile file;
    private long position = FrameCodec.FILE_HEADER;
    private long nextSequence;
    private volatile List<Entry> inFlight = List.of();
    private volatile long busySince;

    private Journal(
            JournalFiles files,
            long firstSequence,
            JournalSettings settings,
            Consumer<List<Entry>> sink,
            Consumer<Throwable> onFailure)
            throws IOException {
        this.files = files;
        this.settings = settings;
        this.sink = sink;
        this.onFailure = onFailure;
        nextSequence = firstSequence;
        file = files.next(firstSequence);
        writer = Thread.ofPlatform().daemon().name("journal-writer").unstarted(this::write);
        completer = Thread.ofPlatform().daemon().name("journal-completer").unstarted(this::hand);
    }

    /**
     * Starts a new file behind what recovery found.
     *
     * @param sink gets the durable entries in order; MUST NOT block
     * @param onFailure gets the first failure
     */
    public static Journal start(
            Disk disk,
            Path directory,
            JournalRecovery recovered,
            JournalSettings settings,
            Consumer<List<Entry>> sink,
            Consumer<Throwable> onFailure)
            throws IOException {
        JournalFiles files =
                new JournalFiles(
                        disk,
                        directory,
                        settings.fileBytes(),
                        recovered.nextIndex(),
                        recovered.files());
        Journal journal = new Journal(files, recovered.nextSequence(), settings, sink, onFailure);
        journal.writer.start();
        journal.completer.start();
        return journal;
    }

    /** Queues a frame; completes when it is durable. The bytes MUST NOT be changed afterwards. */
    public CompletableFuture<Void> append(
            FrameType type, int flags, int handle, long number, byte[] bytes) {
        if (bytes.length > FrameCodec.MAX_PAYLOAD - FrameCodec.NUMBER) {
            throw new IllegalArgumentException("frame is longer than the limit");
        }
        Entry entry = new Entry(type, flags, handle, number, bytes);
        lock.lock();
        try {
            UnrecordableException failed = failure.get();
            if (failed != null) {
                return CompletableFuture.failedFuture(failed);
            }
            if (closing) {
                return refused("the journal is closed");
            }
            if (type == FrameType.DATA && held.get() + entry.cost() > settings.hardBacklog()) {
                return refused("the journal's queue is full");
            }
            held.addAndGet(entry.cost());
            queue.add(entry);
            if (queue.size() == 1) {
                available.signal();
            }
        } finally {
            lock.unlock();
        }
        return entry.durable();
    }

    /** Tells that a DATA entry left memory; completes it when that was what it waited for. */
    public void release(Entry entry) {
        held.addAndGet(-entry.cost());
        if (deferred.remove(entry)) {
            complete(entry);
        }
    }

    /** True when so much waits in memory that whoever can wait should. */
    public boolean isBacklogged() {
        return held.get() > settings.softBacklog();
    }

    /** Deletes older files that hold nothing from {@code sequence} on. */
    public void freeBefore(long sequence) throws IOException {
        files.freeBefore(sequence);
    }

    /** True when {@link #freeBefore} would delete something. */
    public boolean canFreeBefore(long sequence) {
        return files.canFreeBefore(sequence);
    }

    /** Files beside the current one. */
    public int olderFiles() {
        return files.olderFiles();
    }

    /** True when one write has taken longer than the settings allow. */
    public boolean isStalled() {
        long since = busySince;
        return since != 0 && System.nanoTime() - since > settings.stall().toNanos();
    }

    /** Fails for good: nothing is durable from now on. */
    public void fail(Throwable cause) {
        UnrecordableException unrecordable =
                new UnrecordableException("the record cannot be kept", cause);
        if (!failure.compareAndSet(null, unrecordable)) {
            return;
        }
        List<Entry> pending = new ArrayList<>(inFlight);
        lock.lock();
        try {
            pending.addAll(queue);
            queue.clear();
            available.signal();
        } finally {
            lock.unlock();
        }
        pending.addAll(deferred);
        onFailure.accept(cause);
        pending.forEach(entry -> entry.durable().completeExceptionally(unrecordable));
    }

    /** Writes what is queued and a STOP frame, then ends. Later appends fail. */
    @Override
    public void close() {
        append(FrameType.STOP, 0, 0, 0, new byte[0]);
        lock.lock();
        try {
            closing = true;
            available.signal();
        } finally {
            lock.unlock();
        }
        try {
            // A write that hangs has failed: the watch says so, and nobody waits for it.
            if (writer.join(settings.stall())) {
                written.add(List.of());
                completer.join();
                file.file().close();
            }
            files.awaitReserve();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException closingFailed) {
            fail(closingFailed);
        }
    }

    private static CompletableFuture<Void> refused(String why) {
        return CompletableFuture.failedFuture(new UnrecordableException(why));
    }

    private void write() {
        try {
            for (List<Entry> batch = take(); !batch.isEmpty(); batch = take()) {
                inFlight = batch;
                busySince = System.nanoTime();
                write(batch);
                busySince = 0;
                inFlight = List.of();
            }
        } catch (IOException | RuntimeException | Error failed) {
            fail(failed);
        }
    }

    /** Everything queued; empty when the journal ends. */
    private List<Entry> take() {
        lock.lock();
        try {
            while (queue.isEmpty() && !closing && failure.get() == null) {
                available.awaitUninterruptibly();
            }
            ArrayList<Entry> batch = queue;
            queue = new ArrayList<>(Math.max(16, batch.size()));
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void write(List<Entry> batch) throws IOException {
        int from = 0;
        for (int i = 0; i < batch.size(); i++) {
            Entry entry = batch.get(i);
            int length = FrameCodec.paddedLength(entry.bytes().length);
            boolean full = position + buffer.position() + length > settings.fileBytes();
            if (full || buffer.position() >= GROUP_BYTES) {
                commit(batch.subList(from, i));
                from = i;
            }
            if (full && position > FrameCodec.FILE_HEADER) {
                rotate();
            }
            entry.numbered(nextSequence++);
            file.codec().encode(entry, position, buffer, view);
        }
        commit(batch.subList(from, batch.size()));
    }

    private void commit(List<Entry> group) throws IOException {
        if (group.isEmpty()) {
            return;
        }
        int length = buffer.flip().remaining();
        file.file().write(buffer, position);
        file.file().force();
        requireName(file.path());
        position += length;
        buffer.clear();
        written.add(List.copyOf(group));
    }

    /** A file that has lost its name takes every write and force, and is gone after a crash. */
    private static void requireName(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(path.toString());
        }
    }

    private void rotate() throws IOException {
        file.file().close();
        files.closed(file.path(), nextSequence - 1);
        file = files.next(nextSequence);
        position = FrameCodec.FILE_HEADER;
    }

    private void hand() {
        try {
            for (List<Entry> group = written.take(); !group.isEmpty(); group = written.take()) {
                handOn(group);
            }
        } catch (InterruptedException | RuntimeException | Error failed) {
            fail(failed);
        }
    }

    private void handOn(List<Entry> group) {
        List<Entry> now = group;
        if (isBacklogged()) {
            now = group.stream().filter(entry -> entry.type() != FrameType.DATA).toList();
            group.stream().filter(entry -> entry.type() == FrameType.DATA).forEach(deferred::add);
        }
        for (Entry entry : group) {
            if (entry.type() != FrameType.DATA) {
                held.addAndGet(-entry.cost());
            }
        }
        sink.accept(group);
        now.forEach(this::complete);
        if (failure.get() != null) {
            deferred.forEach(this::complete);
        }
    }

    private void complete(Entry entry) {
        UnrecordableException failed = failure.get();
        if (failed == null) {
            entry.durable().complete(null);
        } else {
            entry.durable().completeExceptionally(failed);
        }
    }
}
