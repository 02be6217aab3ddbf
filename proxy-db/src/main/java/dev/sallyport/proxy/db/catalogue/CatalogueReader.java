package dev.sallyport.proxy.db.catalogue;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;

/** Reads one {@link Catalogue} within one snapshot of the server. Blocks. */
final class CatalogueReader {
    private final Connection connection;
    private final CatalogueLimits limits;

    CatalogueReader(Connection connection, CatalogueLimits limits) {
        this.connection = connection;
        this.limits = limits;
    }

    Catalogue read(SearchPath path, Instant now) throws SQLException, CatalogueUnreadableException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            try {
                return new Catalogue(rows(), path, now);
            } finally {
                statement.execute("ROLLBACK");
            }
        }
    }

    private CatalogueRows rows() throws SQLException, CatalogueUnreadableException {
        var server = new ServerName[1];
        each(
                "servers",
                CatalogueQueries.SERVER,
                1,
                row -> server[0] = new ServerName(row.getInt(1), row.getString(2)));
        Map<Long, List<Relation.Column>> columns = columns();
        List<Relation> relations = new ArrayList<>();
        Map<Long, List<Relation.Column>> composites = new HashMap<>();
        objects(
                "relations",
                CatalogueQueries.RELATIONS,
                row -> {
                    long oid = row.getLong(1);
                    List<Relation.Column> own = columns.getOrDefault(oid, List.of());
                    String kind = row.getString(4);
                    if (kind.equals("c")) {
                        composites.put(oid, own);
                    } else {
                        relations.add(new Relation(oid, name(row, 2), Relation.Kind.of(kind), own));
                    }
                });
        return new CatalogueRows(
                server[0].version(),
                server[0].database(),
                relations,
                composites,
                functions(),
                operators(),
                types(),
                casts(),
                heirs(),
                viewUses(),
                wholeRowViews());
    }

    private record ServerName(int version, String database) {}

    private Map<Long, List<Relation.Column>> columns()
            throws SQLException, CatalogueUnreadableException {
        Map<Long, List<Relation.Column>> columns = new HashMap<>();
        each(
                "columns",
                CatalogueQueries.COLUMNS,
                limits.columns(),
                row ->
                        columns.computeIfAbsent(row.getLong(1), key -> new ArrayList<>())
                                .add(
                                        new Relation.Column(
                                                row.getInt(2), row.getString(3), row.getLong(4))));
        return columns;
    }

    private List<Function> functions() throws SQLException, CatalogueUnreadableException {
        List<Function> functions = new ArrayList<>();
        objects(
                "functions",
                CatalogueQueries.FUNCTIONS,
                row ->
                        functions.add(
                                new Function(
                                        row.getLong(1),
                                        name(row, 2),
                                        Function.Kind.of(row.getString(4)),
                                        oids(row.getString(5)),
                                        row.getInt(6),
                                        row.getBoolean(7),
                                        Function.Volatility.of(row.getString(8)),
                                        row.getBoolean(9),
                                        row.getString(10),
                                        row.getString(11))));
        return functions;
    }

    private static List<Long> oids(String vector) {
        List<Long> oids = new ArrayList<>();
        var tokens = new StringTokenizer(vector, " ");
        while (tokens.hasMoreTokens()) {
            oids.add(Long.parseLong(tokens.nextToken()));
        }
        return oids;
    }

    private List<CatalogueRows.Operator> operators()
            throws SQLException, CatalogueUnreadableException {
        List<CatalogueRows.Operator> operators = new ArrayList<>();
        objects(
                "operators",
                CatalogueQueries.OPERATORS,
                row ->
                        operators.add(
                                new CatalogueRows.Operator(
                                        name(row, 1), row.getInt(3), row.getLong(4))));
        return operators;
    }

    private List<TypeInfo> types() throws SQLException, CatalogueUnreadableException {
        List<TypeInfo> types = new ArrayList<>();
        objects(
                "types",
                CatalogueQueries.TYPES,
                row ->
                        types.add(
                                new TypeInfo(
                                        row.getLong(1),
                                        name(row, 2),
                                        TypeInfo.Kind.of(row.getString(4)),
                                        row.getLong(5),
                                        row.getLong(6))));
        return types;
    }

    private List<CatalogueRows.Cast> casts() throws SQLException, CatalogueUnreadableException {
        List<CatalogueRows.Cast> casts = new ArrayList<>();
        objects(
                "casts",
                CatalogueQueries.CASTS,
                row -> casts.add(new CatalogueRows.Cast(row.getLong(1), row.getLong(2))));
        return casts;
    }

    private List<CatalogueRows.Heir> heirs() throws SQLException, CatalogueUnreadableException {
        List<CatalogueRows.Heir> heirs = new ArrayList<>();
        objects(
                "inherited tables",
                CatalogueQueries.HEIRS,
                row -> heirs.add(new CatalogueRows.Heir(row.getLong(1), row.getLong(2))));
        return heirs;
    }

    private List<CatalogueRows.ViewUse> viewUses()
            throws SQLException, CatalogueUnreadableException {
        List<CatalogueRows.ViewUse> uses = new ArrayList<>();
        each(
                "columns used by views",
                CatalogueQueries.VIEW_USES,
                limits.columns(),
                row ->
                        uses.add(
                                new CatalogueRows.ViewUse(
                                        row.getLong(1), row.getLong(2), row.getInt(3))));
        return uses;
    }

    private Set<Long> wholeRowViews() throws SQLException, CatalogueUnreadableException {
        Set<Long> views = new HashSet<>();
        objects("views", CatalogueQueries.WHOLE_ROW_VIEWS, row -> views.add(row.getLong(1)));
        return views;
    }

    private static QualifiedName name(ResultSet row, int first) throws SQLException {
        return new QualifiedName(row.getString(first).intern(), row.getString(first + 1));
    }

    /** Takes one row; called again for the next. */
    private interface RowTaker {
        void take(ResultSet row) throws SQLException;
    }

    private void objects(String what, String query, RowTaker taker)
            throws SQLException, CatalogueUnreadableException {
        each(what, query, limits.objects(), taker);
    }

    private void each(String what, String query, int limit, RowTaker taker)
            throws SQLException, CatalogueUnreadableException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query + " LIMIT " + (limit + 1L))) {
            for (int count = 1; row.next(); count++) {
                if (count > limit) {
                    throw new CatalogueUnreadableException(
                            "the database has more than " + limit + " " + what);
                }
                taker.take(row);
            }
        }
    }
}
