package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.Command.Transaction;
import dev.sallyport.proxy.db.sql.Command.Transaction.Step;

/** Reads BEGIN, COMMIT, ROLLBACK, savepoints and prepared transactions. */
final class TransactionCommands {
    private TransactionCommands() {}

    static Command of(SyntaxTree tree, int node) {
        int last = tree.part(node, tree.size(node) - 1);
        return switch (tree.kind(tree.part(node, 0))) {
            case START, BEGIN -> new Transaction(Step.BEGIN, "", words(tree, last));
            case ABORT -> new Transaction(Step.ROLLBACK, "", words(tree, last));
            case END -> new Transaction(Step.COMMIT, "", words(tree, last));
            case COMMIT ->
                    tree.has(node, Symbol.PREPARED)
                            ? named(tree, Step.COMMIT_PREPARED, last)
                            : new Transaction(Step.COMMIT, "", words(tree, last));
            case SAVEPOINT -> named(tree, Step.SAVEPOINT, last);
            case RELEASE -> named(tree, Step.RELEASE, last);
            case PREPARE -> named(tree, Step.PREPARE, last);
            default -> rollback(tree, node, last);
        };
    }

    private static Command rollback(SyntaxTree tree, int node, int last) {
        if (tree.has(node, Symbol.PREPARED)) {
            return named(tree, Step.ROLLBACK_PREPARED, last);
        }
        if (tree.has(node, Symbol.TO)) {
            return named(tree, Step.ROLLBACK_TO, last);
        }
        return new Transaction(Step.ROLLBACK, "", words(tree, last));
    }

    private static Transaction named(SyntaxTree tree, Step step, int name) {
        return new Transaction(step, SettingReader.value(tree, name), "");
    }

    private static String words(SyntaxTree tree, int part) {
        return SettingReader.value(tree, part);
    }
}
