package dev.sallyport.proxy.db.sql;

import java.util.List;

/**
 * One level of a statement: a query, a data-modifying statement or the utility statement around
 * them. Levels nest: {@code WITH x AS (DELETE …) SELECT …} has a SELECT with a DELETE in it.
 *
 * @param number its place in {@link Statement#operations()}
 * @param parent the level around it, or {@link #NO_PARENT}; always a smaller number
 * @param relations what it names, in the order of the text
 * @param sources what else its FROM lists hold
 * @param columns the references at this level, in the order of the text
 * @param returning whether a data-modifying statement gives rows back
 * @param locking whether a query locks the rows it reads: FOR UPDATE, FOR SHARE
 */
public record Operation(
        int number,
        int parent,
        Action action,
        List<RelationUse> relations,
        List<Source> sources,
        List<ColumnUse> columns,
        boolean returning,
        boolean locking) {
    /** The parent of the outermost level. */
    public static final int NO_PARENT = -1;

    /** What a level does. */
    public enum Action {
        /** SELECT, VALUES, TABLE, or a set operation over other levels. */
        SELECT,
        /** SELECT … INTO, which creates a table. */
        SELECT_INTO,
        /** INSERT. */
        INSERT,
        /** UPDATE. */
        UPDATE,
        /** DELETE. */
        DELETE,
        /** MERGE. */
        MERGE,
        /** Anything else; the command of the statement says what. */
        UTILITY
    }

    /**
     * Something that a column reference can name and that is no relation: mostly in a FROM list.
     *
     * @param alias the visible name, empty when it has none
     * @param columns the names that an alias with a list gives to its first columns
     * @param operation the level that makes its rows, or {@link #NO_PARENT} when no query does
     */
    public record Source(Kind kind, String alias, List<String> columns, int operation) {
        /** What makes its rows. */
        public enum Kind {
            /** A query of a WITH clause. */
            WITH_QUERY,
            /** A query in parentheses. */
            SUBQUERY,
            /** A function, XMLTABLE or JSON_TABLE. */
            FUNCTION,
            /** A join that has an alias: a name for all that it joins. */
            JOIN,
            /** OLD, NEW or another name that RETURNING has for the row of the target. */
            ROW
        }

        public Source {
            columns = List.copyOf(columns);
        }

        private boolean isForRelations() {
            return kind == Kind.JOIN || kind == Kind.ROW;
        }
    }

    public Operation {
        relations = List.copyOf(relations);
        sources = List.copyOf(sources);
        columns = List.copyOf(columns);
    }

    /**
     * Whether a reference may mean a relation of this level, or a column of it, as far as its
     * qualifier tells: it has none, or that of the relation, or the name of a join or of a returned
     * row, which may stand for any relation here.
     */
    public boolean mayQualify(ColumnUse use, RelationUse relation) {
        String qualifier = use.qualifier();
        return qualifier.isEmpty() || isNameOf(qualifier, relation);
    }

    /** Whether a lone name may mean the whole row of a relation of this level. */
    public boolean mayBeRow(ColumnUse use, RelationUse relation) {
        return use.mayBeRow() && isNameOf(use.name(), relation);
    }

    private boolean isNameOf(String name, RelationUse relation) {
        return name.equals(relation.visibleName())
                || sources.stream()
                        .anyMatch(source -> source.isForRelations() && source.alias().equals(name));
    }

    /**
     * Whether the columns of a relation may go by other names than their own, so that a name says
     * nothing of which column is meant.
     */
    public boolean mayRename(RelationUse relation) {
        return !relation.columns().isEmpty()
                || sources.stream()
                        .anyMatch(source -> source.isForRelations() && !source.columns().isEmpty());
    }
}
