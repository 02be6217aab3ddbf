package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.Command.Copy;
import java.util.Locale;

/** Says what command a statement is. */
final class Commands {
    private Commands() {}

    /** Of the node below {@code stmt}. */
    static Command of(SyntaxTree tree, int node, Facts facts) {
        return switch (tree.kind(node)) {
            case SELECT_STMT -> new Command.Select();
            case INSERT_STMT -> new Command.Insert();
            case UPDATE_STMT -> new Command.Update();
            case DELETE_STMT -> new Command.Delete();
            case MERGE_STMT -> new Command.Merge();
            case COPY_STMT -> copy(tree, node);
            case CALL_STMT -> new Command.Call();
            case DO_STMT -> doBlock(tree, node);
            case EXPLAIN_STMT -> explain(tree, node, facts);
            case EXPLAINABLE_STMT, PREPARABLE_STMT -> of(tree, tree.part(node, 0), facts);
            case DECLARE_CURSOR_STMT ->
                    new Command.DeclareCursor(
                            tree.name(tree.part(node, 1)),
                            isWord(tree, tree.part(node, 4), Symbol.WITH));
            case PREPARE_STMT ->
                    new Command.Prepare(
                            tree.name(tree.part(node, 1)), of(tree, tree.part(node, 4), facts));
            case EXECUTE_STMT ->
                    new Command.Execute(
                            tree.name(tree.find(node, Symbol.NAME)), tree.size(node) > 3);
            case TRANSACTION_STMT, TRANSACTION_STMT_LEGACY -> TransactionCommands.of(tree, node);
            case VARIABLE_SET_STMT, VARIABLE_RESET_STMT, VARIABLE_SHOW_STMT ->
                    SettingCommands.of(tree, node);
            default -> session(tree, node, facts);
        };
    }

    /** Commands of a session, and what is left. */
    private static Command session(SyntaxTree tree, int node, Facts facts) {
        int last = tree.part(node, tree.size(node) - 1);
        return switch (tree.kind(node)) {
            case FETCH_STMT ->
                    new Command.Fetch(lastName(tree, node), isWord(tree, node, Symbol.MOVE));
            case CLOSE_PORTAL_STMT -> new Command.Close(nameOrAll(tree, last));
            case DEALLOCATE_STMT -> new Command.Deallocate(nameOrAll(tree, last));
            case CONSTRAINTS_SET_STMT -> new Command.SetConstraints();
            case LISTEN_STMT -> new Command.Listen(tree.name(last));
            case UNLISTEN_STMT -> new Command.Unlisten(nameOrAll(tree, last));
            case NOTIFY_STMT ->
                    new Command.Notify(
                            tree.name(tree.part(node, 1)),
                            tree.isEmpty(last) ? "" : tree.content(tree.part(last, 1)));
            case LOCK_STMT -> lock(tree, node);
            case TRUNCATE_STMT -> new Command.Truncate();
            case DISCARD_STMT -> {
                String what = tree.name(last);
                yield new Command.Discard(what.equals("temporary") ? "temp" : what);
            }
            case LOAD_STMT -> new Command.Load(tree.content(last));
            case VACUUM_STMT,
                    ANALYZE_STMT,
                    CLUSTER_STMT,
                    REINDEX_STMT,
                    CHECK_POINT_STMT,
                    REFRESH_MAT_VIEW_STMT -> {
                String word = tree.name(node);
                yield new Command.Maintain(word.equals("analyse") ? "analyze" : word);
            }
            case CREATE_AS_STMT, CREATE_MAT_VIEW_STMT -> new Command.CreateTableAs();
            default -> Definitions.of(tree, node, facts);
        };
    }

    static boolean isWord(SyntaxTree tree, int part, Symbol word) {
        return !tree.isEmpty(part)
                && tree.symbol(SyntaxTree.ofToken(tree.firstToken(part))) == word.number();
    }

    private static String lastName(SyntaxTree tree, int node) {
        return tree.tokens().name(tree.lastToken(node));
    }

    /** A name; empty for the keyword ALL and for the star. */
    private static String nameOrAll(SyntaxTree tree, int part) {
        return SyntaxTree.isToken(part) ? "" : tree.name(part);
    }

    static boolean isCopyTo(SyntaxTree tree, int node) {
        int from = tree.find(node, Symbol.COPY_FROM);
        return from == SyntaxTree.NONE || isWord(tree, from, Symbol.TO);
    }

    private static Command copy(SyntaxTree tree, int node) {
        int name = tree.find(node, Symbol.COPY_FILE_NAME);
        boolean isText = tree.kind(tree.part(name, 0)) == Symbol.SCONST_NODE;
        boolean program = !tree.isEmpty(tree.find(node, Symbol.OPT_PROGRAM));
        Copy.Endpoint endpoint =
                program
                        ? Copy.Endpoint.PROGRAM
                        : isText ? Copy.Endpoint.FILE : Copy.Endpoint.CLIENT;
        return new Copy(
                isCopyTo(tree, node) ? Copy.Direction.TO : Copy.Direction.FROM,
                endpoint,
                tree.has(node, Symbol.PREPARABLE_STMT),
                isText ? tree.content(name) : "");
    }

    private static Command doBlock(SyntaxTree tree, int node) {
        String language = "";
        StringBuilder body = new StringBuilder();
        for (int item : tree.items(tree.part(node, 1))) {
            if (tree.size(item) == 1) {
                body.append(tree.content(item));
            } else {
                int name = tree.part(item, 1);
                language = SettingReader.value(tree, name);
            }
        }
        return new Command.Do(language, body.toString());
    }

    private static Command explain(SyntaxTree tree, int node, Facts facts) {
        boolean analyze = isWordAt(tree, node, 1, Symbol.ANALYZE_KEYWORD);
        int options = tree.find(node, Symbol.UTILITY_OPTION_LIST);
        if (options != SyntaxTree.NONE) {
            for (int option : tree.items(options)) {
                String name = tree.name(option).toLowerCase(Locale.ROOT);
                boolean isAnalyze = name.equals("analyze") || name.equals("analyse");
                analyze |= isAnalyze && !isOff(tree, tree.part(option, 1));
            }
        }
        Command inner = of(tree, tree.part(node, tree.size(node) - 1), facts);
        return new Command.Explain(analyze, inner);
    }

    private static boolean isWordAt(SyntaxTree tree, int node, int index, Symbol kind) {
        return index < tree.size(node) && tree.kind(tree.part(node, index)) == kind;
    }

    private static boolean isOff(SyntaxTree tree, int argument) {
        return switch (SettingReader.value(tree, argument).toLowerCase(Locale.ROOT)) {
            case "off", "false", "0" -> true;
            default -> false;
        };
    }

    private static Command lock(SyntaxTree tree, int node) {
        int mode = tree.part(node, 3);
        String words =
                tree.isEmpty(mode)
                        ? "access exclusive"
                        : SettingReader.value(tree, tree.part(mode, 1));
        return new Command.Lock(words, !tree.isEmpty(tree.part(node, 4)));
    }
}
