package dev.sallyport.proxy.db.catalogue;

import java.util.List;
import java.util.Optional;

/**
 * A table or what is read like one.
 *
 * @param oid never negative; PostgreSQL's are unsigned
 * @param columns without dropped ones, in order of their numbers
 */
public record Relation(long oid, QualifiedName name, Kind kind, List<Column> columns) {
    public Relation {
        columns = List.copyOf(columns);
    }

    /** What a relation is, by {@code pg_class.relkind}. */
    public enum Kind {
        TABLE("r"),
        PARTITIONED("p"),
        VIEW("v"),
        MATERIALIZED_VIEW("m"),
        FOREIGN_TABLE("f"),
        SEQUENCE("S");

        private final String letter;

        Kind(String letter) {
            this.letter = letter;
        }

        static Kind of(String letter) {
            for (Kind kind : values()) {
                if (kind.letter.equals(letter)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("unknown kind of relation");
        }

        /** True when what it shows is kept elsewhere. */
        public boolean isView() {
            return this == VIEW || this == MATERIALIZED_VIEW;
        }
    }

    /**
     * One column.
     *
     * @param number {@code attnum}, as RowDescription has it; from 1, with gaps
     * @param type OID of its type
     */
    public record Column(int number, String name, long type) {}

    /** The column of that name, exactly. */
    public Optional<Column> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** The column of that {@code attnum}. */
    public Optional<Column> column(int number) {
        return columns.stream().filter(column -> column.number() == number).findFirst();
    }
}
