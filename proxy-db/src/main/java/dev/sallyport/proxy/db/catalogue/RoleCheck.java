package dev.sallyport.proxy.db.catalogue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Looks for rights that the role of agents should not have. The door judges what it can see in a
 * statement; bodies of functions, rules, triggers and what a string says it cannot see, and there
 * the role is the only wall.
 */
public final class RoleCheck {
    private final Connection connection;

    /** Asks over {@code connection}, which needs no rights of its own. */
    public RoleCheck(ControlConnection connection) {
        this.connection = connection.jdbc();
    }

    /**
     * Everything that makes {@code role} more than it needs to be, gravest first; empty is good. Of
     * a superuser nothing else is told, for the rest follows. Blocks.
     */
    public List<RoleFinding> findings(String role) throws CatalogueUnreadableException {
        try {
            if (ask("SELECT rolname, rolname FROM pg_roles WHERE rolname = ?", role).isEmpty()) {
                return List.of(
                        new RoleFinding(
                                RoleFinding.Kind.MISSING,
                                "does not exist",
                                "CREATE ROLE " + Identifiers.quoted(role) + " LOGIN;"));
            }
            List<RoleFinding> superuser =
                    found(RoleFinding.Kind.SUPERUSER, RoleQueries.SUPERUSER, role);
            return superuser.isEmpty() ? rights(role) : superuser;
        } catch (SQLException e) {
            throw new CatalogueUnreadableException(
                    "the role could not be checked: " + e.getMessage(), e);
        }
    }

    private List<RoleFinding> rights(String role) throws SQLException {
        List<RoleFinding> all = new ArrayList<>();
        all.addAll(found(RoleFinding.Kind.ATTRIBUTE, RoleQueries.ATTRIBUTES, role));
        all.addAll(found(RoleFinding.Kind.MEMBER, RoleQueries.MEMBERS, role));
        all.addAll(found(RoleFinding.Kind.OWNER, RoleQueries.OWNER, role));
        all.addAll(found(RoleFinding.Kind.CREATE, RoleQueries.CREATE, role));
        all.addAll(found(RoleFinding.Kind.CREATE, RoleQueries.CREATE_SCHEMA, role));
        all.addAll(found(RoleFinding.Kind.TEMPORARY, RoleQueries.TEMPORARY, role));
        all.addAll(found(RoleFinding.Kind.FUNCTION, RoleQueries.DANGEROUS, role));
        all.addAll(found(RoleFinding.Kind.DEFINER, RoleQueries.DEFINERS, role));
        all.addAll(found(RoleFinding.Kind.SERVER, RoleQueries.SERVERS, role));
        return List.copyOf(all);
    }

    /** Overloads of one function are one finding with several lines to mend it. */
    private List<RoleFinding> found(RoleFinding.Kind kind, String query, String role)
            throws SQLException {
        Map<String, String> mends = new TreeMap<>();
        for (Row row : ask(query, role)) {
            mends.merge(row.what(), row.mend(), (one, other) -> one + "\n" + other);
        }
        return mends.entrySet().stream()
                .map(entry -> new RoleFinding(kind, entry.getKey(), entry.getValue()))
                .toList();
    }

    private record Row(String what, String mend) {}

    private List<Row> ask(String query, String role) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, role);
            try (ResultSet row = statement.executeQuery()) {
                List<Row> rows = new ArrayList<>();
                while (row.next()) {
                    rows.add(new Row(row.getString(1), row.getString(2)));
                }
                return rows;
            }
        }
    }
}
