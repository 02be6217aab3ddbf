package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.FunctionUse.Kind;
import java.util.HashMap;
import java.util.Map;

/** Reads whatever calls or names a function. */
final class FunctionReader {
    private FunctionReader() {}

    static void register(Map<Symbol, Readers.Reader> readers) {
        readers.put(Symbol.FUNC_EXPR, FunctionReader::expression);
        readers.put(
                Symbol.FUNC_APPLICATION,
                (walk, node, operation) ->
                        application(walk, node, operation, Kind.CALL, false, false));
        readers.put(Symbol.CALL_STMT, FunctionReader::call);
        readers.put(Symbol.TABLESAMPLE_CLAUSE, FunctionReader::tablesample);
        readers.put(Symbol.FUNC_EXPR_COMMON_SUBEXPR, FunctionReader::syntax);
        readers.put(Symbol.JSON_AGGREGATE_FUNC, FunctionReader::jsonAggregate);
        readers.put(Symbol.FUNC_NAME, FunctionReader::reference);
        readers.put(Symbol.FUNCTION_WITH_ARGTYPES, FunctionReader::withArgumentTypes);
    }

    private static void expression(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        int first = tree.part(node, 0);
        if (tree.kind(first) != Symbol.FUNC_APPLICATION) {
            walk.partsLater(node, operation);
            return;
        }
        boolean aggregate = !tree.isEmpty(tree.part(node, 1)) || !tree.isEmpty(tree.part(node, 2));
        boolean window = !tree.isEmpty(tree.part(node, 3));
        walk.partsLater(node, 1, operation);
        application(walk, first, operation, Kind.CALL, aggregate, window);
    }

    private static void call(Walk walk, int node, int operation) throws SqlSyntaxException {
        Facts.Level level = walk.facts().begin(Operation.Action.UTILITY, operation);
        application(walk, walk.tree().part(node, 1), level.number, Kind.PROCEDURE, false, false);
    }

    private static void application(
            Walk walk, int node, int operation, Kind kind, boolean aggregate, boolean window)
            throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        int arguments = 0;
        Map<Integer, String> texts = new HashMap<>(4);
        boolean mustBeAggregate = aggregate;
        for (int i = 2; i < tree.size(node); i++) {
            int part = tree.part(node, i);
            switch (tree.kind(part)) {
                case FUNC_ARG_LIST -> {
                    for (int argument : tree.items(part)) {
                        text(tree, argument, arguments, texts);
                        arguments++;
                    }
                }
                case FUNC_ARG_EXPR -> {
                    text(tree, part, arguments, texts);
                    arguments++;
                }
                case OPT_SORT_CLAUSE -> mustBeAggregate |= !tree.isEmpty(part);
                case DISTINCT -> mustBeAggregate = true;
                default -> mustBeAggregate |= walk.isStar(part);
            }
        }
        QualifiedName name = name(walk, tree.part(node, 0));
        walk.facts()
                .function(new FunctionUse(name, kind, arguments, texts, mustBeAggregate, window));
        walk.partsLater(node, 1, operation);
    }

    /** {@code func_arg_expr}: an expression, perhaps behind the name of its parameter. */
    private static void text(SyntaxTree tree, int argument, int place, Map<Integer, String> texts) {
        int value = tree.bottom(tree.part(argument, tree.size(argument) - 1));
        if (tree.symbol(value) == Terminals.SCONST) {
            texts.put(place, tree.content(value));
        }
    }

    /** {@code func_name}: a word, or names with dots between them. */
    static QualifiedName name(Walk walk, int node) throws SqlSyntaxException {
        return QualifiedName.of(walk.dotted(node));
    }

    private static void tablesample(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        int arguments = tree.items(tree.part(node, 3)).length;
        walk.facts()
                .function(
                        new FunctionUse(
                                name(walk, tree.part(node, 1)),
                                Kind.TABLESAMPLE,
                                arguments,
                                Map.of(),
                                false,
                                false));
        walk.partsLater(node, 2, operation);
    }

    private static void reference(Walk walk, int node, int operation) throws SqlSyntaxException {
        refer(walk, name(walk, node));
    }

    private static void withArgumentTypes(Walk walk, int node, int operation)
            throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        int first = tree.part(node, 0);
        if (tree.kind(first) == Symbol.FUNC_NAME) {
            walk.partsLater(node, operation);
        } else {
            refer(walk, QualifiedName.of(walk.dotted(node)));
        }
    }

    private static void refer(Walk walk, QualifiedName name) {
        walk.facts().function(new FunctionUse(name, Kind.REFERENCE, 0, Map.of(), false, false));
    }

    private static void jsonAggregate(Walk walk, int node, int operation) {
        walk.facts().syntax(walk.tree().name(node));
        walk.partsLater(node, operation);
    }

    /** SQL's own functions: the first word says which, save for a few. */
    private static void syntax(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        switch (tree.kind(tree.part(node, 0))) {
            case CAST -> TypeReader.cast(walk, tree.part(node, 2), tree.part(node, 4), operation);
            case TREAT -> treat(walk, node, operation);
            case COLLATION -> syntax(walk, node, "pg_collation_for", operation);
            case TRIM -> syntax(walk, node, trim(tree, tree.part(node, 2)), operation);
            case NULLIF -> {
                walk.facts().operator(QualifiedName.plain("="));
                syntax(walk, node, "nullif", operation);
            }
            case OVERLAY, SUBSTRING -> ordinaryOrSyntax(walk, node, operation);
            default -> syntax(walk, node, tree.name(node), operation);
        }
    }

    /**
     * {@code TREAT (x AS f)} calls the system function of that name, whatever the standard says: it
     * can be any with one argument.
     */
    private static void treat(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        int value = tree.bottom(tree.part(node, 2));
        Map<Integer, String> texts =
                tree.symbol(value) == Terminals.SCONST ? Map.of(0, tree.content(value)) : Map.of();
        String name = TypeReader.name(walk, tree.part(node, 4)).name();
        walk.facts()
                .function(
                        new FunctionUse(
                                QualifiedName.system(name), Kind.CALL, 1, texts, false, false));
        walk.later(tree.part(node, 2), operation);
    }

    private static void syntax(Walk walk, int node, String name, int operation) {
        walk.facts().syntax(name);
        walk.partsLater(node, operation);
    }

    private static String trim(SyntaxTree tree, int side) {
        return switch (tree.kind(side)) {
            case LEADING -> "ltrim";
            case TRAILING -> "rtrim";
            default -> "btrim";
        };
    }

    /** With plain arguments it is an ordinary function of that name in whatever schema. */
    private static void ordinaryOrSyntax(Walk walk, int node, int operation) {
        SyntaxTree tree = walk.tree();
        int list = tree.part(node, 2);
        if (tree.kind(list) != Symbol.FUNC_ARG_LIST_OPT) {
            syntax(walk, node, tree.name(node), operation);
            return;
        }
        Map<Integer, String> texts = new HashMap<>(4);
        int arguments = 0;
        if (!tree.isEmpty(list)) {
            for (int argument : tree.items(tree.part(list, 0))) {
                text(tree, argument, arguments, texts);
                arguments++;
            }
        }
        QualifiedName name = QualifiedName.plain(tree.name(node));
        walk.facts().function(new FunctionUse(name, Kind.CALL, arguments, texts, false, false));
        walk.partsLater(node, operation);
    }
}
