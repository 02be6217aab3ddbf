package dev.sallyport.proxy.db.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes frames; a frame that cannot be written leaves nothing behind. */
final class FrameWriter {
    private static final int LARGEST_COUNT = 0xFFFF;

    private FrameWriter() {}

    /** Writes type, length and what {@code body} writes to {@code out}. */
    static void message(ByteBuf out, byte type, Runnable body) {
        int start = out.writerIndex();
        boolean written = false;
        try {
            out.writeByte(type);
            packet(out, body);
            written = true;
        } finally {
            if (!written) {
                out.writerIndex(start);
            }
        }
    }

    /** Writes length and what {@code body} writes, as at the start of a connection. */
    static void packet(ByteBuf out, Runnable body) {
        int start = out.writerIndex();
        boolean written = false;
        try {
            out.writeInt(0);
            body.run();
            out.setInt(start, out.writerIndex() - start);
            written = true;
        } finally {
            if (!written) {
                out.writerIndex(start);
            }
        }
    }

    /** A NUL would end the text early, and what is no Unicode would be sent as something else. */
    static void string(ByteBuf out, String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        if (text.indexOf('\0') >= 0 || !text.equals(new String(encoded, StandardCharsets.UTF_8))) {
            throw new IllegalArgumentException("a text on the wire has neither NUL nor surrogate");
        }
        out.writeBytes(encoded).writeByte(0);
        Arrays.fill(encoded, (byte) 0);
    }

    static void count(ByteBuf out, int count) {
        if (count > LARGEST_COUNT) {
            throw new IllegalArgumentException("a message counts up to 65,535");
        }
        out.writeShort(count);
    }
}
