package dev.sallyport.access.act;

import java.util.List;
import java.util.Map;

/**
 * What a PostgreSQL session can want. One statement may be several acts: a common table expression
 * that deletes while the query selects is a {@code select} and a {@code delete}, and all of them
 * must be permitted.
 */
public sealed interface DbAct extends Act {

    /** The same act as it will be shown to a human, with the parameters of one execution. */
    DbAct shownAs(String text);

    /**
     * One operation on tables.
     *
     * @param operation one of {@link DbOperation}
     * @param tables {@code schema.table}, resolved by the catalogue; views by their own names
     * @param classes the classes of all columns that it can read or write, for example {@code pii}
     * @param shown the statement with its parameters, as it will run
     */
    record Statement(DbOperation operation, List<String> tables, List<String> classes, String shown)
            implements DbAct {
        public Statement {
            tables = List.copyOf(tables);
            classes = List.copyOf(classes);
        }

        @Override
        public DbAct shownAs(String text) {
            return new Statement(operation, tables, classes, text);
        }

        @Override
        public String action() {
            return "db:" + operation.word();
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("tables", tables, "classes", classes);
        }

        @Override
        public boolean canBeMasked() {
            return operation.isRead() && !classes.isEmpty();
        }
    }

    /**
     * Calls of functions that are not known to be harmless.
     *
     * @param names {@code schema.name}, resolved by the catalogue
     */
    record Functions(List<String> names, String shown) implements DbAct {
        public Functions {
            names = List.copyOf(names);
        }

        @Override
        public DbAct shownAs(String text) {
            return new Functions(names, text);
        }

        @Override
        public String action() {
            return "db:function";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("functions", names);
        }
    }

    /** Changing a run-time parameter of the session ({@code SET}, {@code RESET}). */
    record Setting(String name, String shown) implements DbAct {
        @Override
        public DbAct shownAs(String text) {
            return new Setting(name, text);
        }

        @Override
        public String action() {
            return "db:set";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("setting", name);
        }
    }

    /**
     * Transaction control, cursors and prepared statements: what moves what was judged already.
     *
     * @param command the command's tag, for example {@code BEGIN}
     */
    record Control(String command, String shown) implements DbAct {
        @Override
        public DbAct shownAs(String text) {
            return new Control(command, text);
        }

        @Override
        public String action() {
            return "db:control";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("command", command);
        }
    }

    /**
     * The end of a transaction that wrote, where the grant wants a human to see what it did.
     *
     * @param rows how many rows it wrote, by the server's own count
     * @param tables the tables that it wrote to
     * @param shown every statement of it with its count
     */
    record Commit(long rows, List<String> tables, String shown) implements DbAct {
        public Commit {
            tables = List.copyOf(tables);
        }

        @Override
        public DbAct shownAs(String text) {
            return new Commit(rows, tables, text);
        }

        @Override
        public String action() {
            return "db:commit";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("rows", rows, "tables", tables);
        }
    }

    /**
     * Something that could not be understood: an act that nobody may do.
     *
     * @param what names the kind of thing and no text of the agent's
     */
    record Unknown(String what, String shown) implements DbAct {
        @Override
        public DbAct shownAs(String text) {
            return new Unknown(what, text);
        }

        @Override
        public String action() {
            return "db:unknown";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("what", what);
        }
    }
}
