package dev.sallyport.broker.api;

import dev.sallyport.broker.issue.ServerIdentity;
import dev.sallyport.broker.metrics.BrokerMetrics;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker's listeners: HTTPS (TLS 1.3) for everybody, and for operators a Unix socket in the
 * data directory, which nobody else can reach and so nobody else can fill. Both serve the same
 * routes to the same credentials. Runs every call on its own virtual thread.
 */
public final class BrokerApi implements AutoCloseable {
    /** Evidence is the largest part of a body; the rest are names. */
    static final int MAX_BODY = 256 * 1024;

    /** The server's own limit is only a backstop, so that the answer is ours. */
    private static final int MAX_PAYLOAD = 2 * MAX_BODY;

    private static final Logger LOGGER = LoggerFactory.getLogger(BrokerApi.class);
    private static final int MAX_CONCURRENT = 1024;
    private static final int CALLS_PER_SECOND = 100;
    private static final int BURST = 500;

    /** Operators' own commands, and as many for a mistake among them. */
    private static final int MAX_OPERATORS = 64;

    /** What fits into a socket's address (unix(7): 108 bytes with the end). */
    private static final int MAX_SOCKET_PATH = 107;

    private final WebServer server;
    private final ApiJson json = new ApiJson();
    private final RateLimit rate;
    private final BrokerMetrics metrics;
    private final Doorkeeper keeper;
    // Null after close. Helidon's timer for idle connections outlives its server (helidon issue
    // 11939) and holds the routes, which would hold a closed broker and its recorder for good.
    private volatile @Nullable ApiDispatch dispatch;

    /**
     * Where the API listens.
     *
     * @param bind for everybody; port 0 takes a free one
     * @param operators the Unix socket's file, in a directory that only operators can enter
     */
    public record Doors(InetSocketAddress bind, Path operators) {}

    /** What bounds the callers. */
    record Bounds(RateLimit rate, Doorkeeper.Limits limits) {}

    private BrokerApi(BrokerCore core, Doors doors, ServerIdentity identity, Bounds bounds) {
        this.dispatch = new ApiDispatch(core, json);
        this.rate = bounds.rate();
        this.metrics = core.metrics();
        this.keeper = Doorkeeper.start(bounds.limits(), metrics);
        Tls tls =
                Tls.builder()
                        .sslContext(DoorTls.of(identity, keeper))
                        .clientAuth(TlsClientAuth.NONE)
                        .enabledProtocols(List.of(DoorTls.PROTOCOL))
                        .build();
        this.server =
                WebServer.builder()
                        .address(doors.bind().getAddress())
                        .port(doors.bind().getPort())
                        .tls(tls)
                        .useNio(false)
                        .maxPayloadSize(MAX_PAYLOAD)
                        .maxTcpConnections(bounds.limits().connections())
                        .maxConcurrentRequests(MAX_CONCURRENT)
                        .putSocket("operators", operators(doors.operators()))
                        .shutdownHook(false)
                        .featuresDiscoverServices(false)
                        .routing(this::route)
                        .build();
    }

    private ListenerConfig operators(Path file) {
        return ListenerConfig.builder()
                .bindAddress(UnixDomainSocketAddress.of(file))
                .maxPayloadSize(MAX_PAYLOAD)
                .maxTcpConnections(MAX_OPERATORS)
                .maxConcurrentRequests(MAX_OPERATORS)
                .routing(this::route)
                .build();
    }

    /**
     * Starts listening.
     *
     * @throws IOException when the operators' socket cannot be made
     */
    public static BrokerApi start(
            BrokerCore core, Doors doors, ServerIdentity identity, InstantSource clock)
            throws IOException {
        var rate = new RateLimit(CALLS_PER_SECOND, BURST, clock);
        return start(core, doors, identity, new Bounds(rate, Doorkeeper.Limits.DEFAULT));
    }

    static BrokerApi start(BrokerCore core, Doors doors, ServerIdentity identity, Bounds bounds)
            throws IOException {
        Path file = doors.operators();
        if (file.toString().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH) {
            throw new IOException(file + " is too long for a socket: choose a shorter directory");
        }
        // A node that was killed leaves its file behind.
        Files.deleteIfExists(file);
        core.watch();
        var api = new BrokerApi(core, doors, identity, bounds);
        try {
            api.server.start();
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException | RuntimeException e) {
            api.close();
            throw e;
        }
        return api;
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    private void route(HttpRouting.Builder routing) {
        for (Route route : Route.values()) {
            routing.route(
                    Method.create(route.method()),
                    route.path(),
                    (request, response) -> handle(route, request, response));
        }
        routing.any((request, response) -> send(response, error(ApiErrorException.notFound())));
    }

    private void handle(Route route, ServerRequest request, ServerResponse response) {
        ApiDispatch open = dispatch;
        if (open == null) {
            send(response, error(stopping()));
            return;
        }
        keeper.served(request.remotePeer().address());
        ApiAnswer answer = answer(open, route, request);
        open.called(route, answer.status());
        send(response, answer);
        keeper.served(request.remotePeer().address());
    }

    private static ApiErrorException stopping() {
        return new ApiErrorException(503, "stopping", "the broker is stopping", "");
    }

    private ApiAnswer answer(ApiDispatch open, Route route, ServerRequest request) {
        try {
            if (!isOperators(request) && !rate.permits(peer(request))) {
                throw new ApiErrorException(429, "too_many", "too many calls", "");
            }
            return open.answer(route, incoming(request));
        } catch (ApiErrorException e) {
            return error(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return error(stopping());
        } catch (IOException | RuntimeException e) {
            // The edge of the call's thread: whatever went wrong, nothing was granted by it.
            LOGGER.atError().addKeyValue("route", route).setCause(e).log("call failed");
            return error(new ApiErrorException(500, "failed", "the broker could not do this", ""));
        }
    }

    private static boolean isOperators(ServerRequest request) {
        return request.remotePeer().address() instanceof UnixDomainSocketAddress;
    }

    private static InetAddress peer(ServerRequest request) {
        return request.remotePeer().address() instanceof InetSocketAddress address
                ? address.getAddress()
                : InetAddress.getLoopbackAddress();
    }

    private static ApiDispatch.Incoming incoming(ServerRequest request)
            throws IOException, ApiErrorException {
        Optional<String> id = request.path().pathParameters().first("id").asOptional();
        var query = new TreeMap<String, String>();
        for (String name : request.query().names()) {
            query.put(name, request.query().first(name).orElse(""));
        }
        return new ApiDispatch.Incoming(
                request.headers().first(HeaderNames.AUTHORIZATION).orElse(""),
                request.headers().first(HeaderNames.CONTENT_TYPE).orElse(""),
                isOperators(request) ? "unix" : peer(request).getHostAddress(),
                id.orElse(""),
                Map.copyOf(query),
                () -> body(request));
    }

    private static byte[] body(ServerRequest request) throws IOException, ApiErrorException {
        if (request.headers().contentLength().orElse(0) > MAX_BODY) {
            throw tooLarge();
        }
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        try (InputStream stream = request.content().inputStream()) {
            byte[] body = stream.readNBytes(MAX_BODY + 1);
            if (body.length > MAX_BODY) {
                throw tooLarge();
            }
            return body;
        }
    }

    private static ApiErrorException tooLarge() {
        return new ApiErrorException(413, "too_large", "the body is too large", "");
    }

    private ApiAnswer error(ApiErrorException e) {
        return ApiAnswer.of(e.status(), e.body(), json);
    }

    private static void send(ServerResponse response, ApiAnswer answer) {
        response.status(answer.status());
        response.header(HeaderNames.CONTENT_TYPE, answer.mediaType());
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.header(HeaderNames.create("X-Content-Type-Options"), "nosniff");
        if (answer.status() == 401) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        response.send(answer.body());
    }

    @Override
    public void close() {
        server.stop();
        keeper.close();
        dispatch = null;
        // The web server's idle timer keeps its listener, and with it the keeper, for ever.
        metrics.forget();
    }
}
