package dev.sallyport.broker.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.intent.Template;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/** An issuer of tokens for tests: keys, JWK set and tokens of the shapes that exist. */
public final class TestIssuer {
    public static final String AUDIENCE = "sallyport";

    private final String issuer;
    private final RSAKey key;

    public TestIssuer(String issuer, String keyId) {
        this.issuer = issuer;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            key =
                    new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                            .privateKey((RSAPrivateKey) pair.getPrivate())
                            .keyID(keyId)
                            .build();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    public RSAKey key() {
        return key;
    }

    /** The public JWK set. */
    public String jwks() {
        return new JWKSet(key.toPublicJWK()).toString();
    }

    /** Claims of a GitHub Actions token, valid for five minutes from {@code now}. */
    public JWTClaimsSet.Builder github(Instant now) {
        return base(now)
                .subject("repo:acme/billing-bot:ref:refs/heads/main")
                .claim("repository", "acme/billing-bot")
                .claim("repository_owner", "acme")
                .claim("actor", "octocat")
                .claim("run_id", "4711");
    }

    public JWTClaimsSet.Builder base(Instant now) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience(AUDIENCE)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))))
                .jwtID("token-1");
    }

    public String sign(JWTClaimsSet claims) {
        return sign(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(key.getKeyID())
                        .type(JOSEObjectType.JWT)
                        .build(),
                claims);
    }

    public String sign(JWSHeader header, JWTClaimsSet claims) {
        try {
            var jwt = new SignedJWT(header, claims);
            jwt.sign(new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The mapping for GitHub Actions, as in the manual. */
    public static ClaimMapping githubMapping() {
        return new ClaimMapping.Agents(
                new Template("github/{repository}"),
                new Template("{actor}"),
                new Template("{run_id}"),
                List.of(new Template("{repository_owner}"), new Template("billing-agents")));
    }

    public IssuerSettings settings(JwksLocation jwks, ClaimMapping mapping) {
        return new IssuerSettings(issuer, AUDIENCE, jwks, mapping);
    }
}
