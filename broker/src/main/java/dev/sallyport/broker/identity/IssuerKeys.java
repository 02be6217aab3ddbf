package dev.sallyport.broker.identity;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.sallyport.broker.intent.HttpLookup;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * An issuer's public keys: cached, fetched again (at a limited rate) when a key id is not known,
 * and still served from the cache while the issuer is down. Thread-safe.
 */
final class IssuerKeys {
    /** How the cache behaves; shorter in tests. */
    record Timing(Duration cache, Duration refetch, Duration outage) {
        static final Timing NORMAL =
                new Timing(Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofHours(12));
    }

    /** How long one refresh may take, waiting for another thread's included. */
    private static final Duration REFRESH_LIMIT = Duration.ofSeconds(10);

    private final JWKSource<SecurityContext> source;

    private IssuerKeys(JWKSource<SecurityContext> source) {
        this.source = source;
    }

    static IssuerKeys of(IssuerSettings issuer, HttpLookup http, Timing timing) {
        return switch (issuer.jwks()) {
            case JwksLocation.File file -> new IssuerKeys(new FileKeys(file.path()));
            case JwksLocation.Url url -> remote(() -> url.uri(), http, timing);
            case JwksLocation.Discovery _ ->
                    remote(() -> discover(issuer.issuer(), http), http, timing);
        };
    }

    List<JWK> matching(JWKSelector selector) throws KeySourceException {
        return source.get(selector, null);
    }

    private static IssuerKeys remote(Locator locator, HttpLookup http, Timing timing) {
        JWKSource<SecurityContext> source =
                JWKSourceBuilder.create(new RemoteKeys(locator, http))
                        .cache(timing.cache().toMillis(), REFRESH_LIMIT.toMillis())
                        .refreshAheadCache(false)
                        .rateLimited(timing.refetch().toMillis())
                        .outageTolerant(timing.outage().toMillis())
                        .build();
        return new IssuerKeys(source);
    }

    /** OpenID Connect Discovery 1.0 §4: the document's issuer MUST be the one that was asked. */
    private static URI discover(String issuer, HttpLookup http) throws IOException {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        byte[] body = http.fetch(URI.create(base + "/.well-known/openid-configuration"));
        try {
            Map<String, Object> document =
                    JSONObjectUtils.parse(new String(body, StandardCharsets.UTF_8));
            if (!issuer.equals(document.get("issuer"))) {
                throw new IOException("discovery document names another issuer");
            }
            if (document.get("jwks_uri") instanceof String uri) {
                return HttpLookup.requireSafe(URI.create(uri));
            }
            throw new IOException("discovery document has no jwks_uri");
        } catch (ParseException | IllegalArgumentException e) {
            throw new IOException("discovery document cannot be read", e);
        }
    }

    @FunctionalInterface
    private interface Locator {
        URI uri() throws IOException;
    }

    private record RemoteKeys(Locator locator, HttpLookup http)
            implements JWKSetSource<SecurityContext> {
        @Override
        public JWKSet getJWKSet(
                JWKSetCacheRefreshEvaluator refresh, long now, SecurityContext context)
                throws KeySourceException {
            try {
                return parse(http.fetch(locator.uri()));
            } catch (IOException | ParseException e) {
                throw new com.nimbusds.jose.jwk.source.JWKSetUnavailableException(
                        "keys are not available", e);
            }
        }

        @Override
        public void close() {}
    }

    private static JWKSet parse(byte[] body) throws ParseException {
        return JWKSet.parse(new String(body, StandardCharsets.UTF_8)).toPublicJWKSet();
    }

    /** Keys of a file; a changed file that cannot be read leaves the last good keys in use. */
    private static final class FileKeys implements JWKSource<SecurityContext> {
        private static final long MAX_FILE = 1 << 20;

        private final Path path;
        // Guarded by this.
        private JWKSet keys = new JWKSet();
        private String seen = "";

        FileKeys(Path path) {
            this.path = path;
        }

        @Override
        public List<JWK> get(JWKSelector selector, SecurityContext context)
                throws KeySourceException {
            return selector.select(current());
        }

        private synchronized JWKSet current() throws KeySourceException {
            try {
                String stamp = Files.getLastModifiedTime(path) + "/" + Files.size(path);
                if (!stamp.equals(seen)) {
                    if (Files.size(path) > MAX_FILE) {
                        throw new IOException("key file is larger than " + MAX_FILE);
                    }
                    keys = parse(Files.readAllBytes(path));
                    seen = stamp;
                }
            } catch (IOException | ParseException e) {
                if (keys.isEmpty()) {
                    throw new KeySourceException("key file cannot be read", e);
                }
            }
            return keys;
        }
    }
}
