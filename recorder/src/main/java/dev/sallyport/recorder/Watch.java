package dev.sallyport.recorder;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks after what nobody waits for: free space, a write that hangs, half characters that nobody
 * completes.
 */
final class Watch {
    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(125);

    /** With the period above, no byte stays out of the journal for longer than 250 ms. */
    private static final long PENDING = TimeUnit.MILLISECONDS.toNanos(125);

    private static final long SPACE_EVERY = TimeUnit.SECONDS.toNanos(1);

    private final RecorderSettings settings;
    private final Recording recording;
    private final FileRecorder recorder;
    private volatile boolean space = true;
    private volatile boolean stopped;
    private long nextSpace;

    Watch(RecorderSettings settings, Recording recording, FileRecorder recorder) {
        this.settings = settings;
        this.recording = recording;
        this.recorder = recorder;
    }

    /** False when no further session fits on the disk. */
    boolean hasSpace() {
        return space;
    }

    void start() throws IOException {
        nextSpace = System.nanoTime();
        look(nextSpace);
        Thread.ofPlatform().daemon().name("recorder-watch").start(this::run);
    }

    void stop() {
        stopped = true;
    }

    private void run() {
        try {
            while (!stopped) {
                LockSupport.parkNanos(EVERY);
                look(System.nanoTime());
            }
        } catch (IOException | RuntimeException | Error failure) {
            recorder.fail(failure);
        }
    }

    private void look(long now) throws IOException {
        if (recording.journal().isStalled()) {
            recorder.fail(new IOException("a write to the journal hangs"));
        }
        recorder.flushBefore(now - PENDING);
        if (now >= nextSpace) {
            nextSpace = now + SPACE_EVERY;
            long usable = recording.disk().usableSpace(recording.root());
            space = usable >= settings.freeSpaceFloor();
            if (usable < settings.freeSpaceFloor() / 2) {
                recorder.failOpenSessions();
            }
        }
    }
}
