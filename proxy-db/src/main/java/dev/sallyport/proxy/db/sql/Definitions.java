package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.Command.Definition;
import dev.sallyport.proxy.db.sql.Command.Definition.Verb;
import java.util.StringJoiner;

/** Reads the commands that define, change or drop something: all that no other reader knows. */
final class Definitions {
    private Definitions() {}

    static Command of(SyntaxTree tree, int node, Facts facts) {
        String nonterminal = GrammarTables.POSTGRESQL_18.names.get(tree.symbol(node));
        return new Definition(verb(tree, node), nonterminal, object(tree, node), facts.bodies());
    }

    private static Verb verb(SyntaxTree tree, int node) {
        return switch (tree.name(node)) {
            case "create" -> Verb.CREATE;
            case "drop" -> Verb.DROP;
            case "grant" -> Verb.GRANT;
            case "revoke" -> Verb.REVOKE;
            case "comment" -> Verb.COMMENT;
            case "security" -> Verb.SECURITY_LABEL;
            case "import" -> Verb.IMPORT;
            case "reassign" -> Verb.REASSIGN;
            default -> Verb.ALTER;
        };
    }

    /** The words after the verb, up to the first name; what only decorates them is left out. */
    private static String object(SyntaxTree tree, int node) {
        StringJoiner words = new StringJoiner(" ");
        Tokens tokens = tree.tokens();
        for (int token = tree.firstToken(node) + 1; token <= tree.lastToken(node); token++) {
            String word = Keywords.ALL.word(tokens.kind(token));
            if (word == null || isAfterObject(word)) {
                break;
            }
            if (!isDecoration(word)) {
                words.add(word);
            }
        }
        return words.toString();
    }

    private static boolean isDecoration(String word) {
        return switch (word) {
            case "or",
                    "replace",
                    "temp",
                    "temporary",
                    "local",
                    "global",
                    "unlogged",
                    "unique",
                    "recursive",
                    "constraint",
                    "default",
                    "trusted",
                    "procedural",
                    "on" ->
                    true;
            default -> false;
        };
    }

    private static boolean isAfterObject(String word) {
        return switch (word) {
            case "if",
                    "concurrently",
                    "for",
                    "from",
                    "to",
                    "is",
                    "as",
                    "all",
                    "with",
                    "set",
                    "reset" ->
                    true;
            default -> false;
        };
    }
}
