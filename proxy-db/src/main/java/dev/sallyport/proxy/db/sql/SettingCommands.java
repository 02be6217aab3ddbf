package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.SettingUse.Change;

/** Reads SET, RESET and SHOW as commands. */
final class SettingCommands {
    private SettingCommands() {}

    static Command of(SyntaxTree tree, int node) {
        return switch (tree.kind(node)) {
            case VARIABLE_SET_STMT -> set(tree, node);
            case VARIABLE_RESET_STMT -> named(SettingReader.reset(tree, tree.part(node, 1)), false);
            default -> new Command.Show(shown(tree, node));
        };
    }

    private static Command set(SyntaxTree tree, int node) {
        boolean local = tree.has(node, Symbol.LOCAL);
        int rest = tree.part(node, tree.size(node) - 1);
        int more = tree.part(rest, 0);
        if (tree.kind(more) != Symbol.SET_REST_MORE) {
            int modes = tree.part(rest, tree.size(rest) - 1);
            boolean session = tree.kind(more) == Symbol.SESSION;
            return new Command.SetTransaction(session, SettingReader.value(tree, modes));
        }
        if (tree.kind(tree.part(more, 0)) == Symbol.TRANSACTION) {
            String snapshot = tree.content(tree.part(more, 2));
            return new Command.SetTransaction(false, "snapshot " + snapshot);
        }
        return named(SettingReader.special(tree, more), local);
    }

    /** Role and session authorization are commands of their own in whatever spelling. */
    private static Command named(SettingUse setting, boolean local) {
        String value = setting.values().isEmpty() ? "" : String.join(",", setting.values());
        if (setting.name().equals("role")) {
            return new Command.SetRole(value, local);
        }
        if (setting.name().equals("session_authorization")) {
            return new Command.SetSessionAuthorization(value, local);
        }
        return setting.change() == Change.RESET
                ? new Command.Reset(setting)
                : new Command.Set(setting, local);
    }

    private static String shown(SyntaxTree tree, int node) {
        int first = tree.part(node, 1);
        return switch (tree.kind(first)) {
            case VAR_NAME -> SettingReader.name(tree, first);
            case TIME -> "timezone";
            case TRANSACTION -> "transaction_isolation";
            case SESSION -> "session_authorization";
            default -> "";
        };
    }
}
