package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.ColumnUse.Place;
import dev.sallyport.proxy.db.sql.Operation.Action;
import dev.sallyport.proxy.db.sql.Operation.Source;
import dev.sallyport.proxy.db.sql.RelationUse.Access;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads FROM lists and names of relations. */
final class FromReader {
    private FromReader() {}

    static void register(Map<Symbol, Readers.Reader> readers) {
        readers.put(Symbol.TABLE_REF, FromReader::tableRef);
        readers.put(Symbol.JOINED_TABLE, FromReader::joined);
        readers.put(Symbol.JOIN_QUAL, FromReader::joinQual);
        readers.put(Symbol.RELATION_EXPR, FromReader::named);
        readers.put(Symbol.EXTENDED_RELATION_EXPR, FromReader::named);
        readers.put(Symbol.QUALIFIED_NAME, FromReader::named);
        readers.put(Symbol.COLUMN_ELEM, FromReader::columnElem);
    }

    private static void tableRef(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        int first = tree.part(node, 0);
        boolean lateral = tree.kind(first) == Symbol.LATERAL;
        int item = lateral ? tree.part(node, 1) : first;
        int after = lateral ? 2 : 1;
        int clause = after < tree.size(node) ? tree.part(node, after) : SyntaxTree.NONE;
        switch (tree.kind(item)) {
            case RELATION_EXPR -> {
                relation(walk, item, clause, operation);
                walk.partsLater(node, after, operation);
            }
            case SELECT_WITH_PARENS -> {
                int next = walk.facts().next();
                source(walk, operation, Source.Kind.SUBQUERY, clause, next);
                walk.partsLater(node, operation);
            }
            case JOINED_TABLE -> walk.partsLater(node, operation);
            case FUNC_TABLE, XMLTABLE, JSON_TABLE -> {
                source(walk, operation, Source.Kind.FUNCTION, clause, Operation.NO_PARENT);
                walk.partsLater(node, operation);
            }
            default -> {
                int close = tree.size(node) - 1; // '(' joined_table ')' alias_clause
                int joined = tree.part(node, close);
                source(walk, operation, Source.Kind.JOIN, joined, Operation.NO_PARENT);
                walk.partsLater(node, operation);
            }
        }
    }

    private static void source(Walk walk, int operation, Source.Kind kind, int clause, int made) {
        SyntaxTree tree = walk.tree();
        Source source = new Source(kind, alias(tree, clause), columns(tree, clause), made);
        walk.facts().source(operation, source);
    }

    /** The clause below those that may hold an {@code alias_clause}, or no part. */
    private static int innermost(SyntaxTree tree, int clause) {
        if (clause == SyntaxTree.NONE || tree.isEmpty(clause)) {
            return SyntaxTree.NONE;
        }
        int first = tree.part(clause, 0);
        return tree.kind(first) == Symbol.ALIAS_CLAUSE ? first : clause;
    }

    /** The alias in any of the alias clauses; empty when there is none. */
    private static String alias(SyntaxTree tree, int clause) {
        int at = innermost(tree, clause);
        int named = at == SyntaxTree.NONE ? at : tree.find(at, Symbol.COL_ID);
        return named == SyntaxTree.NONE ? "" : tree.name(named);
    }

    /** The names that an alias clause gives to columns. */
    private static List<String> columns(SyntaxTree tree, int clause) {
        int at = innermost(tree, clause);
        int list = at == SyntaxTree.NONE ? at : tree.find(at, Symbol.NAME_LIST);
        return list == SyntaxTree.NONE
                ? List.of()
                : Arrays.stream(tree.items(list)).mapToObj(tree::name).toList();
    }

    /** A relation that is read, unless a WITH query hides it; with its alias clause, if any. */
    static void relation(Walk walk, int expression, int clause, int operation)
            throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        RelationName name = name(walk, expression);
        String alias = alias(tree, clause);
        List<String> columns = columns(tree, clause);
        WithNames.Query query = name.schema().isEmpty() ? walk.names().find(name.name()) : null;
        if (query == null) {
            boolean only = isOnly(tree, expression);
            walk.facts()
                    .relation(
                            operation,
                            new RelationUse(name, alias, columns, only, Set.of(Access.READ)));
        } else {
            String visible = alias.isEmpty() ? name.name() : alias;
            walk.facts()
                    .source(
                            operation,
                            new Source(
                                    Source.Kind.WITH_QUERY, visible, columns, query.operation()));
        }
    }

    /** The name in {@code relation_expr} or {@code qualified_name}. */
    static RelationName name(Walk walk, int expression) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        int at = expression;
        while (tree.kind(at) != Symbol.QUALIFIED_NAME) {
            int inner = tree.find(at, Symbol.QUALIFIED_NAME);
            at = inner == SyntaxTree.NONE ? tree.part(at, 0) : inner;
        }
        List<String> path = walk.dotted(at);
        if (!RelationName.isPossible(path)) {
            throw walk.improperName(at);
        }
        return RelationName.of(path);
    }

    static boolean isOnly(SyntaxTree tree, int expression) {
        return tree.symbol(SyntaxTree.ofToken(tree.firstToken(expression))) == Symbol.ONLY.number();
    }

    /** A natural join compares all columns that both sides have. */
    private static void joined(Walk walk, int node, int operation) {
        if (walk.tree().has(node, Symbol.NATURAL)) {
            walk.facts().column(operation, List.of(), true, Place.JOIN);
            walk.facts().operator(QualifiedName.plain("="));
        }
        walk.partsLater(node, operation);
    }

    private static void joinQual(Walk walk, int node, int operation) {
        SyntaxTree tree = walk.tree();
        if (tree.kind(tree.part(node, 0)) != Symbol.USING) {
            walk.partsLater(node, operation);
            return;
        }
        walk.facts().operator(QualifiedName.plain("="));
        for (int name : tree.items(tree.part(node, 2))) {
            walk.facts().column(operation, List.of(tree.name(name)), false, Place.JOIN);
        }
        int alias = tree.part(node, 4);
        if (!tree.isEmpty(alias)) {
            source(walk, operation, Source.Kind.JOIN, alias, Operation.NO_PARENT);
        }
    }

    /** A relation outside of a FROM list: what is done to it depends on the statement. */
    private static void named(Walk walk, int node, int operation) throws SqlSyntaxException {
        Facts.Level level = walk.facts().level(operation);
        Access access = level.isEmptyOfRelations() ? level.first : level.others;
        Access done = level.action == Action.UTILITY ? access : Access.READ;
        RelationUse use = new RelationUse(name(walk, node), isOnly(walk.tree(), node), done);
        walk.facts().relation(operation, use);
    }

    private static void columnElem(Walk walk, int node, int operation) {
        walk.facts().column(operation, List.of(walk.tree().name(node)), false, Place.KEY);
    }
}
