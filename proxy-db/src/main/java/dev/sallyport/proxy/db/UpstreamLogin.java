package dev.sallyport.proxy.db;

import dev.sallyport.access.Secret;
import dev.sallyport.proxy.db.wire.BackendDecoder;
import dev.sallyport.proxy.db.wire.BackendMessage;
import dev.sallyport.proxy.db.wire.CancelKey;
import dev.sallyport.proxy.db.wire.ChannelBinding;
import dev.sallyport.proxy.db.wire.FrontendEncoder;
import dev.sallyport.proxy.db.wire.ProtocolVersion;
import dev.sallyport.proxy.db.wire.ProtocolViolation;
import dev.sallyport.proxy.db.wire.Scram;
import dev.sallyport.proxy.db.wire.SslResponse;
import dev.sallyport.proxy.db.wire.StartupParameter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Logs in to a server: TLS when the target wants it, then SCRAM, and nothing weaker: a server that
 * asks for the password itself does not get it. Owned by the event loop.
 */
final class UpstreamLogin implements Inbound.Reader {
    /** What came of it. */
    record Standing(
            Channel channel,
            Inbound inbound,
            BackendDecoder decoder,
            Map<String, String> parameters,
            Optional<CancelKey> key) {}

    private final Channel channel;
    private final Optional<SslContext> tls;
    private final String host;
    private final int port;
    private final List<StartupParameter> startup;
    private final Secret password;
    private final CompletableFuture<Standing> outcome;
    private final SecureRandom random = new SecureRandom();
    private final BackendDecoder decoder;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private boolean waitsForTls;
    private @Nullable Scram scram;
    private Scram.@Nullable Proof proof;
    private @Nullable CancelKey key;
    private @Nullable SslHandler secured;

    UpstreamLogin(
            Channel channel,
            DbLimits limits,
            Optional<SslContext> tls,
            String host,
            int port,
            List<StartupParameter> startup,
            Secret password,
            CompletableFuture<Standing> outcome) {
        this.channel = channel;
        this.tls = tls;
        this.host = host;
        this.port = port;
        this.startup = List.copyOf(startup);
        this.password = password;
        this.outcome = outcome;
        this.decoder = new BackendDecoder(limits.backend(), ProtocolVersion.V3_2);
    }

    @Override
    public void begin() {
        if (tls.isPresent()) {
            waitsForTls = true;
            ByteBuf request = channel.alloc().buffer();
            FrontendEncoder.sslRequest(request);
            channel.writeAndFlush(request);
        } else {
            start();
        }
    }

    private void start() {
        ByteBuf out = channel.alloc().buffer();
        FrontendEncoder.startupMessage(out, ProtocolVersion.V3_2, startup);
        channel.writeAndFlush(out);
    }

    @Override
    public void read(ByteBuf in) {
        try {
            if (waitsForTls) {
                SslResponse.decode(in).ifPresent(this::secure);
                return;
            }
            Optional<BackendMessage> message = decoder.decode(in);
            while (message.isPresent()) {
                boolean more = take(message.get());
                message = more ? decoder.decode(in) : Optional.empty();
            }
        } catch (LoginRefusedException e) {
            outcome.completeExceptionally(e);
            fail(e.getMessage());
        } catch (ProtocolViolation | IOException e) {
            fail(e.getMessage());
        }
    }

    private void secure(SslResponse response) {
        if (response != SslResponse.WILLING) {
            fail("the server does not speak TLS");
            return;
        }
        waitsForTls = false;
        SslHandler handler = tls.orElseThrow().newHandler(channel.alloc(), host, port);
        secured = handler;
        channel.pipeline().addFirst(handler);
        handler.handshakeFuture()
                .addListener((Future<Channel> done) -> {
                    if (done.isSuccess()) {
                        start();
                    } else {
                        fail("the server's certificate is not accepted");
                    }
                });
    }

    /** False when the login is over, one way or the other. */
    private boolean take(BackendMessage message) throws IOException {
        try {
            switch (message) {
                case BackendMessage.AuthenticationSasl sasl -> begin(sasl);
                case BackendMessage.AuthenticationSaslContinue next -> proceed(next);
                case BackendMessage.AuthenticationSaslFinal last -> verify(last);
                case BackendMessage.AuthenticationOk _ -> authenticated();
                case BackendMessage.ParameterStatus status ->
                        parameters.put(status.name(), status.value());
                case BackendMessage.BackendKeyData data -> key = data.key();
                case BackendMessage.NegotiateProtocolVersion _ -> {}
                case BackendMessage.NoticeResponse _ -> {}
                case BackendMessage.ReadyForQuery _ -> {
                    stand();
                    return false;
                }
                case BackendMessage.ErrorResponse error ->
                        throw new LoginRefusedException(error.fields().code());
                default -> throw new IOException("the server wants a login that is not spoken");
            }
            return true;
        } finally {
            message.release();
        }
    }

    private void begin(BackendMessage.AuthenticationSasl sasl) throws IOException {
        byte[] secret = password.reveal().getBytes(StandardCharsets.UTF_8);
        try {
            Scram begun = Scram.begin(sasl.mechanisms(), secret, binding(), random);
            scram = begun;
            ByteBuf out = channel.alloc().buffer();
            FrontendEncoder.saslInitialResponse(out, begun.mechanism(), begun.clientFirst());
            channel.writeAndFlush(out);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private ChannelBinding binding() throws IOException {
        SslHandler handler = secured;
        if (handler == null) {
            return ChannelBinding.none();
        }
        try {
            return ChannelBinding.tlsServerEndPoint(
                    (X509Certificate) handler.engine().getSession().getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException e) {
            throw new IOException("the server has no certificate", e);
        }
    }

    private void proceed(BackendMessage.AuthenticationSaslContinue next) throws IOException {
        Scram begun = scram;
        if (begun == null || proof != null) {
            throw new IOException("the server goes on with a login that has not begun");
        }
        Scram.Proof made = begun.answer(next.data());
        proof = made;
        ByteBuf out = channel.alloc().buffer();
        FrontendEncoder.saslResponse(out, made.clientFinal());
        channel.writeAndFlush(out);
    }

    private void verify(BackendMessage.AuthenticationSaslFinal last) throws IOException {
        Scram.Proof made = proof;
        if (made == null) {
            throw new IOException("the server ends a login that has not begun");
        }
        made.verify(last.data());
        scram = closed(scram);
    }

    /** Only a server that has proved to know the password, too, may say so. */
    private void authenticated() throws IOException {
        if (proof == null || scram != null) {
            throw new IOException("the server lets anybody in");
        }
    }

    private static @Nullable Scram closed(@Nullable Scram scram) {
        if (scram != null) {
            scram.close();
        }
        return null;
    }

    private void stand() {
        outcome.complete(
                new Standing(
                        channel,
                        channel.pipeline().get(Inbound.class),
                        decoder,
                        parameters,
                        Optional.ofNullable(key)));
    }

    private void fail(@Nullable String why) {
        scram = closed(scram);
        outcome.completeExceptionally(new IOException(why));
        channel.close();
    }

    @Override
    public void closed() {
        scram = closed(scram);
        outcome.completeExceptionally(new IOException("the server closed the connection"));
    }
}
