package dev.sallyport.proxy.db;

import dev.sallyport.proxy.db.wire.CancelKey;
import dev.sallyport.proxy.db.wire.FrontendEncoder;
import dev.sallyport.proxy.db.wire.ProtocolViolation;
import dev.sallyport.proxy.db.wire.SslResponse;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.Optional;

/** Sends one CancelRequest and leaves; the server answers nothing. Owned by the event loop. */
final class CancelSender extends SimpleChannelInboundHandler<ByteBuf> {
    private final Optional<SslContext> tls;
    private final String host;
    private final int port;
    private final CancelKey key;

    CancelSender(Optional<SslContext> tls, String host, int port, CancelKey key) {
        this.tls = tls;
        this.host = host;
        this.port = port;
        this.key = key;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (tls.isEmpty()) {
            send(context);
            return;
        }
        ByteBuf request = context.alloc().buffer();
        FrontendEncoder.sslRequest(request);
        context.writeAndFlush(request);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf in) {
        if (tls.isEmpty() || context.pipeline().get(SslHandler.class) != null) {
            context.close(); // Nothing else was to be said.
            return;
        }
        SslResponse.decode(in)
                .ifPresent(response -> {
                    if (response == SslResponse.WILLING) {
                        secure(context);
                    } else {
                        context.close();
                    }
                });
    }

    private void secure(ChannelHandlerContext context) {
        SslHandler handler = tls.orElseThrow().newHandler(context.alloc(), host, port);
        context.pipeline().addFirst(handler);
        handler.handshakeFuture()
                .addListener((Future<Object> done) -> {
                    if (done.isSuccess()) {
                        send(context);
                    } else {
                        context.close();
                    }
                });
    }

    private void send(ChannelHandlerContext context) {
        ByteBuf out = context.alloc().buffer();
        FrontendEncoder.cancelRequest(out, key);
        context.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable problem) {
        // A cancel is a wish; the statement's budget and its session end it otherwise.
        if (!(problem instanceof ProtocolViolation)) {
            context.fireExceptionCaught(problem);
        }
        context.close();
    }
}
