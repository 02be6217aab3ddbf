package dev.sallyport.broker.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.MutableClock;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys over HTTP: rotation, outage, discovery, and tokens that must not cause a fetch. */
final class OidcVerifierIT {
    private static final IssuerKeys.Timing FAST =
            new IssuerKeys.Timing(
                    Duration.ofMillis(200), Duration.ofMillis(50), Duration.ofMinutes(5));

    private final MutableClock clock = new MutableClock();
    private final AtomicInteger fetches = new AtomicInteger();
    private final AtomicInteger status = new AtomicInteger(200);
    private final AtomicReference<String> keys = new AtomicReference<>("");
    private final AtomicReference<String> discovered = new AtomicReference<>("");
    private HttpServer server;
    private String issuer;

    @BeforeEach
    void serve() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer = "http://127.0.0.1:" + server.getAddress().getPort();
        discovered.set(issuer);
        answer(
                "/.well-known/openid-configuration",
                () ->
                        "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}"
                                .formatted(discovered.get(), issuer));
        answer("/keys", keys::get);
        server.createContext(
                "/moved",
                exchange -> {
                    fetches.incrementAndGet();
                    exchange.getResponseHeaders().set("Location", issuer + "/keys");
                    exchange.sendResponseHeaders(302, -1);
                    exchange.close();
                });
        server.start();
    }

    private void answer(String path, java.util.function.Supplier<String> body) {
        server.createContext(
                path,
                exchange -> {
                    fetches.incrementAndGet();
                    byte[] bytes = body.get().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status.get(), bytes.length);
                    try (OutputStream stream = exchange.getResponseBody()) {
                        stream.write(bytes);
                    }
                });
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private OidcVerifier verifier(TestIssuer tokens, JwksLocation jwks) {
        return new OidcVerifier(
                List.of(tokens.settings(jwks, TestIssuer.githubMapping())), clock, FAST);
    }

    private String token(TestIssuer tokens) {
        return tokens.sign(tokens.github(clock.instant()).build());
    }

    @Test
    void findsRotatedKeysAndSurvivesAnOutage() {
        // Given
        TestIssuer old = new TestIssuer(issuer, "k1");
        TestIssuer rotated = new TestIssuer(issuer, "k2");
        keys.set(old.jwks());
        try (var verifier = verifier(old, new JwksLocation.Discovery())) {
            assertThat(verifier.verify(token(old))).isInstanceOf(Verification.Accepted.class);
            // When
            keys.set(rotated.jwks());
            // Then
            assertThat(eventually(verifier, token(rotated))).isTrue();
            // When
            status.set(503);
            LockSupport.parkNanos(Duration.ofMillis(400).toNanos());
            // Then
            assertThat(verifier.verify(token(rotated))).isInstanceOf(Verification.Accepted.class);
        }
    }

    private static boolean eventually(OidcVerifier verifier, String token) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (System.nanoTime() < deadline) {
            if (verifier.verify(token) instanceof Verification.Accepted) {
                return true;
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        return false;
    }

    @Test
    @Attack(52)
    void unknownIssuerNeverFetches() {
        // Given
        TestIssuer known = new TestIssuer(issuer, "k1");
        TestIssuer unknown = new TestIssuer(issuer + "/other", "k1");
        try (var verifier = verifier(known, new JwksLocation.Discovery())) {
            // When
            Verification verification = verifier.verify(token(unknown));
            // Then
            assertThat(verification).isInstanceOf(Verification.Rejected.class);
            assertThat(fetches).hasValue(0);
        }
    }

    @Test
    @Attack(50)
    void floodOfUnknownKeysFetchesRarely() {
        // Given
        TestIssuer known = new TestIssuer(issuer, "k1");
        TestIssuer forger = new TestIssuer(issuer, "k9");
        keys.set(known.jwks());
        var slow =
                new IssuerKeys.Timing(
                        Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofMinutes(5));
        var settings =
                known.settings(
                        new JwksLocation.Url(URI.create(issuer + "/keys")),
                        TestIssuer.githubMapping());
        try (var verifier = new OidcVerifier(List.of(settings), clock, slow)) {
            String forged = token(forger);
            // When
            for (int i = 0; i < 500; i++) {
                assertThat(verifier.verify(forged)).isInstanceOf(Verification.Rejected.class);
            }
            // Then
            assertThat(fetches.get()).isLessThanOrEqualTo(3);
            assertThat(verifier.verify(token(known))).isInstanceOf(Verification.Accepted.class);
        }
    }

    @Test
    void refusesForeignDiscoveryRedirectsHugeAnswersAndOutage() {
        // Given
        TestIssuer tokens = new TestIssuer(issuer, "k1");
        keys.set(tokens.jwks());
        // When, Then
        discovered.set("https://evil.example");
        assertRefused(tokens, new JwksLocation.Discovery());
        discovered.set(issuer);
        assertRefused(tokens, new JwksLocation.Url(URI.create(issuer + "/moved")));
        assertRefused(tokens, new JwksLocation.Url(URI.create("http://keys.example/keys")));
        keys.set(tokens.jwks() + " ".repeat(1 << 20));
        assertRefused(tokens, new JwksLocation.Discovery());
        keys.set(tokens.jwks());
        status.set(500);
        assertRefused(tokens, new JwksLocation.Discovery());
    }

    private void assertRefused(TestIssuer tokens, JwksLocation jwks) {
        try (var verifier = verifier(tokens, jwks)) {
            assertThat(verifier.verify(token(tokens)))
                    .isInstanceOfSatisfying(
                            Verification.Rejected.class,
                            rejected -> assertThat(rejected.rule()).isEqualTo("keys"));
        }
    }
}
