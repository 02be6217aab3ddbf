package dev.sallyport.proxy.db.sql;

import java.util.Map;

/**
 * A function that a statement names.
 *
 * @param arguments how many are given, a star counting as none; 0 for syntax
 * @param texts arguments that are plain string literals, by their place from 0: what a function
 *     that runs SQL, opens a file or changes a setting is told, as far as it can be read here
 * @param aggregate whether only an aggregate may be called so: DISTINCT, ORDER BY, FILTER, WITHIN
 *     GROUP or a star
 * @param window whether it has an OVER clause
 */
public record FunctionUse(
        QualifiedName name,
        Kind kind,
        int arguments,
        Map<Integer, String> texts,
        boolean aggregate,
        boolean window) {
    /** How it is used. */
    public enum Kind {
        /** Called by name. */
        CALL,
        /** Called by SQL's own syntax, such as EXTRACT, COALESCE, AT TIME ZONE, CURRENT_USER. */
        SYNTAX,
        /** CALL. */
        PROCEDURE,
        /** A TABLESAMPLE method. */
        TABLESAMPLE,
        /** Only named: a definition, a trigger, a grant. */
        REFERENCE
    }

    public FunctionUse {
        texts = Map.copyOf(texts);
    }
}
