package dev.sallyport.access.port;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Target;
import java.util.List;

/**
 * A question to humans about one held act.
 *
 * @param shown exactly what will run; the approval is bound to its hash
 * @param rules the policies that asked for a human
 * @param approvers the groups that these policies want asked; empty = those of the grant's intent
 * @param approvals how many different approvers must say yes
 */
public record HoldRequest(
        Grant grant,
        String session,
        Target target,
        String action,
        String shown,
        List<String> rules,
        List<String> approvers,
        int approvals) {
    public HoldRequest {
        rules = List.copyOf(rules);
        approvers = List.copyOf(approvers);
        if (approvals < 1) {
            throw new IllegalArgumentException("a hold needs at least one approval");
        }
    }

    /** Who must say yes, for people: {@code 2 of [sre, storage]}. */
    public String wanted() {
        return approvals + " of " + (approvers.isEmpty() ? "the intent's approvers" : approvers);
    }
}
