package dev.sallyport.proxy.db.sql;

/**
 * The name of a function, type or operator as PostgreSQL understands what was written: folded, cut
 * to 63 bytes, not resolved along any search path.
 *
 * @param schema empty when not given; {@code pg_catalog} for what SQL spells as syntax, such as
 *     {@code extract} or {@code integer}
 * @param name without quotes
 */
public record QualifiedName(String schema, String name) {
    /** Where SQL's own words are resolved. */
    public static final String SYSTEM = "pg_catalog";

    static QualifiedName system(String name) {
        return new QualifiedName(SYSTEM, name);
    }

    static QualifiedName plain(String name) {
        return new QualifiedName("", name);
    }

    /** From the parts of a dotted name: a catalogue, which must be the current one, is dropped. */
    static QualifiedName of(java.util.List<String> parts) {
        int last = parts.size() - 1;
        return new QualifiedName(last > 0 ? parts.get(last - 1) : "", parts.get(last));
    }
}
