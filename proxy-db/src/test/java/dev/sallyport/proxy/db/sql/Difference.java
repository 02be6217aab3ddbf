package dev.sallyport.proxy.db.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Something that PostgreSQL's own parser and ours do not agree on.
 *
 * @param about {@code accepted}, or which fact
 * @param onlyTheirs what only PostgreSQL says
 * @param onlyOurs what only we say
 */
record Difference(String about, String onlyTheirs, String onlyOurs, String sql) {
    /** Statements whose facts are compared for equality; of definitions we may say more. */
    private static final Set<String> QUERIES =
            Set.of(
                    "SelectStmt",
                    "InsertStmt",
                    "UpdateStmt",
                    "DeleteStmt",
                    "MergeStmt",
                    "CopyStmt",
                    "CallStmt",
                    "ExplainStmt",
                    "DeclareCursorStmt",
                    "PrepareStmt",
                    "ExecuteStmt",
                    "CreateTableAsStmt");

    private static final Set<String> OTHER_COMMANDS =
            Set.of(
                    "DoStmt",
                    "FetchStmt",
                    "ClosePortalStmt",
                    "DeallocateStmt",
                    "TransactionStmt",
                    "VariableSetStmt",
                    "VariableShowStmt",
                    "ConstraintsSetStmt",
                    "ListenStmt",
                    "UnlistenStmt",
                    "NotifyStmt",
                    "LockStmt",
                    "TruncateStmt",
                    "DiscardStmt",
                    "LoadStmt",
                    "VacuumStmt",
                    "ClusterStmt",
                    "ReindexStmt",
                    "CheckPointStmt",
                    "RefreshMatViewStmt");

    static List<Difference> between(OracleFacts theirs, OracleFacts ours, String sql) {
        List<Difference> differences = new ArrayList<>();
        if (theirs.isAccepted() != ours.isAccepted()) {
            differences.add(new Difference("accepted", theirs.message(), ours.message(), sql));
            return differences;
        }
        if (!theirs.isAccepted()) {
            return differences;
        }
        boolean exact = QUERIES.containsAll(theirs.tags());
        List<String> tags = theirs.tags().stream().map(Difference::known).toList();
        if (!tags.equals(ours.tags())) {
            differences.add(
                    new Difference("commands", tags.toString(), ours.tags().toString(), sql));
        }
        if (!theirs.actions().equals(ours.actions())) {
            differences.add(
                    new Difference(
                            "actions",
                            theirs.actions().toString(),
                            ours.actions().toString(),
                            sql));
        }
        if (theirs.parameters() != ours.parameters()) {
            differences.add(
                    new Difference(
                            "parameters", "" + theirs.parameters(), "" + ours.parameters(), sql));
        }
        Set<String> columns = new TreeSet<>(ours.columns());
        columns.removeIf(column -> column.startsWith("key "));
        add(differences, "relations", theirs.relations(), ours.relations(), exact, sql);
        add(differences, "columns", theirs.columns(), columns, exact, sql);
        add(differences, "functions", theirs.functions(), ours.functions(), exact, sql);
        add(differences, "operators", theirs.operators(), ours.operators(), exact, sql);
        add(differences, "types", theirs.types(), ours.types(), exact, sql);
        return differences;
    }

    /** All that only define something are one kind of command to us. */
    private static String known(String tag) {
        return QUERIES.contains(tag) || OTHER_COMMANDS.contains(tag) ? tag : "definition";
    }

    private static void add(
            List<Difference> differences,
            String about,
            Set<String> theirs,
            Set<String> ours,
            boolean exact,
            String sql) {
        Set<String> onlyTheirs = new TreeSet<>(theirs);
        onlyTheirs.removeAll(ours);
        Set<String> onlyOurs = new TreeSet<>(ours);
        onlyOurs.removeAll(theirs);
        if (!onlyTheirs.isEmpty() || exact && !onlyOurs.isEmpty()) {
            differences.add(new Difference(about, onlyTheirs.toString(), onlyOurs.toString(), sql));
        }
    }

    /**
     * Whether it may come of a change that libpg_query makes to the grammar: it lets a parameter
     * stand where a literal follows a type, and in some other places. Then it refuses the same text
     * with a number in the place of the parameter.
     */
    boolean maybeComesOfParameters() {
        return about.equals("accepted")
                && onlyOurs.equals(SqlSyntaxException.Reason.SYNTAX.name())
                && !sql.equals(withoutParameters());
    }

    /** The same text with numbers for parameters. */
    String withoutParameters() {
        return sql.replaceAll("\\$\\d+", " 1 ");
    }

    /** Why it is as it should be; empty when it is not. The whole list of what is allowed. */
    Optional<String> reason() {
        String reason =
                switch (about) {
                    case "accepted" -> acceptance();
                    case "types" -> types();
                    case "columns" -> columns();
                    case "relations" -> relations();
                    case "operators" -> operators();
                    default -> "";
                };
        return Optional.of(reason).filter(text -> !text.isEmpty());
    }

    private String acceptance() {
        if (onlyOurs.isEmpty() && ActionErrors.include(onlyTheirs)) {
            return "an error of an action, which the server raises";
        }
        if (onlyOurs.equals(SqlSyntaxException.Reason.PARAMETER.name())) {
            return "libpg_query lets letters follow a parameter; the server does not";
        }
        return "";
    }

    private String types() {
        if (onlyTheirs.equals("[pg_catalog.int4]")
                && onlyOurs.equals("[]")
                && sql.matches("(?is).*substring\\s*\\(.*\\bfor\\b.*")) {
            return "SUBSTRING … FOR without FROM begins at 1, which is cast to int4";
        }
        if (onlyTheirs.equals("[pg_catalog.record]") && sql.matches("(?is).*returns\\s+table.*")) {
            return "a function that returns TABLE has that type implicitly";
        }
        boolean isTypedTable = sql.matches("(?is).*\\b(create|alter)\\b.*\\btable\\b.*\\bof\\b.*");
        boolean isDomain = sql.matches("(?is).*\\bcomment\\s+on\\s+constraint\\b.*\\bdomain\\b.*");
        if (onlyOurs.equals("[]") && (isTypedTable || isDomain)) {
            return "the type of a typed table, or a domain that is named, is no type of a value";
        }
        return "";
    }

    private String columns() {
        boolean copies = sql.matches("(?is).*\\bcopy\\b.*\\bto\\b.*");
        return onlyTheirs.equals("[]") && copies
                ? "COPY … TO reads columns that are no column references to the parser"
                : "";
    }

    private String operators() {
        boolean minus = onlyTheirs.equals("[]") && onlyOurs.equals("[-]");
        return minus && sql.matches("(?s).*-\\s*[-(].*")
                ? "the parser folds any minus before a constant, we only one right before it"
                : "";
    }

    private String relations() {
        boolean composite = sql.matches("(?is).*\\b(create|alter)\\b.*\\btype\\b.*");
        return onlyOurs.equals("[]") && composite
                ? "the parser keeps the name of a composite type like that of a relation"
                : "";
    }
}
