package dev.sallyport.broker.approval;

import java.time.Duration;

/**
 * How long and how many questions may wait.
 *
 * @param request how long approvers have for an access request
 * @param hold how long they have for a held act, while the client stays connected
 * @param open most open questions at once; more is a flood, and is refused
 * @param holdsPerAgent most acts of one agent that wait at once
 */
public record ApprovalLimits(Duration request, Duration hold, int open, int holdsPerAgent) {
    /** An hour for requests, ten minutes for holds, and tens of hosts that an agent works on. */
    public static final ApprovalLimits DEFAULT =
            new ApprovalLimits(Duration.ofHours(1), Duration.ofMinutes(10), 1000, 50);

    public ApprovalLimits {
        if (request.isNegative() || request.isZero() || hold.isNegative() || hold.isZero()) {
            throw new IllegalArgumentException("approvers need some time");
        }
        if (open < 1 || holdsPerAgent < 1) {
            throw new IllegalArgumentException("at least one question must fit");
        }
    }

    /** The same limits with another time for holds. */
    public ApprovalLimits withHold(Duration hold) {
        return new ApprovalLimits(request, hold, open, holdsPerAgent);
    }
}
