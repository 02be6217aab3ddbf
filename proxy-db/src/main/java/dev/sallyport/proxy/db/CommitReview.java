package dev.sallyport.proxy.db;

import dev.sallyport.access.act.DbAct;
import dev.sallyport.access.act.DbOperation;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a grant says {@code commit: review}: what a transaction wrote is shown to a human with the
 * server's own counts before it counts. So everything that writes has to be in a transaction block,
 * and what cannot be taken back is refused. Owned by the event loop.
 */
final class CommitReview {
    /** What takes effect, or may, without waiting for the end of the transaction. */
    private static final Set<DbOperation> NOT_TRANSACTIONAL =
            EnumSet.of(
                    DbOperation.CALL,
                    DbOperation.DO,
                    DbOperation.MAINTAIN,
                    DbOperation.SERVER,
                    DbOperation.TWO_PHASE);

    private final SessionState state;

    CommitReview(SessionState state) {
        this.state = state;
    }

    /** Why these statements cannot run under review; empty when they can. */
    Optional<String> against(List<Plan> plans) {
        if (!state.reviewsCommits()) {
            return Optional.empty();
        }
        for (Plan plan : plans) {
            Optional<String> reason = against(plan, plans.size() == 1);
            if (reason.isPresent()) {
                return reason;
            }
        }
        return Optional.empty();
    }

    private Optional<String> against(Plan plan, boolean alone) {
        boolean commits = plan.effect() instanceof Effect.Commit;
        if (plan.writes() && isFinal(plan)) {
            return Optional.of("commits are reviewed here, and this statement cannot be undone");
        }
        if ((plan.writes() || commits) && !alone) {
            return Optional.of("commits are reviewed here: send this statement by itself");
        }
        if (plan.writes() && !state.transaction().isOpen()) {
            return Optional.of("commits are reviewed here: begin a transaction before you write");
        }
        if (commits && state.answers().isRunning()) {
            return Optional.of("commits are reviewed here: wait for the answers before you commit");
        }
        return Optional.empty();
    }

    private static boolean isFinal(Plan plan) {
        return plan.acts().stream()
                .anyMatch(act ->
                        act instanceof DbAct.Statement statement
                                && NOT_TRANSACTIONAL.contains(statement.operation()));
    }

    /** The acts that a COMMIT is, now. */
    List<DbAct> commit() {
        return state.reviewsCommits() && state.transaction().hasWritten()
                ? List.of(state.transaction().commit())
                : List.of();
    }
}
