package dev.sallyport.proxy.db.sql;

import java.util.List;

/** One item of the outermost select list or RETURNING list. */
public sealed interface ResultColumn {
    /**
     * A column as it is.
     *
     * @param label the name given with AS, else empty
     */
    record Column(String label, List<String> path) implements ResultColumn {
        public Column {
            path = List.copyOf(path);
        }
    }

    /**
     * All columns.
     *
     * @param qualifier empty for a lone {@code *}
     */
    record Star(List<String> qualifier) implements ResultColumn {
        public Star {
            qualifier = List.copyOf(qualifier);
        }
    }

    /**
     * Anything else.
     *
     * @param label the name given with AS, else empty
     */
    record Computed(String label) implements ResultColumn {}
}
