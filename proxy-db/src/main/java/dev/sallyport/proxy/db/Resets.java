package dev.sallyport.proxy.db;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;

/** How a kill closes a connection. */
final class Resets {
    private Resets() {}

    /**
     * Closes with a reset: what the kernel still holds for the peer is thrown away (SO_LINGER of
     * zero, socket(7)), and TLS says no farewell, which would be more bytes. On the channel's event
     * loop; may be called more than once.
     */
    static ChannelFuture close(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        ChannelHandlerContext belowTls = channel.pipeline().firstContext();
        return belowTls == null ? channel.close() : belowTls.close();
    }
}
