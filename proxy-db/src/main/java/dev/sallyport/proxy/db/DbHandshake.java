package dev.sallyport.proxy.db;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.gate.RefusedLogins;
import dev.sallyport.proxy.db.wire.BackendEncoder;
import dev.sallyport.proxy.db.wire.ProtocolViolation;
import dev.sallyport.proxy.db.wire.SslResponse;
import dev.sallyport.proxy.db.wire.StartupDecoder;
import dev.sallyport.proxy.db.wire.StartupPacket;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * A connection until it has proved something: TLS, asked for or direct, then one start-up packet. A
 * cancel request may come with or without TLS, as old clients send it in clear text. Owned by the
 * event loop.
 */
final class DbHandshake implements Inbound.Reader {
    /** What direct TLS has to agree on, so that no other protocol is taken for this one. */
    static final String ALPN = "postgresql";

    private final Channel channel;
    private final DbParts parts;
    private final DbAuthenticator authenticator;
    private final SslContext tls;
    private final StartupDecoder decoder = new StartupDecoder();
    private @Nullable SslHandler secured;
    private boolean direct;
    private boolean over;

    DbHandshake(Channel channel, DbParts parts, DbAuthenticator authenticator, SslContext tls) {
        this.channel = channel;
        this.parts = parts;
        this.authenticator = authenticator;
        this.tls = tls;
        channel.eventLoop()
                .schedule(
                        this::timeOut,
                        parts.limits().startTime().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void timeOut() {
        if (!over) {
            refuse(Refusal.deny("timeout", "the connection proved nothing in time"), "");
        }
    }

    @Override
    public void read(ByteBuf in) {
        if (over) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            Optional<StartupPacket> packet = decoder.decode(in);
            if (packet.isPresent()) {
                take(packet.get(), in);
            }
        } catch (ProtocolViolation e) {
            refuse(Refusal.deny("protocol", String.valueOf(e.getMessage())), "");
        }
    }

    private void take(StartupPacket packet, ByteBuf in) {
        switch (packet) {
            case StartupPacket.SslRequest _ -> {
                ByteBuf willing = channel.alloc().buffer(1);
                BackendEncoder.sslResponse(willing, SslResponse.WILLING);
                secure(in);
                // The one byte goes out before TLS begins, past the handler of TLS.
                channel.pipeline().context(SslHandler.class).writeAndFlush(willing);
            }
            case StartupPacket.GssEncRequest _ -> {
                ByteBuf unwilling = channel.alloc().buffer(1);
                BackendEncoder.sslResponse(unwilling, SslResponse.UNWILLING);
                channel.writeAndFlush(unwilling);
            }
            case StartupPacket.DirectTls _ -> {
                direct = true;
                secure(in);
            }
            case StartupPacket.CancelRequest(var key) -> {
                over = true;
                parts.cancels().cancel(key);
                channel.close();
            }
            case StartupPacket.StartupMessage message -> start(message);
        }
    }

    /** What came is TLS's from now on. */
    private void secure(ByteBuf in) {
        SslHandler handler = tls.newHandler(channel.alloc());
        handler.setHandshakeTimeoutMillis(parts.limits().startTime().toMillis());
        secured = handler;
        channel.pipeline().addFirst(handler);
        if (in.isReadable()) {
            ByteBuf rest = in.readBytes(in.readableBytes());
            channel.pipeline().fireChannelRead(rest);
        }
    }

    private void start(StartupPacket.StartupMessage message) {
        String user = printable(message.values("user").stream().reduce("", (a, b) -> b));
        SslHandler handler = secured;
        if (handler == null) {
            refuse(Refusal.deny("tls", "the connection is in clear text"), user);
            return;
        }
        if (direct && !ALPN.equals(handler.applicationProtocol())) {
            refuse(Refusal.deny("tls", "direct TLS without ALPN"), user);
            return;
        }
        switch (authenticator.examine(chain(handler), message)) {
            case DbAuthenticator.Examined.Refused(Refusal why) -> refuse(why, user);
            case DbAuthenticator.Examined.Fits(DbAuthenticator.Proven proven) -> {
                over = true;
                new DbOpening(parts, channel, proven, message).begin();
            }
        }
    }

    private static List<X509Certificate> chain(SslHandler handler) {
        try {
            var chain = new ArrayList<X509Certificate>();
            for (Certificate each : handler.engine().getSession().getPeerCertificates()) {
                if (each instanceof X509Certificate certificate) {
                    chain.add(certificate);
                }
            }
            return chain;
        } catch (SSLPeerUnverifiedException e) {
            return List.of(); // No certificate was sent.
        }
    }

    /**
     * The true reason is durable before the peer hears anything, and then it hears nothing of it.
     */
    private void refuse(Refusal why, String user) {
        over = true;
        var peer = new RefusedLogins.Peer("db", String.valueOf(channel.remoteAddress()), user, "");
        EventContext context = EventContext.NONE;
        parts.refusedLogins()
                .record(context, peer, why)
                .whenComplete((recorded, failure) ->
                        channel.eventLoop().execute(() -> DbOpening.leave(channel)));
    }

    private static String printable(String text) {
        String head = text.length() > 64 ? text.substring(0, 64) + "…" : text;
        return head.replaceAll("\\p{Cntrl}", "\uFFFD");
    }

    @Override
    public void closed() {
        if (!over) {
            over = true;
            if (secured != null) {
                // A handshake that TLS refused is recorded, too.
                var peer =
                        new RefusedLogins.Peer(
                                "db", String.valueOf(channel.remoteAddress()), "", "");
                parts.refusedLogins()
                        .record(
                                EventContext.NONE,
                                peer,
                                Refusal.deny(
                                        "tls", "the connection ended before it proved anything"));
            }
        }
    }
}
