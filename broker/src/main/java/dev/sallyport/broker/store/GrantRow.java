package dev.sallyport.broker.store;

import java.time.Instant;
import java.util.Locale;

/**
 * A grant as it was issued. The columns serve queries only: who acts on a grant verifies {@code
 * encoded}, whose signature covers everything.
 *
 * @param encoded the signed grant
 */
public record GrantRow(
        String id,
        State state,
        String agent,
        String owner,
        String run,
        String intent,
        String encoded,
        Instant notBefore,
        Instant notAfter) {

    /** A grant's life, one way. */
    public enum State {
        ACTIVE,
        RELEASED,
        EXPIRED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
