package dev.sallyport.proxy.db.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads types: as casts, as typed literals, as declarations. */
final class TypeReader {
    private static final int LONGEST_FLOAT4 = 24;

    private TypeReader() {}

    static void register(Map<Symbol, Readers.Reader> readers) {
        readers.put(Symbol.SIMPLE_TYPENAME, TypeReader::declared);
        readers.put(Symbol.FUNC_TYPE, TypeReader::functionType);
        readers.put(Symbol.AEXPR_CONST, TypeReader::literal);
    }

    private static void declared(Walk walk, int node, int operation) throws SqlSyntaxException {
        walk.facts().type(new TypeUse(simpleName(walk, node), false, ""));
        modifiers(walk, node, operation);
    }

    /** A value converted to a type: {@code value::type} or CAST. */
    static void cast(Walk walk, int value, int typename, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        int bottom = tree.bottom(value);
        String text = tree.symbol(bottom) == Terminals.SCONST ? tree.content(bottom) : "";
        walk.facts().type(new TypeUse(name(walk, typename), true, text));
        modifiers(walk, tree.find(typename, Symbol.SIMPLE_TYPENAME), operation);
        walk.later(value, operation);
    }

    /** The name of a {@code Typename}, which may be SETOF or an array of it. */
    static QualifiedName name(Walk walk, int typename) throws SqlSyntaxException {
        return simpleName(walk, walk.tree().find(typename, Symbol.SIMPLE_TYPENAME));
    }

    /** Modifiers are expressions to the grammar: {@code geometry(point, 4326)}. */
    private static void modifiers(Walk walk, int simple, int operation) {
        SyntaxTree tree = walk.tree();
        int inner = tree.part(simple, 0);
        if (tree.kind(inner) == Symbol.GENERIC_TYPE) {
            walk.later(tree.part(inner, tree.size(inner) - 1), operation);
        } else {
            walk.later(inner, operation);
        }
    }

    private static QualifiedName simpleName(Walk walk, int simple) {
        SyntaxTree tree = walk.tree();
        int inner = tree.part(simple, 0);
        if (tree.kind(inner) == Symbol.GENERIC_TYPE) {
            List<String> path = new ArrayList<>(2);
            path.add(tree.name(tree.part(inner, 0)));
            if (tree.size(inner) == 3) {
                for (int name : tree.items(tree.part(inner, 1))) {
                    path.add(tree.name(name));
                }
            }
            return QualifiedName.of(path);
        }
        return QualifiedName.system(builtIn(tree, inner));
    }

    /** The type's own name for what SQL spells in words. */
    private static String builtIn(SyntaxTree tree, int node) {
        String word = tree.name(node);
        return switch (word) {
            case "int", "integer" -> "int4";
            case "smallint" -> "int2";
            case "bigint" -> "int8";
            case "real" -> "float4";
            case "double" -> "float8";
            case "float" -> isShortFloat(tree, node) ? "float4" : "float8";
            case "decimal", "dec", "numeric" -> "numeric";
            case "boolean" -> "bool";
            case "bit" -> isVarying(tree, node) ? "varbit" : "bit";
            case "varchar" -> "varchar";
            case "character", "char", "national", "nchar" ->
                    isVarying(tree, node) ? "varchar" : "bpchar";
            case "timestamp", "time" -> isZoned(tree, node) ? word + "tz" : word;
            default -> word; // interval, json
        };
    }

    private static boolean isShortFloat(SyntaxTree tree, int numeric) {
        int precision = tree.part(numeric, 1);
        if (tree.isEmpty(precision)) {
            return false;
        }
        String digits = tree.written(tree.part(precision, 1));
        return digits.length() <= 2
                && digits.chars().allMatch(c -> Characters.isDigit((char) c))
                && Integer.parseInt(digits) <= LONGEST_FLOAT4;
    }

    private static boolean isZoned(SyntaxTree tree, int node) {
        for (int token = tree.firstToken(node); token <= tree.lastToken(node); token++) {
            if (tree.tokens().kind(token) == Terminals.WITH_LA) {
                return true;
            }
        }
        return false;
    }

    /** {@code VARYING} is the second word, or the third after NATIONAL. */
    private static boolean isVarying(SyntaxTree tree, int node) {
        int last = Math.min(tree.lastToken(node), tree.firstToken(node) + 2);
        for (int token = tree.firstToken(node) + 1; token <= last; token++) {
            if (tree.tokens().kind(token) == Symbol.VARYING.number()) {
                return true;
            }
            if (tree.tokens().kind(token) == Terminals.self('(')) {
                return false;
            }
        }
        return false;
    }

    /** {@code table.column%TYPE} names the type of a column. */
    private static void functionType(Walk walk, int node, int operation) {
        SyntaxTree tree = walk.tree();
        int attributes = tree.find(node, Symbol.ATTRS);
        if (attributes == SyntaxTree.NONE) {
            walk.partsLater(node, operation);
            return;
        }
        List<String> path = new ArrayList<>(3);
        path.add(tree.name(tree.find(node, Symbol.TYPE_FUNCTION_NAME)));
        for (int name : tree.items(attributes)) {
            path.add(tree.name(name));
        }
        walk.facts().type(new TypeUse(QualifiedName.of(path), false, ""));
    }

    /** A literal with its type before it: {@code regclass 'secrets'}, {@code interval '1 day'}. */
    private static void literal(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        int size = tree.size(node);
        if (size == 1) {
            return;
        }
        int first = tree.part(node, 0);
        int text = tree.find(node, Symbol.SCONST_NODE);
        QualifiedName name =
                switch (tree.kind(first)) {
                    case FUNC_NAME -> FunctionReader.name(walk, first);
                    case CONST_TYPENAME -> QualifiedName.system(builtIn(tree, tree.part(first, 0)));
                    default -> QualifiedName.system(builtIn(tree, first));
                };
        walk.facts().type(new TypeUse(name, true, tree.content(text)));
        walk.partsLater(node, tree.kind(first) == Symbol.FUNC_NAME ? 1 : 0, operation);
    }
}
