package dev.sallyport.access.port;

import dev.sallyport.access.Approval;
import java.util.List;

/** How a hold ended. */
public sealed interface HoldAnswer {
    /** The question's id, as approvers saw it; empty when they did not. */
    String id();

    /** Enough humans said yes to exactly {@code shown}. */
    record Approved(String id, List<Approval> approvals) implements HoldAnswer {
        public Approved {
            approvals = List.copyOf(approvals);
        }
    }

    /** A human said no. */
    record Denied(String id, String by, String comment) implements HoldAnswer {}

    /** No human was asked, and why. */
    record NotAsked(String reason) implements HoldAnswer {
        @Override
        public String id() {
            return "";
        }
    }

    /** Nobody answered in time. */
    record TimedOut(String id) implements HoldAnswer {}
}
