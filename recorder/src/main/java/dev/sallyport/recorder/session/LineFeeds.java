package dev.sallyport.recorder.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Counts the line feeds of segments, whose lines are what leaves count. Pure. */
public final class LineFeeds {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long LINE_FEEDS = 0x0A0A0A0A0A0A0A0AL;
    private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;

    private LineFeeds() {}

    /** Line feeds among the first {@code length} bytes, eight at a time. */
    public static long count(byte[] bytes, int length) {
        long found = 0;
        int at = 0;
        for (; at <= length - Long.BYTES; at += Long.BYTES) {
            // A byte is zero after the exclusive-or where it was a line feed; adding 0x7f sets the
            // top bit of every other byte, without a carry between bytes.
            long x = (long) LONGS.get(bytes, at) ^ LINE_FEEDS;
            found += Long.bitCount(~((x & LOW_BITS) + LOW_BITS | x | LOW_BITS));
        }
        for (; at < length; at++) {
            found += bytes[at] == '\n' ? 1 : 0;
        }
        return found;
    }
}
