package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.ColumnUse.Place;
import dev.sallyport.proxy.db.sql.Operation.Action;
import dev.sallyport.proxy.db.sql.RelationUse.Access;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What can be compared between PostgreSQL's own parser and ours: for a whole text, in the words of
 * {@code oracle.js}.
 *
 * @param outcome {@code ok}, {@code no} or {@code broken}
 * @param message why not
 */
record OracleFacts(
        String outcome,
        String message,
        List<String> tags,
        List<String> actions,
        Set<String> relations,
        Set<String> columns,
        Set<String> functions,
        Set<String> operators,
        Set<String> types,
        int parameters) {
    private static final Set<Action> CHANGING =
            EnumSet.complementOf(EnumSet.of(Action.SELECT, Action.UTILITY));

    private static final String SEPARATOR = "\u001f";

    boolean isAccepted() {
        return outcome.equals("ok");
    }

    boolean isBroken() {
        return outcome.equals("broken");
    }

    static OracleFacts broken() {
        return refused("broken", "");
    }

    private static OracleFacts refused(String outcome, String message) {
        return new OracleFacts(
                outcome, message, List.of(), List.of(), Set.of(), Set.of(), Set.of(), Set.of(),
                Set.of(), 0);
    }

    static OracleFacts ofLine(String line) {
        String[] fields = line.split("\t", -1);
        if (!fields[0].equals("ok")) {
            // The wrapper around the parser refuses an empty text; the parser does not.
            return fields[1].equals("Query cannot be empty")
                    ? ofLine("ok\t\t\t\t\t\t\t\t0")
                    : refused(fields[0], fields[1]);
        }
        return new OracleFacts(
                fields[0],
                "",
                List.copyOf(items(fields[1])),
                List.copyOf(items(fields[2])),
                new TreeSet<>(items(fields[3])),
                new TreeSet<>(items(fields[4])),
                new TreeSet<>(items(fields[5])),
                new TreeSet<>(items(fields[6])),
                new TreeSet<>(items(fields[7])),
                Integer.parseInt(fields[8]));
    }

    private static List<String> items(String field) {
        return field.isEmpty() ? List.of() : Arrays.asList(field.split(SEPARATOR, -1));
    }

    /** What our parser says. */
    static OracleFacts ours(String sql) {
        List<Statement> statements;
        try {
            statements = SqlParser.parse(sql, Integer.MAX_VALUE);
        } catch (SqlSyntaxException e) {
            return refused("no", e.reason().name());
        }
        List<String> actions = new ArrayList<>();
        Set<String> relations = new TreeSet<>();
        Set<String> columns = new TreeSet<>();
        Set<String> functions = new TreeSet<>();
        Set<String> operators = new TreeSet<>();
        Set<String> types = new TreeSet<>();
        int parameters = 0;
        for (Statement statement : statements) {
            for (Operation operation : statement.operations()) {
                operation.relations().forEach(use -> relations.add(relation(operation, use)));
                operation.columns().forEach(use -> columns.add(column(use)));
                if (CHANGING.contains(operation.action())) {
                    actions.add(operation.action().name());
                }
            }
            statement.functions().forEach(use -> functions.add(dotted(use.name())));
            statement.operators().forEach(name -> operators.add(dotted(name)));
            statement.types().forEach(use -> types.add(dotted(use.name())));
            parameters = Math.max(parameters, statement.parameters());
        }
        List<String> tags = statements.stream().map(OracleFacts::tag).toList();
        return new OracleFacts(
                "ok",
                "",
                tags,
                actions.stream().sorted().toList(),
                relations,
                columns,
                functions,
                operators,
                types,
                parameters);
    }

    /** The name that PostgreSQL has for the tree of such a command, or one that stands for it. */
    private static String tag(Statement statement) {
        return switch (statement.command()) {
            case Command.Definition _ -> "definition";
            case Command.Close _ -> "ClosePortalStmt";
            case Command.Execute execute ->
                    execute.createsTable() ? "CreateTableAsStmt" : "ExecuteStmt";
            case Command.CreateTableAs _ -> "CreateTableAsStmt";
            case Command.Set _,
                    Command.Reset _,
                    Command.SetRole _,
                    Command.SetSessionAuthorization _,
                    Command.SetTransaction _ ->
                    "VariableSetStmt";
            case Command.SetConstraints _ -> "ConstraintsSetStmt";
            case Command.Show _ -> "VariableShowStmt";
            case Command.Maintain maintain -> maintained(maintain.word());
            default -> statement.command().getClass().getSimpleName() + "Stmt";
        };
    }

    private static String maintained(String word) {
        return switch (word) {
            case "vacuum", "analyze" -> "VacuumStmt";
            case "cluster" -> "ClusterStmt";
            case "reindex" -> "ReindexStmt";
            case "checkpoint" -> "CheckPointStmt";
            default -> "RefreshMatViewStmt";
        };
    }

    private static String relation(Operation operation, RelationUse use) {
        RelationName name = use.name();
        String dotted = name.catalog() + "." + name.schema() + "." + name.name();
        return clean(access(operation, use.access()) + " " + dotted);
    }

    private static String access(Operation operation, Set<Access> access) {
        Set<Access> written = EnumSet.copyOf(access);
        written.remove(Access.READ);
        if (written.isEmpty()) {
            return "read";
        }
        boolean isUtility =
                written.stream()
                        .noneMatch(
                                EnumSet.of(Access.INSERT, Access.UPDATE, Access.DELETE)::contains);
        if (isUtility) {
            return operation.action() == Action.SELECT_INTO ? "create" : "utility";
        }
        return written.stream()
                .sorted()
                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("+"));
    }

    private static String column(ColumnUse use) {
        String path = use.path().isEmpty() ? "" : String.join(".", use.path());
        String name = use.star() ? (path.isEmpty() ? "*" : path + ".*") : path;
        boolean plain = use.place() == Place.RESULT || use.place() == Place.EXPRESSION;
        String place = plain ? "column" : use.place().name().toLowerCase(Locale.ROOT);
        return clean(place + " " + name);
    }

    private static String dotted(QualifiedName name) {
        return clean(name.schema().isEmpty() ? name.name() : name.schema() + "." + name.name());
    }

    /** As {@code oracle.js} writes it. */
    private static String clean(String text) {
        return text.replaceAll("[\t\n\r]", "\ufffd");
    }
}
