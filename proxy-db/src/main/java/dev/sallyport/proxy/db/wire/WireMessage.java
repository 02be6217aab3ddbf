package dev.sallyport.proxy.db.wire;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCounted;

/**
 * A decoded message, or a piece of a streamed one, together with the very bytes it was read from.
 *
 * <p>Who receives a message owns it and MUST either write {@link #frame} to a channel, which
 * releases it, or call {@link #release}. Texts and numbers are copies and outlive it; every {@link
 * ByteBuf} and {@link Values} of a message is a view that MUST NOT be used after the release.
 */
public sealed interface WireMessage extends ReferenceCounted
        permits FrontendMessage, BackendMessage {
    /**
     * The bytes as received, with type and length: forwarding this buffer forwards exactly what was
     * decoded. Its life is the message's life.
     */
    ByteBuf frame();

    @Override
    default int refCnt() {
        return frame().refCnt();
    }

    @Override
    default WireMessage retain() {
        frame().retain();
        return this;
    }

    @Override
    default WireMessage retain(int increment) {
        frame().retain(increment);
        return this;
    }

    @Override
    default WireMessage touch() {
        frame().touch();
        return this;
    }

    @Override
    default WireMessage touch(Object hint) {
        frame().touch(hint);
        return this;
    }

    @Override
    default boolean release() {
        return frame().release();
    }

    @Override
    default boolean release(int decrement) {
        return frame().release(decrement);
    }
}
