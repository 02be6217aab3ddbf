package dev.sallyport.proxy.db.catalogue;

import java.util.List;
import java.util.Optional;

/**
 * A name as a statement writes it, after PostgreSQL's own folding and truncation: {@code
 * "Customers"} is {@code Customers}, {@code Customers} is {@code customers}.
 */
public sealed interface SqlName {
    /** The last part: what the object itself is called. */
    String name();

    /** A name without a schema: the search path decides. */
    record Bare(String name) implements SqlName {
        public Bare {
            requireName(name);
        }
    }

    /** A name that says its schema. */
    record Qualified(String schema, String name) implements SqlName {
        public Qualified {
            requireName(schema);
            requireName(name);
        }
    }

    /**
     * The name of one to three parts. PostgreSQL knows no other database than the one that it is
     * connected to, so a third part must be {@code database}.
     *
     * @return empty for any other number of parts, and for another database
     */
    static Optional<SqlName> of(List<String> parts, String database) {
        return switch (parts.size()) {
            case 1 -> Optional.of(new Bare(parts.getFirst()));
            case 2 -> Optional.of(new Qualified(parts.get(0), parts.get(1)));
            case 3 ->
                    parts.getFirst().equals(database)
                            ? Optional.of(new Qualified(parts.get(1), parts.get(2)))
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static void requireName(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an identifier is never empty");
        }
    }
}
