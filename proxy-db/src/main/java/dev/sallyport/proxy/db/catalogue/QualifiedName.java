package dev.sallyport.proxy.db.catalogue;

/** The one name of an object of the catalogue. */
public record QualifiedName(String schema, String name) implements Comparable<QualifiedName> {
    /** The schema of PostgreSQL's own objects. */
    public static final String PG_CATALOG = "pg_catalog";

    /**
     * {@code schema.name} as scopes and policies write it. A part that could be mistaken for two
     * names or for a pattern stands in quotes, which no scope's pattern matches.
     */
    public String text() {
        return part(schema) + "." + part(name);
    }

    private static String part(String part) {
        boolean plain =
                part.codePoints()
                        .noneMatch(
                                c -> c == '.' || c == '*' || c == '"' || Character.isISOControl(c));
        return plain ? part : Identifiers.quoted(part);
    }

    boolean isBuiltIn() {
        return schema.equals(PG_CATALOG);
    }

    @Override
    public int compareTo(QualifiedName other) {
        return text().compareTo(other.text());
    }

    @Override
    public String toString() {
        return text();
    }
}
