package dev.sallyport.cli.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.UUID;

/**
 * A small OpenID Connect issuer on loopback, so that the demonstration needs no account anywhere:
 * discovery, JWKS and ES256 tokens (OpenID Connect Discovery 1.0, RFC 7517, RFC 7519). It also
 * answers the one fact that the demonstration's policy looks up.
 */
public final class DemoIssuer implements AutoCloseable {
    /** The audience of every token. */
    public static final String AUDIENCE = "sallyport-demo";

    private static final Duration LIFETIME = Duration.ofMinutes(10);

    private final HttpServer server;
    private final ECKey key;
    private final InstantSource clock;

    private DemoIssuer(HttpServer server, ECKey key, InstantSource clock) {
        this.server = server;
        this.key = key;
        this.clock = clock;
    }

    /** Starts it on a free port. */
    public static DemoIssuer start(InstantSource clock) throws IOException {
        try {
            ECKey key =
                    new ECKeyGenerator(Curve.P_256).keyID(UUID.randomUUID().toString()).generate();
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            HttpServer server = HttpServer.create(address, 16);
            var issuer = new DemoIssuer(server, key, clock);
            server.createContext("/.well-known/openid-configuration", issuer::discovery);
            server.createContext("/jwks.json", issuer::jwks);
            server.createContext("/customers/", DemoIssuer::customer);
            server.start();
            return issuer;
        } catch (JOSEException e) {
            throw new IllegalStateException("this JDK makes no P-256 keys", e);
        }
    }

    /** The {@code iss} of its tokens, also its base URL. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** A token with {@code claims} besides the registered ones, valid for ten minutes. */
    public String token(String subject, Map<String, Object> claims) {
        Instant now = clock.instant();
        var builder =
                new JWTClaimsSet.Builder()
                        .issuer(url())
                        .audience(AUDIENCE)
                        .subject(subject)
                        .jwtID(UUID.randomUUID().toString())
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(LIFETIME)));
        claims.forEach(builder::claim);
        var header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build();
        var token = new SignedJWT(header, builder.build());
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("the issuer's own key does not sign", e);
        }
        return token.serialize();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void discovery(HttpExchange exchange) {
        String url = url();
        answer(exchange, "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/jwks.json\"}".formatted(url, url));
    }

    private void jwks(HttpExchange exchange) {
        answer(exchange, new JWKSet(key.toPublicJWK()).toString());
    }

    /** Customer 42 is active, everybody else is not. */
    private static void customer(HttpExchange exchange) {
        boolean active = exchange.getRequestURI().getPath().equals("/customers/42");
        answer(exchange, "{\"active\":%b}".formatted(active));
    }

    private static void answer(HttpExchange exchange, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
