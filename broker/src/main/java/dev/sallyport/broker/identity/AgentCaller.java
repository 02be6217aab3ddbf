package dev.sallyport.broker.identity;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Words;
import java.time.Instant;

/**
 * An agent, known by its token.
 *
 * @param issuer the token's exact issuer
 * @param tokenId names this one token without giving it away: lower-case hex SHA-256 over issuer,
 *     line feed and {@code jti}, or over header and payload of a token without {@code jti} (never
 *     the signature: ECDSA signatures can be altered and stay valid)
 * @param expiresAt when the token ends
 */
public record AgentCaller(Agent agent, String issuer, String tokenId, Instant expiresAt)
        implements Caller {
    public AgentCaller {
        Words.requireText("issuer", issuer);
        Words.requireText("token id", tokenId);
    }

    @Override
    public String id() {
        return agent.id();
    }
}
