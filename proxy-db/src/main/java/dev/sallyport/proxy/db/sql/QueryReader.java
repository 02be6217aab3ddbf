package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.ColumnUse.Place;
import dev.sallyport.proxy.db.sql.Operation.Action;
import dev.sallyport.proxy.db.sql.RelationUse.Access;
import java.util.List;
import java.util.Map;

/** Reads SELECT and WITH. */
final class QueryReader {
    private QueryReader() {}

    static void register(Map<Symbol, Readers.Reader> readers) {
        readers.put(Symbol.SELECT_NO_PARENS, QueryReader::query);
        readers.put(Symbol.SIMPLE_SELECT, QueryReader::simpleSelect);
        readers.put(Symbol.COMMON_TABLE_EXPR, QueryReader::withQuery);
        readers.put(Symbol.INTO_CLAUSE, QueryReader::into);
        readers.put(Symbol.TARGET_EL, QueryReader::target);
        readers.put(Symbol.FOR_LOCKING_ITEM, QueryReader::locking);
    }

    private static void query(Walk walk, int node, int operation) {
        Facts.Level level = walk.facts().begin(Action.SELECT, operation);
        int with = walk.tree().find(node, Symbol.WITH_CLAUSE);
        if (with == SyntaxTree.NONE) {
            walk.partsLater(node, level.number);
        } else {
            withClause(walk, with, level.number, node, 1);
        }
    }

    /**
     * Visits the queries of a WITH clause and then the parts of a node from an index on, each
     * seeing the names that PostgreSQL lets it see.
     */
    static void withClause(Walk walk, int with, int operation, int node, int from) {
        SyntaxTree tree = walk.tree();
        boolean recursive = tree.size(with) == 3;
        int[] queries = tree.items(tree.part(with, tree.size(with) - 1));
        int[] numbers = new int[queries.length];
        for (int i = 0; i < queries.length; i++) {
            String name = tree.name(tree.part(queries[i], 0));
            numbers[i] = walk.names().add(name, queries[i]);
            walk.unbindLater(numbers[i]);
        }
        // What is put off last is done first.
        walk.partsLater(node, from, operation);
        for (int i = queries.length - 1; i >= 0; i--) {
            if (!recursive) {
                walk.bindLater(numbers[i]);
            }
            walk.later(queries[i], operation);
        }
        for (int i = queries.length - 1; recursive && i >= 0; i--) {
            walk.bindLater(numbers[i]);
        }
    }

    private static void withQuery(Walk walk, int node, int operation) {
        walk.names().operation(node, walk.facts().next());
        walk.facts().nextIsWithQuery();
        walk.partsLater(node, 1, operation);
    }

    private static void simpleSelect(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        int first = tree.part(node, 0);
        if (tree.kind(first) == Symbol.SELECT_CLAUSE) {
            int left = operand(walk, first, operation);
            int right = operand(walk, tree.part(node, 3), operation);
            walk.later(tree.part(tree.part(node, 3), 0), right);
            walk.later(tree.part(first, 0), left);
        } else if (tree.kind(first) == Symbol.TABLE) {
            FromReader.relation(walk, tree.part(node, 1), SyntaxTree.NONE, operation);
            walk.facts().column(operation, List.of(), true, Place.RESULT);
        } else {
            walk.partsLater(node, operation);
        }
    }

    /** The operation of one side of UNION: its own, unless it makes that itself. */
    private static int operand(Walk walk, int clause, int operation) {
        SyntaxTree tree = walk.tree();
        int side = tree.part(clause, 0);
        boolean isSimple = tree.kind(side) == Symbol.SIMPLE_SELECT;
        boolean isSetOperation = isSimple && tree.kind(tree.part(side, 0)) == Symbol.SELECT_CLAUSE;
        return isSimple && !isSetOperation
                ? walk.facts().begin(Action.SELECT, operation).number
                : operation;
    }

    private static void into(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        if (tree.isEmpty(node)) {
            return;
        }
        int target = tree.part(node, 1);
        int name = tree.part(target, tree.size(target) - 1);
        walk.facts()
                .relation(
                        operation,
                        new RelationUse(FromReader.name(walk, name), false, Access.CREATE));
        walk.facts().level(operation).action = Action.SELECT_INTO;
    }

    /** An item of a select list or of RETURNING. */
    private static void target(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        int value = tree.part(node, 0);
        if (walk.isStar(value)) {
            walk.facts().column(operation, List.of(), true, Place.RESULT);
            return;
        }
        int column = plainColumn(tree, value);
        if (column == SyntaxTree.NONE) {
            walk.later(value, operation);
        } else {
            ExpressionReader.column(walk, column, operation, Place.RESULT);
        }
    }

    /** The column reference that an expression is, when it is nothing else. */
    static int plainColumn(SyntaxTree tree, int expression) {
        int at = expression;
        while (at >= 0 && tree.size(at) == 1 && tree.kind(at) != Symbol.COLUMNREF) {
            at = tree.part(at, 0);
        }
        return at >= 0 && tree.kind(at) == Symbol.COLUMNREF ? at : SyntaxTree.NONE;
    }

    /** The names after OF are those of FROM items, not of relations. */
    private static void locking(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        walk.facts().level(operation).locking = true;
        int list = tree.find(node, Symbol.LOCKED_RELS_LIST);
        if (list != SyntaxTree.NONE && !tree.isEmpty(list)) {
            for (int name : tree.items(tree.part(list, 1))) {
                FromReader.name(walk, name);
            }
        }
    }
}
