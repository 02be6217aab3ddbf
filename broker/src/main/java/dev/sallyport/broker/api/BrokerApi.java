package dev.sallyport.broker.api;

import dev.sallyport.broker.issue.ServerIdentity;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker's HTTPS listener (TLS 1.3). Runs every call on its own virtual thread. */
public final class BrokerApi implements AutoCloseable {
    /** Evidence is the largest part of a body; the rest are names. */
    static final int MAX_BODY = 256 * 1024;

    /** The server's own limit is only a backstop, so that the answer is ours. */
    private static final int MAX_PAYLOAD = 2 * MAX_BODY;

    private static final Logger LOGGER = LoggerFactory.getLogger(BrokerApi.class);
    private static final int MAX_CONNECTIONS = 2048;
    private static final int MAX_CONCURRENT = 1024;
    private static final int CALLS_PER_SECOND = 100;
    private static final int BURST = 500;
    private static final Duration IDLE = Duration.ofMinutes(2);

    private final WebServer server;
    private final ApiJson json = new ApiJson();
    private final ApiDispatch dispatch;
    private final RateLimit rate;

    private BrokerApi(
            BrokerCore core, InetSocketAddress bind, ServerIdentity identity, RateLimit rate) {
        this.dispatch = new ApiDispatch(core, json);
        this.rate = rate;
        Tls tls =
                Tls.builder()
                        .privateKey(identity.key())
                        .privateKeyCertChain(identity.chain())
                        .clientAuth(TlsClientAuth.NONE)
                        .enabledProtocols(List.of("TLSv1.3"))
                        .build();
        this.server =
                WebServer.builder()
                        .address(bind.getAddress())
                        .port(bind.getPort())
                        .tls(tls)
                        .maxPayloadSize(MAX_PAYLOAD)
                        .maxTcpConnections(MAX_CONNECTIONS)
                        .maxConcurrentRequests(MAX_CONCURRENT)
                        .idleConnectionTimeout(IDLE)
                        .shutdownHook(false)
                        .featuresDiscoverServices(false)
                        .routing(this::route)
                        .build();
    }

    /** Starts listening on {@code bind}; port 0 takes a free one. */
    public static BrokerApi start(
            BrokerCore core, InetSocketAddress bind, ServerIdentity identity, InstantSource clock) {
        return start(core, bind, identity, new RateLimit(CALLS_PER_SECOND, BURST, clock));
    }

    static BrokerApi start(
            BrokerCore core, InetSocketAddress bind, ServerIdentity identity, RateLimit rate) {
        var api = new BrokerApi(core, bind, identity, rate);
        core.watch();
        api.server.start();
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
        ApiAnswer answer = answer(route, request);
        dispatch.called(route, answer.status());
        send(response, answer);
    }

    private ApiAnswer answer(Route route, ServerRequest request) {
        try {
            if (!rate.permits(peer(request))) {
                throw new ApiErrorException(429, "too_many", "too many calls", "");
            }
            return dispatch.answer(route, incoming(request));
        } catch (ApiErrorException e) {
            return error(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return error(new ApiErrorException(503, "stopping", "the broker is stopping", ""));
        } catch (IOException | RuntimeException e) {
            // The edge of the call's thread: whatever went wrong, nothing was granted by it.
            LOGGER.atError().addKeyValue("route", route).setCause(e).log("call failed");
            return error(new ApiErrorException(500, "failed", "the broker could not do this", ""));
        }
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
                peer(request).getHostAddress(),
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
    }
}
