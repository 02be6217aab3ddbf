package dev.sallyport.access.scope;

import dev.sallyport.access.Protocol;
import dev.sallyport.access.Target;
import dev.sallyport.access.Words;
import dev.sallyport.access.act.Act;
import dev.sallyport.access.act.DbAct;
import dev.sallyport.access.act.DbOperation;
import java.util.List;
import java.util.Map;

/**
 * Rights on one PostgreSQL database in one role. Everything defaults to no.
 *
 * @param role upstream role, whose rights are the second wall
 * @param operations words of {@link DbOperation}
 * @param tables {@code schema.table}, {@code schema.*} or {@code *.*} for everything
 * @param functions as {@code tables}, of functions beyond the harmless ones
 * @param settings pinned at login, for row-level security; the agent cannot change them
 * @param reviewCommit a transaction that wrote is shown to a human before it commits
 */
public record DbScope(
        Target target,
        String role,
        List<String> operations,
        List<String> tables,
        List<String> functions,
        Map<String, String> settings,
        boolean reviewCommit,
        Budget budget)
        implements Scope {
    public DbScope {
        if (target.protocol() != Protocol.DB) {
            throw new IllegalArgumentException("a database scope needs a db target");
        }
        Words.requireText("role", role);
        operations = List.copyOf(operations);
        tables = List.copyOf(tables);
        functions = List.copyOf(functions);
        settings = Map.copyOf(settings);
        operations.forEach(DbScope::requireOperation);
        tables.forEach(DbRights::requirePattern);
        functions.forEach(DbRights::requirePattern);
        settings.keySet().forEach(DbRights::requireSetting);
    }

    @Override
    public String account() {
        return role;
    }

    @Override
    public ScopeAnswer permits(Act act) {
        return act instanceof DbAct db
                ? new DbRights(this).permits(db)
                : new ScopeAnswer.Outside("not an act of this protocol");
    }

    private static void requireOperation(String word) {
        if (DbOperation.of(word).isEmpty()) {
            throw new IllegalArgumentException(
                    "operations must be of "
                            + List.of(DbOperation.values()).stream()
                                    .map(DbOperation::word)
                                    .toList());
        }
    }
}
