package dev.sallyport.proxy.db.wire;

import io.netty.buffer.ByteBuf;

/**
 * The values of a Bind, a FunctionCall or a whole DataRow, as views of the message's bytes. They
 * live as long as the message; nothing here retains.
 */
public final class Values {
    private static final int NULL = -1;

    private final ByteBuf frame;
    private final int[] starts;

    private Values(ByteBuf frame, int[] starts) {
        this.frame = frame;
        this.starts = starts;
    }

    /** {@code Int16} count, then for each {@code Int32} length (−1 is NULL) and the bytes. */
    static Values read(MessageReader reader, ByteBuf frame, String what) {
        int[] starts = new int[reader.count("the number of values", Integer.BYTES)];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = reader.value(what);
        }
        return new Values(frame, starts);
    }

    /** One value, without a count before it. */
    static Values readOne(MessageReader reader, ByteBuf frame, String what) {
        return new Values(frame, new int[] {reader.value(what)});
    }

    public int count() {
        return starts.length;
    }

    public boolean isNull(int index) {
        return starts[index] == NULL;
    }

    /** In bytes; NULL has none. */
    public int length(int index) {
        return isNull(index) ? 0 : frame.getInt(starts[index] - Integer.BYTES);
    }

    /** The bytes of a value that is not NULL, not retained. */
    public ByteBuf value(int index) {
        if (isNull(index)) {
            throw new IllegalStateException("NULL has no bytes");
        }
        return frame.slice(starts[index], length(index));
    }

    @Override
    public String toString() {
        return "Values[" + starts.length + "]";
    }
}
