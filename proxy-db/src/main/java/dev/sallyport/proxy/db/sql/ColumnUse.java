package dev.sallyport.proxy.db.sql;

import java.util.List;

/**
 * A reference to a column, as written. Which column it is only the catalogue can say, and there are
 * traps: {@code t.f} may call the function {@code f(t)} when {@code t} has no such column, and a
 * lone name may be the whole row of a table.
 *
 * @param path the dotted name; for a star what stands before it, empty for a lone {@code *}
 * @param star whether it means all columns
 * @param place where it stands
 * @param mayBeRow whether a lone name is also the visible name of something in a FROM list of the
 *     statement, so that it may mean all columns of that
 */
public record ColumnUse(List<String> path, boolean star, Place place, boolean mayBeRow) {
    /** Where a column stands. */
    public enum Place {
        /** It is, alone, an item of a select list or of RETURNING. */
        RESULT,
        /** Somewhere in an expression: a condition, an argument, a sort key. */
        EXPRESSION,
        /** It is written: a column list of INSERT or COPY FROM, the left side of SET. */
        TARGET,
        /** It is in a join's USING list: read from both sides. A star is a natural join. */
        JOIN,
        /**
         * It is selected from a composite value, as in {@code (row).f}: the path has that name
         * alone. May call the function of that name.
         */
        FIELD,
        /** It is named as a key, not as an expression: ON CONFLICT, an index, a constraint. */
        KEY
    }

    public ColumnUse {
        path = List.copyOf(path);
        if (path.isEmpty() && !star) {
            throw new IllegalArgumentException("a column has a name");
        }
    }

    /** The last name: of a column, or of what stands before a star. */
    public String name() {
        return path.getLast();
    }

    /** The name of what it is a column of, without a schema; empty when it has none. */
    public String qualifier() {
        int last = path.size() - (star ? 1 : 2);
        return last < 0 || place == Place.FIELD ? "" : path.get(last);
    }
}
