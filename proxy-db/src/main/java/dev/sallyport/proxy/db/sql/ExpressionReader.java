package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.ColumnUse.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads column references and operators. */
final class ExpressionReader {
    private ExpressionReader() {}

    static void register(Map<Symbol, Readers.Reader> readers) {
        readers.put(Symbol.COLUMNREF, ExpressionReader::columnInExpression);
        readers.put(Symbol.INDIRECTION, ExpressionReader::fields);
        readers.put(Symbol.OPT_INDIRECTION, ExpressionReader::fields);
        readers.put(Symbol.A_EXPR, ExpressionReader::expression);
        readers.put(Symbol.B_EXPR, ExpressionReader::expression);
        readers.put(Symbol.CASE_ARG, ExpressionReader::caseArgument);
        readers.put(Symbol.QUAL_OP, ExpressionReader::operator);
        readers.put(Symbol.QUAL_ALL_OP, ExpressionReader::operator);
        readers.put(Symbol.SUBQUERY_OP, ExpressionReader::operator);
    }

    private static void columnInExpression(Walk walk, int node, int operation)
            throws SqlSyntaxException {
        column(walk, node, operation, Place.EXPRESSION);
    }

    /** A dotted name, perhaps with a star at its end, perhaps with subscripts behind. */
    static void column(Walk walk, int node, int operation, Place place) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        List<String> path = new ArrayList<>(2);
        path.add(tree.name(tree.part(node, 0)));
        int[] elements = tree.size(node) > 1 ? tree.items(tree.part(node, 1)) : new int[0];
        int i = 0;
        while (i < elements.length && isName(walk, elements[i])) {
            path.add(tree.name(tree.part(elements[i], 1)));
            i++;
        }
        if (i == elements.length) {
            walk.facts().column(operation, path, false, place);
            return;
        }
        if (isStar(walk, elements[i])) {
            requireLast(walk, elements, i);
            walk.facts().column(operation, path, true, place);
            return;
        }
        walk.facts().column(operation, path, false, Place.EXPRESSION);
        fields(walk, elements, i, operation);
    }

    private static boolean isName(Walk walk, int element) {
        SyntaxTree tree = walk.tree();
        return tree.size(element) == 2 && !walk.isStar(tree.part(element, 1));
    }

    private static boolean isStar(Walk walk, int element) {
        SyntaxTree tree = walk.tree();
        return tree.size(element) == 2 && walk.isStar(tree.part(element, 1));
    }

    private static void requireLast(Walk walk, int[] elements, int i) throws SqlSyntaxException {
        if (i < elements.length - 1) {
            throw walk.improperName(elements[i]);
        }
    }

    private static void fields(Walk walk, int node, int operation) throws SqlSyntaxException {
        fields(walk, walk.tree().items(node), 0, operation);
    }

    /** Fields and elements of a value; a field may turn out to be a function of the value. */
    private static void fields(Walk walk, int[] elements, int from, int operation)
            throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        for (int i = from; i < elements.length; i++) {
            if (isName(walk, elements[i])) {
                List<String> path = List.of(tree.name(tree.part(elements[i], 1)));
                walk.facts().column(operation, path, false, Place.FIELD);
            } else if (isStar(walk, elements[i])) {
                requireLast(walk, elements, i);
                walk.facts().column(operation, List.of(), true, Place.FIELD);
            } else {
                walk.partsLater(elements[i], operation);
            }
        }
    }

    /** The subscripts behind a column that is written; its fields are part of it. */
    static void subscripts(Walk walk, int list, int operation) throws SqlSyntaxException {
        int[] elements = walk.tree().items(list);
        for (int i = 0; i < elements.length; i++) {
            if (isStar(walk, elements[i])) {
                requireLast(walk, elements, i);
            } else if (!isName(walk, elements[i])) {
                walk.partsLater(elements[i], operation);
            }
        }
    }

    private static void expression(Walk walk, int node, int operation) throws SqlSyntaxException {
        SyntaxTree tree = walk.tree();
        if (tree.size(node) == 1) {
            walk.later(tree.part(node, 0), operation);
            return;
        }
        int second = tree.part(node, 1);
        if (tree.kind(second) == Symbol.TYPECAST) {
            TypeReader.cast(walk, tree.part(node, 0), tree.part(node, 2), operation);
            return;
        }
        boolean negated = tree.kind(second) == Symbol.NOT_LA;
        int sign = negated ? tree.part(node, 2) : second;
        if (SyntaxTree.isToken(sign)) {
            infix(walk, node, sign, negated);
        } else if (SyntaxTree.isToken(tree.part(node, 0))) {
            prefix(walk, node);
        }
        walk.partsLater(node, operation);
    }

    private static void infix(Walk walk, int node, int sign, boolean negated) {
        Facts facts = walk.facts();
        SyntaxTree tree = walk.tree();
        boolean escape = tree.has(node, Symbol.ESCAPE);
        switch (tree.kind(sign)) {
            case LIKE -> match(facts, negated ? "!~~" : "~~", "like_escape", escape);
            case ILIKE -> match(facts, negated ? "!~~*" : "~~*", "like_escape", escape);
            case SIMILAR -> match(facts, negated ? "!~" : "~", "similar_to_escape", true);
            case BETWEEN -> {
                facts.operator(QualifiedName.plain(negated ? "<" : ">="));
                facts.operator(QualifiedName.plain(negated ? ">" : "<="));
            }
            case IN -> {
                // NOT IN over a query is the negation of = ANY.
                boolean list = !tree.has(node, Symbol.SELECT_WITH_PARENS);
                facts.operator(QualifiedName.plain(negated && list ? "<>" : "="));
            }
            case AT -> facts.syntax("timezone");
            case OVERLAPS -> facts.syntax("overlaps");
            case IS -> {
                if (tree.has(node, Symbol.DISTINCT)) {
                    facts.operator(QualifiedName.plain("="));
                } else if (tree.has(node, Symbol.NORMALIZED)) {
                    facts.syntax("is_normalized");
                } else if (tree.has(node, Symbol.DOCUMENT)) {
                    facts.syntax("is_document");
                }
            }
            default -> {
                if (isMath(tree.symbol(sign))) {
                    facts.operator(QualifiedName.plain(sign(tree, sign)));
                }
            }
        }
    }

    private static void match(Facts facts, String operator, String function, boolean escape) {
        facts.operator(QualifiedName.plain(operator));
        if (escape) {
            facts.syntax(function);
        }
    }

    /** A sign before a number belongs to the number. */
    private static void prefix(Walk walk, int node) {
        SyntaxTree tree = walk.tree();
        int sign = tree.part(node, 0);
        if (!isMath(tree.symbol(sign))) {
            return;
        }
        int operand = tree.symbol(tree.bottom(tree.part(node, 1)));
        boolean isNumber = operand == Terminals.ICONST || operand == Terminals.FCONST;
        if (!isNumber || tree.symbol(sign) != Terminals.self('-')) {
            walk.facts().operator(QualifiedName.plain(sign(tree, sign)));
        }
    }

    private static boolean isMath(int token) {
        return switch (Symbol.of(token)) {
            case LESS_EQUALS, GREATER_EQUALS, NOT_EQUALS, MATH_CHARACTER -> true;
            default -> false;
        };
    }

    private static String sign(SyntaxTree tree, int token) {
        return tree.symbol(token) == Terminals.NOT_EQUALS ? "<>" : tree.written(token);
    }

    /** {@code CASE a WHEN b} compares them. */
    private static void caseArgument(Walk walk, int node, int operation) {
        if (!walk.tree().isEmpty(node)) {
            walk.facts().operator(QualifiedName.plain("="));
        }
        walk.partsLater(node, operation);
    }

    /** An operator by its characters, by {@code OPERATOR(schema.+)}, or LIKE before ANY. */
    private static void operator(Walk walk, int node, int operation) {
        SyntaxTree tree = walk.tree();
        int first = tree.part(node, 0);
        Symbol kind = tree.kind(first);
        if (tree.size(node) == 4) {
            walk.facts().operator(operatorName(tree, tree.part(node, 2)));
        } else if (kind == Symbol.NOT_LA) {
            boolean like = tree.kind(tree.part(node, 1)) == Symbol.LIKE;
            walk.facts().operator(QualifiedName.plain(like ? "!~~" : "!~~*"));
        } else if (kind == Symbol.LIKE || kind == Symbol.ILIKE) {
            walk.facts().operator(QualifiedName.plain(kind == Symbol.LIKE ? "~~" : "~~*"));
        } else {
            walk.facts().operator(QualifiedName.plain(sign(tree, tree.bottom(first))));
        }
    }

    /** {@code any_operator}: names with dots between them, then the operator. */
    private static QualifiedName operatorName(SyntaxTree tree, int node) {
        List<String> path = new ArrayList<>(2);
        int at = node;
        while (tree.size(at) == 3) {
            path.add(tree.name(tree.part(at, 0)));
            at = tree.part(at, 2);
        }
        path.add(sign(tree, tree.bottom(at)));
        return QualifiedName.of(path);
    }
}
