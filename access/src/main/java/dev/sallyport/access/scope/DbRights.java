package dev.sallyport.access.scope;

import dev.sallyport.access.act.DbAct;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Compares PostgreSQL acts with one {@link DbScope}. Pure. */
final class DbRights {
    private static final ScopeAnswer INSIDE = new ScopeAnswer.Inside();

    private static final Pattern PATTERN =
            Pattern.compile("[^.\\p{Cntrl}*]{1,63}\\.(\\*|[^.\\p{Cntrl}*]{1,63})");

    /** Covers also what has no schema and what nobody knows yet. */
    private static final String EVERYTHING = "*.*";

    /** A custom parameter has a dot; what the server itself knows is pinned by the proxy. */
    private static final Pattern PINNED = Pattern.compile("[a-z_][a-z0-9_]*\\.[a-z_][a-z0-9_.]*");

    /**
     * Parameters that change how values look or how long the agent waits, and nothing that decides
     * what a statement means or may do. Everything else is set by the proxy at login.
     */
    private static final Set<String> HARMLESS =
            Set.of(
                    "application_name",
                    "bytea_output",
                    "client_min_messages",
                    "datestyle",
                    "extra_float_digits",
                    "geqo",
                    "idle_in_transaction_session_timeout",
                    "intervalstyle",
                    "lock_timeout",
                    "statement_timeout",
                    "timezone",
                    "transaction_deferrable",
                    "transaction_isolation",
                    "transaction_read_only",
                    "default_transaction_isolation");

    /** What every driver reads to know the types of its values. They hold no data. */
    private static final Set<String> TYPE_CATALOGUE =
            Set.of(
                    "pg_catalog.pg_type",
                    "pg_catalog.pg_range",
                    "pg_catalog.pg_enum",
                    "pg_catalog.pg_namespace",
                    "pg_catalog.pg_collation");

    private final DbScope scope;

    DbRights(DbScope scope) {
        this.scope = scope;
    }

    static void requirePattern(String pattern) {
        // A catalogue's scope may still hold {parameters}, which match nothing until bound.
        if (pattern.indexOf('{') < 0
                && !pattern.equals(EVERYTHING)
                && !PATTERN.matcher(pattern).matches()) {
            throw new IllegalArgumentException(
                    "tables and functions are schema.name, schema.* or *.*");
        }
    }

    static void requireSetting(String name) {
        if (!PINNED.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a pinned setting is a custom one, such as app.customer");
        }
    }

    ScopeAnswer permits(DbAct act) {
        return switch (act) {
            case DbAct.Statement statement -> statement(statement);
            case DbAct.Functions functions ->
                    answer(
                            functions.names().stream()
                                    .allMatch(name -> matchesAny(scope.functions(), name)),
                            "the grant does not name a function that this statement calls");
            case DbAct.Setting setting ->
                    answer(
                            isHarmless(setting.name()),
                            "this parameter is set by the proxy and cannot be changed");
            case DbAct.Control control -> INSIDE;
            case DbAct.Commit commit -> INSIDE;
            case DbAct.Unknown unknown ->
                    new ScopeAnswer.Outside(
                            "the statement was not understood, so nobody may run it");
        };
    }

    /** True for a parameter that an agent may set whatever its grant says. */
    static boolean isHarmless(String name) {
        return HARMLESS.contains(name.toLowerCase(Locale.ROOT));
    }

    private ScopeAnswer statement(DbAct.Statement statement) {
        String operation = statement.operation().word();
        if (!scope.operations().contains(operation)) {
            return new ScopeAnswer.Outside("the grant does not give " + operation + " here");
        }
        boolean reads = statement.operation().isRead();
        return answer(
                statement.tables().stream()
                        .allMatch(table ->
                                reads && TYPE_CATALOGUE.contains(table)
                                        || matchesAny(scope.tables(), table)),
                "the grant does not name a table that this statement uses");
    }

    private static ScopeAnswer answer(boolean inside, String reason) {
        return inside ? INSIDE : new ScopeAnswer.Outside(reason);
    }

    private static boolean matchesAny(List<String> patterns, String name) {
        return patterns.stream().anyMatch(pattern -> matches(pattern, name));
    }

    private static boolean matches(String pattern, String name) {
        if (pattern.equals(EVERYTHING)) {
            return true;
        }
        return pattern.endsWith(".*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }
}
