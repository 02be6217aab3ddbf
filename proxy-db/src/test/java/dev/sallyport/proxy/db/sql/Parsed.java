package dev.sallyport.proxy.db.sql;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.proxy.db.sql.ColumnUse.Place;
import java.util.List;
import java.util.stream.Collectors;

/** Statements in short words, for tests. */
final class Parsed {
    static final int LIMIT = 1 << 20;

    private Parsed() {}

    static List<Statement> all(String sql) throws SqlSyntaxException {
        return SqlParser.parse(sql, LIMIT);
    }

    static Statement one(String sql) throws SqlSyntaxException {
        List<Statement> statements = all(sql);
        if (statements.size() != 1) {
            throw new AssertionError(statements.size() + " statements in " + sql);
        }
        return statements.getFirst();
    }

    /** The reason for which a text is refused. */
    static SqlSyntaxException.Reason refusal(String sql) {
        SqlSyntaxException refused = catchThrowableOfType(SqlSyntaxException.class, () -> all(sql));
        if (refused == null) {
            throw new AssertionError("accepted: " + sql);
        }
        return refused.reason();
    }

    /** For example {@code read public.t}, {@code insert+read t}, sorted. */
    static List<String> relations(Statement statement) {
        return statement.relations().stream().map(Parsed::relation).sorted().distinct().toList();
    }

    static List<String> relations(String sql) throws SqlSyntaxException {
        return relations(one(sql));
    }

    private static String relation(RelationUse use) {
        String access =
                use.access().stream()
                        .sorted()
                        .map(kind -> kind.name().toLowerCase(java.util.Locale.ROOT))
                        .collect(Collectors.joining("+"));
        RelationName name = use.name();
        String catalog = name.catalog().isEmpty() ? "" : name.catalog() + ".";
        String schema = name.schema().isEmpty() ? "" : name.schema() + ".";
        return access + " " + catalog + schema + name.name();
    }

    /** Names with their schema, sorted. */
    static List<String> functions(Statement statement) {
        return statement.functions().stream()
                .map(use -> name(use.name()))
                .sorted()
                .distinct()
                .toList();
    }

    static List<String> types(Statement statement) {
        return statement.types().stream().map(use -> name(use.name())).sorted().distinct().toList();
    }

    static List<String> operators(Statement statement) {
        return statement.operators().stream().map(Parsed::name).sorted().distinct().toList();
    }

    static String name(QualifiedName name) {
        return name.schema().isEmpty() ? name.name() : name.schema() + "." + name.name();
    }

    /** For example {@code t.a}, {@code t.*}, {@code target b}, {@code field c}, sorted. */
    static List<String> columns(Statement statement) {
        return statement.columns().stream().map(Parsed::column).sorted().distinct().toList();
    }

    private static String column(ColumnUse use) {
        String path = String.join(".", use.path());
        String star = path.isEmpty() ? "*" : path + ".*";
        String name = use.star() ? star : path;
        boolean plain = use.place() == Place.RESULT || use.place() == Place.EXPRESSION;
        return plain ? name : use.place().name().toLowerCase(java.util.Locale.ROOT) + " " + name;
    }

    /** The actions of all operations, outermost first. */
    static List<Operation.Action> actions(Statement statement) {
        return statement.operations().stream().map(Operation::action).toList();
    }
}
