package dev.sallyport.proxy.db;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.function.Consumer;

/** Gives one channel's bytes to the bridge. */
record BridgeReader(DbBridge bridge, Channel channel, Consumer<ByteBuf> bytes)
        implements Inbound.Reader {
    @Override
    public void read(ByteBuf in) {
        bytes.accept(in);
    }

    @Override
    public void readComplete() {
        bridge.readComplete();
    }

    @Override
    public void writabilityChanged() {
        bridge.writabilityChanged();
    }

    @Override
    public void closed() {
        bridge.channelClosed(channel);
    }
}
