package dev.sallyport.proxy.db;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last handler of a channel: collects bytes and gives them to whoever reads now. A connection's
 * phases take turns as its reader, so that no byte is lost between them.
 */
final class Inbound extends ByteToMessageDecoder {
    private static final Logger LOGGER = LoggerFactory.getLogger(Inbound.class);

    /** A phase of a connection. Called on the event loop. */
    interface Reader {
        /** The channel stands: whoever speaks first may. */
        default void begin() {}

        /** Takes what is complete out of {@code in}, which stays the caller's. */
        void read(ByteBuf in);

        /** All that came together was read. */
        default void readComplete() {}

        /** The channel takes more bytes again, or no more for now. */
        default void writabilityChanged() {}

        /** TLS, a timer or another handler has something to say. */
        default void event(Object event) {}

        /** The channel is gone. */
        void closed();
    }

    private Reader reader;

    Inbound(Reader first) {
        this.reader = first;
    }

    /** From now on {@code next} reads, beginning with what the one before it has left. */
    void become(Reader next) {
        reader = next;
    }

    /** The channel stands. */
    void begin() {
        reader.begin();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        Reader before;
        int left;
        do {
            before = reader;
            left = in.readableBytes();
            reader.read(in);
        } while (in.isReadable() && (reader != before || in.readableBytes() != left));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        super.channelReadComplete(context);
        reader.readComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        reader.writabilityChanged();
        super.channelWritabilityChanged(context);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        reader.event(event);
        super.userEventTriggered(context, event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        super.channelInactive(context);
        reader.closed();
    }

    /** The pipeline's edge: hostile bytes are quiet, and whatever it is ends the connection. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable problem) {
        LOGGER.atDebug()
                .addKeyValue("peer", context.channel().remoteAddress())
                .addKeyValue("problem", problem.getClass().getName())
                .log("a connection has failed");
        context.close();
    }
}
