package dev.sallyport.proxy.db.sql;

import java.util.List;

/**
 * A setting that a statement changes, for this session or for a role, database, function or the
 * whole server. Special forms have the setting's own name: {@code SET TIME ZONE} is {@code
 * timezone}, {@code SET ROLE} is {@code role}, {@code SET NAMES} is {@code client_encoding}, {@code
 * SET SCHEMA} is {@code search_path}. {@code set_config(…)} is a function and not here.
 *
 * @param name in lower case, for PostgreSQL does not mind the case; empty when all are meant
 * @param values empty unless it is set to values
 */
public record SettingUse(String name, Change change, List<String> values) {
    /** What becomes of it. */
    public enum Change {
        /** To the values given. */
        SET,
        /** To its default. */
        DEFAULT,
        /** For a definition: to what it is in this session. */
        FROM_CURRENT,
        /** Back to what it was at login. */
        RESET
    }

    public SettingUse {
        values = List.copyOf(values);
    }
}
