package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.ColumnUse.Place;
import dev.sallyport.proxy.db.sql.Operation.Action;
import dev.sallyport.proxy.db.sql.Operation.Source;
import dev.sallyport.proxy.db.sql.RelationUse.Access;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads INSERT, UPDATE, DELETE, MERGE and COPY. Their targets are never WITH queries. */
final class WriteReader {
    private WriteReader() {}

    static void register(Map<Symbol, Readers.Reader> readers) {
        readers.put(Symbol.INSERT_STMT, WriteReader::insert);
        readers.put(Symbol.UPDATE_STMT, WriteReader::update);
        readers.put(Symbol.DELETE_STMT, WriteReader::delete);
        readers.put(Symbol.MERGE_STMT, WriteReader::merge);
        readers.put(Symbol.COPY_STMT, WriteReader::copy);
        readers.put(Symbol.INSERT_COLUMN_ITEM, WriteReader::written);
        readers.put(Symbol.SET_TARGET, WriteReader::written);
        readers.put(Symbol.INDEX_ELEM, WriteReader::indexed);
        readers.put(Symbol.RETURNING_CLAUSE, WriteReader::returning);
        readers.put(Symbol.RETURNING_OPTION, WriteReader::returningOption);
    }

    private static void insert(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        Facts.Level level = walk.facts().begin(Action.INSERT, operation);
        Set<Access> access = EnumSet.of(Access.INSERT);
        int conflict = tree.part(node, 5);
        boolean updates = tree.has(conflict, Symbol.SET_CLAUSE_LIST);
        if (updates) {
            access.add(Access.UPDATE);
            walk.facts().rowName("excluded");
        }
        level.showsTarget = updates || !tree.isEmpty(tree.part(node, 6));
        target(walk, tree.part(node, 3), level.number, access);
        rest(walk, node, level.number, 4);
    }

    private static void update(Walk walk, int node, int operation) throws SqlSyntaxException {
        Facts.Level level = walk.facts().begin(Action.UPDATE, operation);
        target(walk, walk.tree().part(node, 2), level.number, Set.of(Access.UPDATE));
        rest(walk, node, level.number, 4);
    }

    private static void delete(Walk walk, int node, int operation) throws SqlSyntaxException {
        Facts.Level level = walk.facts().begin(Action.DELETE, operation);
        target(walk, walk.tree().part(node, 3), level.number, Set.of(Access.DELETE));
        rest(walk, node, level.number, 4);
    }

    private static void merge(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        Facts.Level level = walk.facts().begin(Action.MERGE, operation);
        Set<Access> access = EnumSet.of(Access.READ);
        for (int clause : tree.items(tree.find(node, Symbol.MERGE_WHEN_LIST))) {
            switch (tree.kind(tree.part(clause, tree.size(clause) - 1))) {
                case MERGE_INSERT -> access.add(Access.INSERT);
                case MERGE_UPDATE -> access.add(Access.UPDATE);
                case MERGE_DELETE -> access.add(Access.DELETE);
                default -> {
                    // DO NOTHING
                }
            }
        }
        target(walk, tree.part(node, 3), level.number, access);
        rest(walk, node, level.number, 4);
    }

    /** {@code insert_target} or {@code relation_expr_opt_alias}. */
    private static void target(Walk walk, int node, int operation, Set<Access> access)
            throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        int last = tree.part(node, tree.size(node) - 1);
        String alias = tree.size(node) > 1 ? tree.name(last) : "";
        int name = tree.part(node, 0);
        RelationUse use =
                new RelationUse(
                        FromReader.name(walk, name),
                        alias,
                        List.of(),
                        FromReader.isOnly(tree, name),
                        access);
        walk.facts().relation(operation, use);
    }

    private static void rest(Walk walk, int node, int operation, int from) {
        SyntaxTree tree = walk.tree();
        int with = tree.part(node, 0);
        if (tree.isEmpty(with)) {
            walk.partsLater(node, from, operation);
        } else {
            QueryReader.withClause(walk, tree.part(with, 0), operation, node, from);
        }
    }

    /** A column that is written, perhaps only a field or an element of it. */
    private static void written(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        walk.facts().column(operation, List.of(tree.name(tree.part(node, 0))), false, Place.TARGET);
        ExpressionReader.subscripts(walk, tree.part(node, 1), operation);
    }

    private static void indexed(Walk walk, int node, int operation) {
        SyntaxTree tree = walk.tree();
        int first = tree.part(node, 0);
        if (tree.kind(first) == Symbol.COL_ID) {
            walk.facts().column(operation, List.of(tree.name(first)), false, Place.KEY);
        }
        walk.partsLater(node, operation);
    }

    private static void returning(Walk walk, int node, int operation) {
        if (!walk.tree().isEmpty(node)) {
            walk.facts().level(operation).returning = true;
            row(walk, operation, "old");
            row(walk, operation, "new");
            walk.partsLater(node, operation);
        }
    }

    private static void returningOption(Walk walk, int node, int operation) {
        row(walk, operation, walk.tree().name(walk.tree().part(node, 2)));
    }

    private static void row(Walk walk, int operation, String name) {
        walk.facts()
                .source(
                        operation,
                        new Source(Source.Kind.ROW, name, List.of(), Operation.NO_PARENT));
    }

    private static void copy(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        Facts.Level level = walk.facts().begin(Action.UTILITY, operation);
        int table = tree.find(node, Symbol.QUALIFIED_NAME);
        if (table == SyntaxTree.NONE) {
            walk.partsLater(node, level.number);
            return;
        }
        boolean out = Commands.isCopyTo(tree, node);
        Access access = out ? Access.READ : Access.INSERT;
        walk.facts()
                .relation(
                        level.number, new RelationUse(FromReader.name(walk, table), false, access));
        int list = tree.find(node, Symbol.OPT_COLUMN_LIST);
        if (!tree.isEmpty(list)) {
            Place place = out ? Place.RESULT : Place.TARGET;
            for (int column : tree.items(tree.part(list, 1))) {
                walk.facts().column(level.number, List.of(tree.name(column)), false, place);
            }
        } else if (out) {
            walk.facts().column(level.number, List.of(), true, Place.RESULT);
        }
        walk.partsLater(node, 4, level.number);
    }
}
