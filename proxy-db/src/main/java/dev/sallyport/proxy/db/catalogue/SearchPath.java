package dev.sallyport.proxy.db.catalogue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The schemas that a bare name is looked up in, in order. It is pinned for the whole session:
 * {@code pg_catalog} always first, so that nobody's {@code public.lower} hides the real one, and
 * the temporary schema always last, where PostgreSQL looks first unless it is told otherwise.
 *
 * @param schemas with {@code pg_catalog} at their head and without {@code pg_temp}
 */
public record SearchPath(List<String> schemas) {
    private static final int MAX_SCHEMAS = 32;

    public SearchPath {
        List<String> path = new ArrayList<>(schemas);
        if (path.isEmpty() || !path.getFirst().equals(QualifiedName.PG_CATALOG)) {
            path.addFirst(QualifiedName.PG_CATALOG);
        }
        path.forEach(SearchPath::requireSchema);
        if (new HashSet<>(path).size() != path.size()) {
            throw new IllegalArgumentException("a search path names a schema twice");
        }
        if (path.size() > MAX_SCHEMAS) {
            throw new IllegalArgumentException("a search path has at most 32 schemas");
        }
        schemas = List.copyOf(path);
    }

    /** {@code pg_catalog, public}. */
    public static SearchPath standard() {
        return new SearchPath(List.of(QualifiedName.PG_CATALOG, "public"));
    }

    private static void requireSchema(String schema) {
        if (schema.isEmpty() || !Identifiers.fits(schema)) {
            throw new IllegalArgumentException("a schema's name has 1 to 63 bytes");
        }
        // "$user" would mean another schema for each role, and the temporary one is the agent's.
        if (schema.equals("$user") || schema.startsWith("pg_temp")) {
            throw new IllegalArgumentException("a pinned search path names real schemas only");
        }
    }

    /**
     * The value of {@code search_path} to set at login: {@code "pg_catalog", "public", pg_temp}.
     */
    public String setting() {
        return schemas.stream().map(Identifiers::quoted).collect(Collectors.joining(", "))
                + ", pg_temp";
    }
}
