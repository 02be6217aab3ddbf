package dev.sallyport.recorder.journal;

import java.util.concurrent.CompletableFuture;

/** A frame on its way into the journal. */
public final class Entry {
    /** What an entry costs in memory beside its bytes: objects, queue slots, the future. */
    private static final int OVERHEAD = 160;

    private final FrameType type;
    private final int flags;
    private final int handle;
    private final long number;
    private final byte[] bytes;
    private final long cost;
    private final CompletableFuture<Void> durable = new CompletableFuture<>();
    // Written by the writer thread before the entry is handed on.
    private long sequence;

    Entry(FrameType type, int flags, int handle, long number, byte[] bytes) {
        this(type, flags, handle, number, bytes, (long) bytes.length + OVERHEAD);
    }

    private Entry(FrameType type, int flags, int handle, long number, byte[] bytes, long cost) {
        this.type = type;
        this.flags = flags;
        this.handle = handle;
        this.number = number;
        this.bytes = bytes;
        this.cost = cost;
    }

    /** A DATA frame that recovery found, with {@code bytes} of it still to be taken. */
    public static Entry recovered(Frame frame, long number, byte[] bytes) {
        Entry entry = new Entry(frame.type(), frame.flags(), frame.handle(), number, bytes, 0);
        entry.numbered(frame.sequence());
        return entry;
    }

    public FrameType type() {
        return type;
    }

    public int flags() {
        return flags;
    }

    public int handle() {
        return handle;
    }

    public long number() {
        return number;
    }

    /** The payload; shared, MUST NOT be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public long sequence() {
        return sequence;
    }

    CompletableFuture<Void> durable() {
        return durable;
    }

    long cost() {
        return cost;
    }

    void numbered(long sequence) {
        this.sequence = sequence;
    }
}
