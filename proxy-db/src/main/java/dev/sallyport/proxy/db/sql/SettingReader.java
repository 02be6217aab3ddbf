package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.SettingUse.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads what SET and RESET change, wherever they stand: alone or in the definition of a role. */
final class SettingReader {
    private SettingReader() {}

    static void register(Map<Symbol, Readers.Reader> readers) {
        readers.put(
                Symbol.GENERIC_SET,
                (walk, node, operation) -> walk.facts().setting(generic(walk.tree(), node)));
        readers.put(Symbol.SET_REST_MORE, SettingReader::setRestMore);
        readers.put(
                Symbol.RESET_REST,
                (walk, node, operation) -> walk.facts().setting(reset(walk.tree(), node)));
        readers.put(
                Symbol.GENERIC_RESET,
                (walk, node, operation) -> walk.facts().setting(genericReset(walk.tree(), node)));
    }

    private static void setRestMore(Walk walk, int node, int operation) {
        walk.facts().setting(special(walk.tree(), node));
    }

    /** {@code set_rest_more}: {@code var = value} or one of the forms with words of their own. */
    static SettingUse special(SyntaxTree tree, int node) {
        int first = tree.part(node, 0);
        int last = tree.part(node, tree.size(node) - 1);
        return switch (tree.kind(first)) {
            case GENERIC_SET -> generic(tree, first);
            case VAR_NAME -> new SettingUse(name(tree, first), Change.FROM_CURRENT, List.of());
            case TIME -> zone(tree, last);
            case NAMES ->
                    tree.isEmpty(last) || tree.kind(tree.part(last, 0)) == Symbol.DEFAULT
                            ? unset("client_encoding")
                            : set("client_encoding", value(tree, last));
            case SCHEMA -> set("search_path", value(tree, last));
            case CATALOG -> set("catalog", value(tree, last));
            case ROLE -> set("role", value(tree, last));
            case SESSION ->
                    tree.kind(last) == Symbol.DEFAULT
                            ? unset("session_authorization")
                            : set("session_authorization", value(tree, last));
            case XML -> set("xmloption", tree.name(last));
            default -> set("transaction_snapshot", value(tree, last));
        };
    }

    private static SettingUse set(String name, String value) {
        return new SettingUse(name, Change.SET, List.of(value));
    }

    private static SettingUse unset(String name) {
        return new SettingUse(name, Change.DEFAULT, List.of());
    }

    private static SettingUse zone(SyntaxTree tree, int value) {
        Symbol first = tree.kind(tree.part(value, 0));
        boolean unset = first == Symbol.DEFAULT || first == Symbol.LOCAL;
        return unset ? unset("timezone") : set("timezone", value(tree, value));
    }

    static SettingUse generic(SyntaxTree tree, int node) {
        String name = name(tree, tree.part(node, 0));
        int list = tree.part(node, 2);
        if (tree.kind(list) == Symbol.DEFAULT) {
            return unset(name);
        }
        List<String> values = new ArrayList<>();
        for (int value : tree.items(list)) {
            values.add(value(tree, value));
        }
        return new SettingUse(name, Change.SET, values);
    }

    /** {@code reset_rest}. */
    static SettingUse reset(SyntaxTree tree, int node) {
        int first = tree.part(node, 0);
        return switch (tree.kind(first)) {
            case GENERIC_RESET -> genericReset(tree, first);
            case TIME -> new SettingUse("timezone", Change.RESET, List.of());
            case SESSION -> new SettingUse("session_authorization", Change.RESET, List.of());
            default -> new SettingUse("transaction_isolation", Change.RESET, List.of());
        };
    }

    private static SettingUse genericReset(SyntaxTree tree, int node) {
        int first = tree.part(node, 0);
        String name = tree.kind(first) == Symbol.VAR_NAME ? name(tree, first) : "";
        return new SettingUse(name, Change.RESET, List.of());
    }

    /** {@code var_name}: {@code a} or, to the left, {@code a.b.c}. */
    static String name(SyntaxTree tree, int node) {
        StringBuilder name = new StringBuilder();
        for (int token = tree.firstToken(node); token <= tree.lastToken(node); token++) {
            boolean dot = tree.tokens().kind(token) == Terminals.self('.');
            name.append(dot ? "." : tree.tokens().name(token));
        }
        return Characters.lower(name.toString());
    }

    /** A value as text: a string's content, a word, or a number with its sign. */
    static String value(SyntaxTree tree, int part) {
        StringBuilder value = new StringBuilder();
        Tokens tokens = tree.tokens();
        for (int token = tree.firstToken(part); token <= tree.lastToken(part); token++) {
            int kind = tokens.kind(token);
            boolean isText = kind == Terminals.SCONST;
            boolean isWord = kind == Terminals.IDENT || Keywords.ALL.word(kind) != null;
            boolean spaced = !value.isEmpty() && (isText || isWord);
            value.append(spaced ? " " : "");
            value.append(
                    isText
                            ? tokens.content(token)
                            : isWord ? tokens.name(token) : tokens.written(token));
        }
        return value.toString();
    }
}
