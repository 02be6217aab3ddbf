package dev.sallyport.proxy.db.wire;

import dev.sallyport.proxy.db.wire.FrontendMessage.CopyData;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * Reads what a client sends after its StartupMessage. Keeps no bytes: what is incomplete stays in
 * the caller's buffer, which therefore has to hold one message of the largest kind that is not
 * streamed.
 *
 * <p>Called by one thread at a time. A violation is final: every later call fails as well, so that
 * nothing behind it is taken for a message.
 */
public final class FrontendDecoder {
    private final FrontendLimits limits;
    private PasswordKind expected = PasswordKind.NONE;
    private int copyLength;
    private int copyLeft;
    private boolean broken;

    public FrontendDecoder(FrontendLimits limits) {
        this.limits = limits;
    }

    /** Says what the next {@code p} means; it is forgotten once that message came. */
    public void expect(PasswordKind kind) {
        expected = kind;
    }

    /**
     * Takes one message, or a piece of a CopyData, from {@code in}; empty when more bytes are
     * needed. The message retains its part of {@code in} and is the caller's to release; {@code in}
     * itself stays the caller's.
     *
     * @throws ProtocolViolation when the connection MUST be closed
     */
    public Optional<FrontendMessage> decode(ByteBuf in) {
        if (broken) {
            throw new ProtocolViolation("frontend message", "follows a violation");
        }
        broken = true;
        Optional<FrontendMessage> message = copyLeft > 0 ? pieceOfCopy(in) : next(in);
        broken = false;
        return message;
    }

    private Optional<FrontendMessage> next(ByteBuf in) {
        if (!in.isReadable()) {
            return Optional.empty();
        }
        FrontendType type = FrontendType.of(in.getByte(in.readerIndex()));
        if (in.readableBytes() < Framing.HEADER) {
            return Optional.empty();
        }
        int size = Framing.size(in, type.title(), limits.of(type));
        if (in.readableBytes() >= size) {
            return Optional.of(whole(type, in.readRetainedSlice(size)));
        }
        if (type == FrontendType.COPY_DATA && size > Framing.STREAMED_ABOVE) {
            copyLength = size - Framing.HEADER;
            copyLeft = size;
            return pieceOfCopy(in);
        }
        return Optional.empty();
    }

    private Optional<FrontendMessage> pieceOfCopy(ByteBuf in) {
        int size = Math.min(copyLeft, in.readableBytes());
        if (size == 0) {
            return Optional.empty();
        }
        boolean first = copyLeft == copyLength + Framing.HEADER;
        copyLeft -= size;
        return Optional.of(
                new CopyData(in.readRetainedSlice(size), copyLength, first, copyLeft == 0));
    }

    private FrontendMessage whole(FrontendType type, ByteBuf frame) {
        boolean read = false;
        try {
            FrontendMessage message = FrontendBodies.read(type, frame, expected);
            read = true;
            return message;
        } finally {
            if (type == FrontendType.PASSWORD) {
                expected = PasswordKind.NONE;
            }
            if (!read) {
                frame.release();
            }
        }
    }
}
