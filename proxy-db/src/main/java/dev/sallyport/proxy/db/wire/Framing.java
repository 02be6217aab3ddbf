package dev.sallyport.proxy.db.wire;

import io.netty.buffer.ByteBuf;

/**
 * How a message is framed: {@code Byte1} type, {@code Int32} length including itself but not the
 * type, then the body.
 */
final class Framing {
    /** Type and length. */
    static final int HEADER = 5;

    /**
     * A longer CopyData or DataRow is passed on in pieces. Large enough for nearly all rows to stay
     * whole, small enough that what a connection waits for does not matter.
     */
    static final int STREAMED_ABOVE = 64 * 1024;

    private Framing() {}

    /**
     * Bytes of the frame whose header is at the reader index.
     *
     * @param limit of the declared length, below 2³⁰
     */
    static int size(ByteBuf in, String title, int limit) {
        long length = in.getUnsignedInt(in.readerIndex() + 1);
        if (length < Integer.BYTES) {
            throw new ProtocolViolation(title, "has a length below four");
        }
        if (length > limit) {
            throw new ProtocolViolation(title, "is longer than " + limit + " bytes");
        }
        return (int) length + 1;
    }

    /** A piece without the header, if it has one; a view. */
    static ByteBuf data(ByteBuf frame, boolean first) {
        int start = first ? HEADER : 0;
        return frame.slice(start, frame.writerIndex() - start);
    }
}
