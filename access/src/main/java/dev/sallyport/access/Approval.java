package dev.sallyport.access;

import java.time.Instant;

/**
 * A human's yes, bound to the hash of exactly what was shown.
 *
 * @param id the approval request that was answered
 * @param approver who said yes
 * @param shownHash lower-case hex SHA-256 of the text that the approver saw
 */
public record Approval(String id, String approver, String shownHash, Instant at) {
    public Approval {
        Words.requireText("approval id", id);
        Words.requireText("approver", approver);
        if (!shownHash.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("shownHash must be 64 lower-case hex digits");
        }
    }
}
