package dev.sallyport.broker.identity;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.identity.Verification.Accepted;
import dev.sallyport.broker.identity.Verification.Rejected;
import dev.sallyport.broker.intent.HttpLookup;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Verifies JWTs (RFC 7519, RFC 8725, OpenID Connect Core §3.1.3.7) of several issuers. The issuer
 * is chosen by its exact name before any key is fetched, so a token cannot make the broker fetch
 * anything. Thread-safe; {@link #verify} may block for a key fetch.
 */
public final class OidcVerifier implements AutoCloseable {
    /** Longest token; real ones have 1 to 4 KiB. */
    static final int MAX_TOKEN = 16 * 1024;

    /** A token that lives longer than a day is a stored secret. */
    static final Duration MAX_LIFETIME = Duration.ofHours(24);

    private static final Duration SKEW = Duration.ofSeconds(30);
    private static final int MAX_ISSUERS_KEYS = 10;
    private static final Duration FETCH_LIMIT = Duration.ofSeconds(3);
    private static final long MAX_JWKS = 512 * 1024;

    private final Map<String, Trusted> issuers = new HashMap<>();
    private final HttpLookup http = new HttpLookup(FETCH_LIMIT, MAX_JWKS);
    private final InstantSource clock;

    private record Trusted(IssuerSettings settings, IssuerKeys keys) {}

    public OidcVerifier(List<IssuerSettings> issuers, InstantSource clock) {
        this(issuers, clock, IssuerKeys.Timing.NORMAL);
    }

    OidcVerifier(List<IssuerSettings> issuers, InstantSource clock, IssuerKeys.Timing timing) {
        this.clock = clock;
        for (IssuerSettings issuer : issuers) {
            var trusted = new Trusted(issuer, IssuerKeys.of(issuer, http, timing));
            if (this.issuers.put(issuer.issuer(), trusted) != null) {
                throw new IllegalArgumentException("issuer " + issuer.issuer() + " stands twice");
            }
        }
    }

    /** Who bears {@code token}. */
    public Verification verify(String token) {
        if (token.length() > MAX_TOKEN) {
            return new Rejected("format", "token is longer than " + MAX_TOKEN);
        }
        SignedJWT jwt;
        JWTClaimsSet claims;
        try {
            jwt = SignedJWT.parse(token);
            claims = jwt.getJWTClaimsSet();
        } catch (ParseException | IllegalArgumentException e) {
            return new Rejected("format", "not a signed JWT");
        }
        if (claims == null) {
            return new Rejected("format", "payload is not a JSON object");
        }
        Trusted issuer = issuers.get(String.valueOf(claims.getIssuer()));
        if (issuer == null) {
            return new Rejected("issuer", "issuer is not trusted");
        }
        return checkHeader(jwt.getHeader())
                .or(() -> checkSignature(jwt, issuer))
                .or(() -> checkClaims(claims, issuer.settings()))
                .<Verification>map(rejected -> rejected)
                .orElseGet(() -> map(jwt, claims, issuer.settings()));
    }

    private static Optional<Rejected> checkHeader(JWSHeader header) {
        if (!Signatures.ALLOWED.contains(header.getAlgorithm())) {
            return reject("algorithm", "algorithm is not allowed");
        }
        JOSEObjectType type = header.getType();
        if (type != null
                && !type.equals(JOSEObjectType.JWT)
                && !type.equals(new JOSEObjectType("at+jwt"))) {
            return reject("type", "typ is neither JWT nor at+jwt");
        }
        if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
            return reject("header", "crit is not understood");
        }
        return Optional.empty();
    }

    private static Optional<Rejected> checkSignature(SignedJWT jwt, Trusted issuer) {
        var matcher = JWKMatcher.forJWSHeader(jwt.getHeader());
        if (matcher == null) {
            return reject("algorithm", "algorithm is not allowed");
        }
        List<JWK> keys;
        try {
            keys = issuer.keys().matching(new JWKSelector(matcher));
        } catch (KeySourceException e) {
            return reject("keys", "the issuer's keys are not available");
        }
        if (keys.isEmpty()) {
            return reject("key", "the issuer has no such key");
        }
        boolean signed =
                keys.stream().limit(MAX_ISSUERS_KEYS).anyMatch(key -> Signatures.verify(jwt, key));
        return signed ? Optional.empty() : reject("signature", "signature does not verify");
    }

    private Optional<Rejected> checkClaims(JWTClaimsSet claims, IssuerSettings issuer) {
        if (!claims.getAudience().equals(List.of(issuer.audience()))) {
            return reject("audience", "audience is not exactly " + issuer.audience());
        }
        Date expiry = claims.getExpirationTime();
        Date issued = claims.getIssueTime();
        String subject = claims.getSubject();
        if (expiry == null || issued == null || subject == null || subject.isBlank()) {
            return reject("claims", "exp, iat and sub are required");
        }
        Instant now = clock.instant();
        Date notBefore = claims.getNotBeforeTime();
        if (!now.minus(SKEW).isBefore(expiry.toInstant())) {
            return reject("expired", "token has expired");
        }
        if (issued.toInstant().isAfter(now.plus(SKEW))
                || notBefore != null && notBefore.toInstant().isAfter(now.plus(SKEW))) {
            return reject("early", "token is not valid yet");
        }
        Duration lifetime = Duration.between(issued.toInstant(), expiry.toInstant());
        if (lifetime.compareTo(MAX_LIFETIME) > 0) {
            return reject("lifetime", "token lives longer than " + MAX_LIFETIME);
        }
        return Optional.empty();
    }

    private static Verification map(SignedJWT jwt, JWTClaimsSet claims, IssuerSettings issuer) {
        try {
            var token =
                    new ClaimMapping.TokenFacts(
                            issuer.issuer(),
                            tokenId(jwt, claims),
                            claims.getExpirationTime().toInstant());
            return new Accepted(issuer.mapping().caller(new Claims(claims.getClaims()), token));
        } catch (ClaimException e) {
            return new Rejected("claims", String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return new Rejected("claims", "a mapped name is not usable");
        }
    }

    private static String tokenId(SignedJWT jwt, JWTClaimsSet claims) {
        String id = claims.getJWTID();
        byte[] named =
                id == null || id.isBlank()
                        ? jwt.getSigningInput()
                        : (claims.getIssuer() + "\n" + id).getBytes(StandardCharsets.UTF_8);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(named));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static Optional<Rejected> reject(String rule, String reason) {
        return Optional.of(new Rejected(rule, reason));
    }

    @Override
    public void close() {
        http.close();
    }
}
