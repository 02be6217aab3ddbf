package dev.sallyport.broker.store;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Which keys a token was first used with. A token serves those keys and no others, so that a stolen
 * one is worth nothing without the private key that it came with first.
 */
public final class TokenUses {
    private final Store store;

    public TokenUses(Store store) {
        this.store = store;
    }

    /**
     * Binds {@code token} to {@code thumbprints} when it is new.
     *
     * @param token the token's name, never the token
     * @param end when the row may be forgotten; MUST be after the token's last valid moment
     * @return true when the token was new or is bound to all of these keys
     */
    public boolean bind(String token, Set<String> thumbprints, Instant end) {
        return store.write(handle -> {
            List<String> bound =
                    handle.createQuery("select thumbprint from token_uses where token = :token")
                            .bind("token", token)
                            .mapTo(String.class)
                            .list();
            if (!bound.isEmpty()) {
                return bound.containsAll(thumbprints);
            }
            for (String thumbprint : thumbprints) {
                handle.createUpdate("insert into token_uses values (:token, :thumbprint, :end)")
                        .bind("token", token)
                        .bind("thumbprint", thumbprint)
                        .bind("end", end.toEpochMilli())
                        .execute();
            }
            return true;
        });
    }

    /** Forgets tokens that ended before {@code now}. */
    public void sweep(Instant now) {
        store.write(handle ->
                handle.createUpdate("delete from token_uses where ends_at < :now")
                        .bind("now", now.toEpochMilli())
                        .execute());
    }
}
