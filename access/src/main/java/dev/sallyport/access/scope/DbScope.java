package dev.sallyport.access.scope;

import dev.sallyport.access.Protocol;
import dev.sallyport.access.Target;
import dev.sallyport.access.Words;
import java.util.List;
import java.util.Map;

/**
 * Rights on one PostgreSQL database.
 *
 * @param role upstream role
 * @param operations {@code select}, {@code insert}, …
 * @param tables {@code schema.table}
 * @param settings pinned at login, for row-level security
 */
public record DbScope(
        Target target,
        String role,
        List<String> operations,
        List<String> tables,
        Map<String, String> settings,
        Budget budget)
        implements Scope {
    public DbScope {
        if (target.protocol() != Protocol.DB) {
            throw new IllegalArgumentException("a database scope needs a db target");
        }
        Words.requireText("role", role);
        operations = List.copyOf(operations);
        tables = List.copyOf(tables);
        settings = Map.copyOf(settings);
    }
}
