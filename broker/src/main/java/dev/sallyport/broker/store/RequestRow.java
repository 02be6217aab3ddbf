package dev.sallyport.broker.store;

import dev.sallyport.access.Agent;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An access request that waits for humans, frozen as it was shown to them.
 *
 * @param question the question that was put to approvers
 */
public record RequestRow(
        String id,
        State state,
        String question,
        Document document,
        Instant askedAt,
        Instant expiresAt) {

    /** A request's life, one way. */
    public enum State {
        PENDING,
        ISSUED,
        REFUSED
    }

    /**
     * What was asked, all of it.
     *
     * @param said parameters as the agent said them
     * @param facts as they were looked up, as text
     */
    public record Document(
            Agent agent,
            String intent,
            Map<String, String> said,
            Map<String, String> facts,
            String reason,
            String ticket,
            String evidence,
            List<Key> keys) {}

    /**
     * A public key that shall carry the grant.
     *
     * @param use {@code SSH} or {@code X509}
     * @param publicKey base 64 of the SubjectPublicKeyInfo
     */
    public record Key(String use, String algorithm, String publicKey) {}
}
