package dev.sallyport.proxy.db.sql;

import java.util.ArrayList;
import java.util.List;

/** Finds the outermost select list or RETURNING list and says what its items are. */
final class ResultColumns {
    private ResultColumns() {}

    /** Of any statement; empty when its rows are not made by such a list. */
    static List<ResultColumn> of(SyntaxTree tree, int statement) {
        int list = givesRows(tree.kind(statement)) ? list(tree, statement) : SyntaxTree.NONE;
        if (list == SyntaxTree.NONE) {
            return List.of();
        }
        List<ResultColumn> results = new ArrayList<>();
        for (int item : tree.items(list)) {
            results.add(item(tree, item));
        }
        return results;
    }

    /** To the client, now or when it is executed or fetched from. */
    private static boolean givesRows(Symbol kind) {
        return switch (kind) {
            case SELECT_STMT,
                    INSERT_STMT,
                    UPDATE_STMT,
                    DELETE_STMT,
                    MERGE_STMT,
                    PREPARE_STMT,
                    DECLARE_CURSOR_STMT,
                    COPY_STMT ->
                    true;
            default -> false;
        };
    }

    /** Goes through the statements around a query and the parentheses around that. */
    private static int list(SyntaxTree tree, int statement) {
        int at = statement;
        while (at != SyntaxTree.NONE) {
            switch (tree.kind(at)) {
                case INSERT_STMT, UPDATE_STMT, DELETE_STMT, MERGE_STMT -> {
                    int returning = tree.find(at, Symbol.RETURNING_CLAUSE);
                    return tree.isEmpty(returning) ? SyntaxTree.NONE : tree.part(returning, 2);
                }
                case SIMPLE_SELECT -> {
                    int list = tree.find(at, Symbol.TARGET_LIST);
                    int optional = tree.find(at, Symbol.OPT_TARGET_LIST);
                    boolean given = optional != SyntaxTree.NONE && !tree.isEmpty(optional);
                    return given ? tree.part(optional, 0) : list;
                }
                default -> at = inner(tree, at);
            }
        }
        return SyntaxTree.NONE;
    }

    private static int inner(SyntaxTree tree, int node) {
        for (int i = 0; i < tree.size(node); i++) {
            int part = tree.part(node, i);
            switch (tree.kind(part)) {
                case SELECT_STMT,
                        SELECT_NO_PARENS,
                        SELECT_WITH_PARENS,
                        SELECT_CLAUSE,
                        SIMPLE_SELECT,
                        INSERT_STMT,
                        UPDATE_STMT,
                        DELETE_STMT,
                        MERGE_STMT,
                        PREPARABLE_STMT -> {
                    return part;
                }
                default -> {
                    // a word of the statement
                }
            }
        }
        return SyntaxTree.NONE;
    }

    private static ResultColumn item(SyntaxTree tree, int item) {
        int value = tree.part(item, 0);
        if (SyntaxTree.isToken(value)) {
            return new ResultColumn.Star(List.of());
        }
        boolean labelled = tree.size(item) > 1;
        String label = labelled ? tree.name(tree.part(item, tree.size(item) - 1)) : "";
        int column = QueryReader.plainColumn(tree, value);
        if (column == SyntaxTree.NONE) {
            return new ResultColumn.Computed(label);
        }
        List<String> path = new ArrayList<>(2);
        path.add(tree.name(tree.part(column, 0)));
        int[] elements = tree.size(column) > 1 ? tree.items(tree.part(column, 1)) : new int[0];
        for (int element : elements) {
            int last = tree.part(element, tree.size(element) - 1);
            if (tree.size(element) != 2) {
                return new ResultColumn.Computed(label);
            }
            if (SyntaxTree.isToken(last)) {
                return new ResultColumn.Star(path);
            }
            path.add(tree.name(last));
        }
        return new ResultColumn.Column(label, path);
    }
}
