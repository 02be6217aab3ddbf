package dev.sallyport.proxy.db;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.TimeUnit;

/** The threads that move bytes: native ones where the machine has them, else the JDK's. */
final class EventLoops implements AutoCloseable {
    private final EventLoopGroup acceptors;
    private final EventLoopGroup workers;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final boolean isNative;

    private EventLoops(boolean isNative) {
        this.isNative = isNative;
        this.acceptors = new MultiThreadIoEventLoopGroup(1, handler(isNative));
        this.workers = new MultiThreadIoEventLoopGroup(handler(isNative));
    }

    static EventLoops start() {
        return new EventLoops(Epoll.isAvailable());
    }

    private static IoHandlerFactory handler(boolean isNative) {
        return isNative ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    EventLoopGroup acceptors() {
        return acceptors;
    }

    EventLoopGroup workers() {
        return workers;
    }

    Class<? extends ServerChannel> server() {
        return isNative ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    Class<? extends Channel> client() {
        return isNative ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** {@code channel} closes when the proxy does. */
    void keep(Channel channel) {
        channels.add(channel);
    }

    /** Closes every channel that was kept. */
    void closeChannels() {
        channels.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        workers.shutdownGracefully(0, 2, TimeUnit.SECONDS);
        acceptors.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    }
}
