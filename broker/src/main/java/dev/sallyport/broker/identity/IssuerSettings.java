package dev.sallyport.broker.identity;

import dev.sallyport.access.Words;

/**
 * One trusted issuer of tokens.
 *
 * @param issuer the exact {@code iss}
 * @param audience the exact and only {@code aud}
 * @param mapping who the bearer is, from the claims
 */
public record IssuerSettings(
        String issuer, String audience, JwksLocation jwks, ClaimMapping mapping) {
    public IssuerSettings {
        Words.requireText("issuer", issuer);
        Words.requireText("audience", audience);
    }
}
