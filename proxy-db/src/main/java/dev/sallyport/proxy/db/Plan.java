package dev.sallyport.proxy.db;

import dev.sallyport.access.act.DbAct;
import dev.sallyport.access.act.DbOperation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One statement, understood: what it wants and what it does to the session. Made once for a text
 * and asked about at each execution, with the parameters of that execution.
 *
 * @param sql the statement alone, without its neighbours
 * @param fingerprint the same for statements that differ in literals only
 * @param effect what running it does to the session's names and transaction
 * @param acts all of which must be permitted; their {@code shown} text is still without parameters
 * @param maskable true when every classified column in it is a plain column of its result, so that
 *     taking the values out of the result takes them all out
 */
record Plan(String sql, String fingerprint, Effect effect, List<DbAct> acts, boolean maskable) {
    private static final Set<DbOperation> DEFINING =
            EnumSet.of(
                    DbOperation.CREATE,
                    DbOperation.ALTER,
                    DbOperation.DROP,
                    DbOperation.CALL,
                    DbOperation.DO);

    Plan {
        acts = List.copyOf(acts);
    }

    /** This {@code EXECUTE} with what the prepared statement wants. */
    Plan executing(Plan prepared) {
        var all = new ArrayList<>(acts);
        all.addAll(prepared.acts);
        return new Plan(sql, fingerprint, effect, all, prepared.maskable);
    }

    /** True when it can write rows: its answer counts what it wrote. */
    boolean writes() {
        return acts.stream()
                .anyMatch(act ->
                        act instanceof DbAct.Statement statement
                                && !statement.operation().isRead());
    }

    /** True when objects of the database may be others afterwards. */
    boolean defines() {
        return acts.stream()
                .anyMatch(act ->
                        act instanceof DbAct.Statement statement
                                && DEFINING.contains(statement.operation()));
    }

    /** True when columns of some class can be in its answer. */
    boolean touchesClasses() {
        return acts.stream()
                .anyMatch(act ->
                        act instanceof DbAct.Statement statement && !statement.classes().isEmpty());
    }
}
