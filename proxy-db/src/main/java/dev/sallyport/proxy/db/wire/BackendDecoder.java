package dev.sallyport.proxy.db.wire;

import dev.sallyport.proxy.db.wire.BackendMessage.CopyData;
import dev.sallyport.proxy.db.wire.BackendMessage.DataRow;
import dev.sallyport.proxy.db.wire.BackendMessage.NegotiateProtocolVersion;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a server sends after the client's StartupMessage. Keeps no bytes: what is incomplete
 * stays in the caller's buffer. DataRow and CopyData are handed out in pieces when they are long.
 *
 * <p>Called by one thread at a time. A violation is final: every later call fails as well.
 */
public final class BackendDecoder {
    private final BackendLimits limits;
    private ProtocolVersion version;
    private boolean negotiated;
    private RowDelivery delivery = RowDelivery.STREAMED;

    private int streamLength;
    private int streamLeft;
    private @Nullable RowWalk row;
    private boolean broken;

    /**
     * @param requested the version that the StartupMessage asked for
     */
    public BackendDecoder(BackendLimits limits, ProtocolVersion requested) {
        this.limits = limits;
        this.version = requested;
    }

    /** The version asked for, or after NegotiateProtocolVersion the one that is spoken. */
    public ProtocolVersion version() {
        return version;
    }

    /** From the next row on; a row that has begun ends as it began. */
    public void deliver(RowDelivery rows) {
        delivery = rows;
    }

    /**
     * Takes one message, or a piece of a DataRow or CopyData, from {@code in}; empty when more
     * bytes are needed. The message retains its part of {@code in} and is the caller's to release;
     * {@code in} itself stays the caller's.
     *
     * @throws ProtocolViolation when the connection MUST be closed
     */
    public Optional<BackendMessage> decode(ByteBuf in) {
        if (broken) {
            throw new ProtocolViolation("backend message", "follows a violation");
        }
        broken = true;
        Optional<BackendMessage> message = streamLeft > 0 ? piece(in) : next(in);
        broken = false;
        return message;
    }

    private Optional<BackendMessage> next(ByteBuf in) {
        if (!in.isReadable()) {
            return Optional.empty();
        }
        BackendType type = BackendType.of(in.getByte(in.readerIndex()));
        if (in.readableBytes() < Framing.HEADER) {
            return Optional.empty();
        }
        int size = Framing.size(in, type.title(), limits.of(type, delivery));
        if (in.readableBytes() >= size) {
            return Optional.of(whole(type, in.readRetainedSlice(size)));
        }
        return streams(type, size, in) ? piece(in) : Optional.empty();
    }

    /** Begins a stream if this message is one and enough of its head is there. */
    private boolean streams(BackendType type, int size, ByteBuf in) {
        if (size <= Framing.STREAMED_ABOVE) {
            return false;
        }
        int length = size - Framing.HEADER;
        if (type == BackendType.DATA_ROW && delivery == RowDelivery.STREAMED) {
            if (in.readableBytes() < Framing.HEADER + Short.BYTES) {
                return false;
            }
            row = new RowWalk(in.getUnsignedShort(in.readerIndex() + Framing.HEADER), length);
        } else if (type != BackendType.COPY_DATA) {
            return false;
        }
        streamLength = length;
        streamLeft = size;
        return true;
    }

    private Optional<BackendMessage> piece(ByteBuf in) {
        int size = Math.min(streamLeft, in.readableBytes());
        if (size == 0) {
            return Optional.empty();
        }
        boolean first = streamLeft == streamLength + Framing.HEADER;
        boolean last = size == streamLeft;
        RowWalk walk = row;
        if (walk == null) {
            streamLeft -= size;
            return Optional.of(new CopyData(in.readRetainedSlice(size), streamLength, first, last));
        }
        int head = first ? Framing.HEADER + Short.BYTES : 0;
        walk.over(in, in.readerIndex() + head, in.readerIndex() + size);
        streamLeft -= size;
        if (last) {
            row = null;
        }
        return Optional.of(
                new DataRow(in.readRetainedSlice(size), streamLength, walk.columns(), first, last));
    }

    private BackendMessage whole(BackendType type, ByteBuf frame) {
        boolean read = false;
        try {
            BackendMessage message = BackendBodies.read(type, frame);
            check(message);
            read = true;
            return message;
        } finally {
            if (!read) {
                frame.release();
            }
        }
    }

    /** What is right or wrong by the version spoken. */
    private void check(BackendMessage message) {
        if (message instanceof NegotiateProtocolVersion negotiation) {
            if (negotiated) {
                throw new ProtocolViolation("NegotiateProtocolVersion", "comes a second time");
            }
            if (negotiation.newest().compareTo(version) > 0) {
                throw new ProtocolViolation("NegotiateProtocolVersion", "offers a newer version");
            }
            negotiated = true;
            version = negotiation.newest();
        } else if (message instanceof BackendMessage.BackendKeyData data
                && !version.hasLongCancelKeys()
                && data.key().length() != CancelKey.SHORT) {
            throw new ProtocolViolation("BackendKeyData", "has a long key in protocol 3.0");
        }
    }
}
