package dev.sallyport.proxy.db.wire;

import dev.sallyport.proxy.db.wire.BackendMessage.AuthenticationCleartextPassword;
import dev.sallyport.proxy.db.wire.BackendMessage.AuthenticationMd5Password;
import dev.sallyport.proxy.db.wire.BackendMessage.AuthenticationOk;
import dev.sallyport.proxy.db.wire.BackendMessage.AuthenticationSasl;
import dev.sallyport.proxy.db.wire.BackendMessage.AuthenticationSaslContinue;
import dev.sallyport.proxy.db.wire.BackendMessage.AuthenticationSaslFinal;
import dev.sallyport.proxy.db.wire.BackendMessage.BackendKeyData;
import dev.sallyport.proxy.db.wire.BackendMessage.ErrorResponse;
import dev.sallyport.proxy.db.wire.BackendMessage.ReadyForQuery;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A client of nothing but a socket and the codecs. */
final class WireClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Buffers buffers = new Buffers();
    private final ByteBuf in = buffers.empty();
    private final BackendDecoder decoder;
    private Socket socket;
    private ChannelBinding binding = ChannelBinding.none();
    private @Nullable CancelKey key;
    private String mechanism = "";

    WireClient(int port) throws IOException {
        this(port, ProtocolVersion.V3_2);
    }

    WireClient(int port, ProtocolVersion version) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        decoder = new BackendDecoder(BackendLimits.DEFAULT, version);
    }

    /** SSLRequest, TLS, and what SCRAM may bind itself to. */
    void startTls(X509Certificate trusted, Function<X509Certificate, ChannelBinding> bindTo)
            throws IOException, GeneralSecurityException {
        send(FrontendEncoder::sslRequest);
        while (SslResponse.decode(in).isEmpty()) {
            receive();
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("server", trusted);
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trust.getTrustManagers(), null);
        SSLSocket tls =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(socket, "localhost", socket.getPort(), true);
        tls.startHandshake();
        socket = tls;
        binding = bindTo.apply((X509Certificate) tls.getSession().getPeerCertificates()[0]);
    }

    /** Everything up to ReadyForQuery, or the error that ended the login. */
    List<String> login(String user, String password, StartupParameter... more) throws IOException {
        List<StartupParameter> parameters = new ArrayList<>();
        parameters.add(new StartupParameter("user", user));
        parameters.add(new StartupParameter("database", "postgres"));
        parameters.addAll(List.of(more));
        send(out -> FrontendEncoder.startupMessage(out, decoder.version(), parameters));
        byte[] secret = password.getBytes(StandardCharsets.UTF_8);
        List<String> said = new ArrayList<>();
        Optional<Scram> scram = Optional.empty();
        Optional<Scram.Proof> proof = Optional.empty();
        while (true) {
            BackendMessage message = next();
            said.add(Words.of(message));
            try {
                switch (message) {
                    case AuthenticationSasl offer -> {
                        Scram begun =
                                Scram.begin(
                                        offer.mechanisms(), secret, binding, new SecureRandom());
                        mechanism = begun.mechanism();
                        send(out ->
                                FrontendEncoder.saslInitialResponse(
                                        out, begun.mechanism(), begun.clientFirst()));
                        scram = Optional.of(begun);
                    }
                    case AuthenticationSaslContinue challenge -> {
                        Scram.Proof answer = scram.orElseThrow().answer(challenge.data());
                        send(out -> FrontendEncoder.saslResponse(out, answer.clientFinal()));
                        proof = Optional.of(answer);
                    }
                    case AuthenticationSaslFinal end -> proof.orElseThrow().verify(end.data());
                    case AuthenticationMd5Password md5 ->
                            send(out ->
                                    FrontendEncoder.passwordMessage(
                                            out, Md5Password.answer(user, secret, md5.salt())));
                    case AuthenticationCleartextPassword _ ->
                            send(out -> FrontendEncoder.passwordMessage(out, secret));
                    case BackendKeyData data -> key = data.key();
                    case AuthenticationOk _ -> scram.ifPresent(Scram::close);
                    case ReadyForQuery _, ErrorResponse _ -> {
                        return said;
                    }
                    default -> {}
                }
            } finally {
                message.release();
            }
        }
    }

    /** The mechanism of the login, empty without SASL. */
    String mechanism() {
        return mechanism;
    }

    ProtocolVersion version() {
        return decoder.version();
    }

    CancelKey key() {
        if (key == null) {
            throw new IllegalStateException("the server has sent no key");
        }
        return key;
    }

    void send(Consumer<ByteBuf> encoders) {
        try {
            socket.getOutputStream().write(Buffers.written(encoders));
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The caller releases it. */
    BackendMessage next() throws IOException {
        Optional<BackendMessage> message = decoder.decode(in);
        while (message.isEmpty()) {
            receive();
            message = decoder.decode(in);
        }
        return message.get();
    }

    /** All messages up to and with ReadyForQuery, each read and released. */
    List<String> untilReady(Consumer<BackendMessage> each) throws IOException {
        List<String> said = new ArrayList<>();
        boolean ready = false;
        while (!ready) {
            BackendMessage message = next();
            each.accept(message);
            said.add(Words.of(message));
            ready = message instanceof ReadyForQuery;
            message.release();
        }
        return said;
    }

    List<String> untilReady() throws IOException {
        return untilReady(_ -> {});
    }

    /** True when the server closed the connection without a word. */
    boolean isClosedWithoutAnAnswer() throws IOException {
        return socket.getInputStream().read() < 0;
    }

    private void receive() throws IOException {
        byte[] chunk = new byte[8_192];
        int size = socket.getInputStream().read(chunk);
        if (size < 0) {
            throw new EOFException("the server has closed: " + ByteBufUtil.hexDump(in));
        }
        in.discardReadBytes().writeBytes(chunk, 0, size);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        in.release();
        buffers.close();
    }
}
