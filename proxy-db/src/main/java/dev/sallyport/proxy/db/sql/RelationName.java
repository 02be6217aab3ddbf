package dev.sallyport.proxy.db.sql;

import java.util.List;

/**
 * The name of a table, view, sequence, index or the like, as PostgreSQL understands what was
 * written: folded, cut to 63 bytes, not resolved along any search path.
 *
 * @param catalog empty when not given
 * @param schema empty when not given
 * @param name without quotes
 */
public record RelationName(String catalog, String schema, String name) {
    private static final int MOST_PARTS = 3;

    static boolean isPossible(List<String> parts) {
        return !parts.isEmpty() && parts.size() <= MOST_PARTS;
    }

    static RelationName of(List<String> parts) {
        int last = parts.size() - 1;
        return new RelationName(
                last > 1 ? parts.get(last - 2) : "",
                last > 0 ? parts.get(last - 1) : "",
                parts.get(last));
    }
}
