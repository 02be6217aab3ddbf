package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.Operation.Action;

/** Makes a {@link Statement} of one {@code toplevel_stmt} of the tree. */
final class StatementReader {
    private StatementReader() {}

    static Statement read(SyntaxTree tree, int toplevel) throws SqlSyntaxException {
        int inner = tree.part(toplevel, 0);
        int node = tree.kind(inner) == Symbol.STMT ? tree.part(inner, 0) : inner;
        Facts facts = new Facts();
        Walk walk = new Walk(tree, facts);
        int around = Operation.NO_PARENT;
        if (!beginsByItself(tree.kind(node))) {
            around = facts.begin(Action.UTILITY, Operation.NO_PARENT).number;
        }
        walk.run(node, around);
        Tokens tokens = tree.tokens();
        int first = tree.firstToken(node);
        int last = tree.lastToken(node);
        return new Statement(
                tokens.start(first),
                tokens.end(last),
                tree.written(node),
                Commands.of(tree, node, facts),
                facts.operations(),
                facts.functions(),
                facts.operators(),
                facts.types(),
                facts.settings(),
                facts.parameters(),
                ResultColumns.of(tree, node),
                Normalizer.normalize(tokens, first, last));
    }

    /** Statements whose reader, or whose query's reader, begins the outermost operation. */
    private static boolean beginsByItself(Symbol kind) {
        return switch (kind) {
            case SELECT_STMT,
                    INSERT_STMT,
                    UPDATE_STMT,
                    DELETE_STMT,
                    MERGE_STMT,
                    COPY_STMT,
                    CALL_STMT,
                    VIEW_STMT,
                    CONSTRAINTS_SET_STMT,
                    DROP_STMT,
                    COMMENT_STMT,
                    SEC_LABEL_STMT,
                    ALTER_EXTENSION_CONTENTS_STMT ->
                    true;
            default -> DefinitionReader.isNamed(kind);
        };
    }
}
