package dev.sallyport.proxy.db.catalogue;

import dev.sallyport.access.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes a login role for each grant and drops it at the end. The account that does it needs {@code
 * CREATEROLE}, the admin option on the roles that grants name, and {@code SET} on the parameters
 * that they pin. Roles that were not made here are never touched: ours carry a comment.
 *
 * <p>Each call opens a connection of its own and blocks; thread-safe.
 */
public final class GrantRoles {
    private static final String PREFIX = "sallyport_";
    private static final String COMMENT = "sallyport grant ";

    /** PostgreSQL 16 gave memberships options of their own. */
    private static final int MEMBERSHIP_OPTIONS = 160_000;

    /** {@code insufficient_privilege}. */
    private static final String NOT_PERMITTED = "42501";

    private static final int PASSWORD_BYTES = 32;
    private static final int SALT_BYTES = 16;

    private final ControlSettings settings;
    private final SecureRandom random;

    public GrantRoles(ControlSettings settings, SecureRandom random) {
        this.settings = settings;
        this.random = random;
    }

    /**
     * The role of a grant: {@code sallyport_} and its id in small letters. A longer id than fits
     * ends in the start of its hash, so that two grants never share a role.
     *
     * @throws IllegalArgumentException for an id of other characters than letters, digits, - and _
     */
    public static String nameOf(String grant) {
        if (!grant.matches("[A-Za-z0-9_-]+")) {
            throw new IllegalArgumentException("a grant's id is letters, digits, - and _");
        }
        String name = PREFIX + grant.toLowerCase(Locale.ROOT);
        if (Identifiers.fits(name)) {
            return name;
        }
        String hash = HexFormat.of().formatHex(sha256(grant)).substring(0, 16);
        return name.substring(0, Identifiers.MAX_BYTES - hash.length() - 1) + "_" + hash;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * Makes the role, all of it or nothing. If the grant has one already, that gets a new password
     * and what {@code role} says; connections of it stay.
     */
    public GrantLogin create(GrantRole role) throws CatalogueUnreadableException {
        byte[] password = new byte[PASSWORD_BYTES];
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(password);
        random.nextBytes(salt);
        Secret secret = Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(password));
        String verifier = ScramVerifier.of(secret, salt);
        try (ControlConnection connection = ControlConnection.writing(settings)) {
            new Maker(connection.jdbc(), settings.user(), role).make(verifier);
            return new GrantLogin(nameOf(role.grant()), secret);
        } catch (SQLException e) {
            throw new CatalogueUnreadableException(
                    "the grant's role could not be made: " + e.getMessage(), e);
        }
    }

    /** Ends the role of a grant: its logins, its connections, itself. No role is fine too. */
    public RoleEnd drop(String grant) throws CatalogueUnreadableException {
        String role = nameOf(grant);
        try (ControlConnection connection = ControlConnection.writing(settings)) {
            return ours(connection.jdbc(), role).isPresent()
                    ? end(connection.jdbc(), role)
                    : new RoleEnd.Dropped(role);
        } catch (SQLException e) {
            throw new CatalogueUnreadableException(
                    "the grant's role could not be dropped: " + e.getMessage(), e);
        }
    }

    /** Ends all roles of grants that were over before {@code now}: what a crash left behind. */
    public List<RoleEnd> sweep(Instant now) throws CatalogueUnreadableException {
        try (ControlConnection connection = ControlConnection.writing(settings)) {
            List<RoleEnd> ends = new ArrayList<>();
            for (String role : over(connection.jdbc(), now)) {
                ends.add(end(connection.jdbc(), role));
            }
            return ends;
        } catch (SQLException e) {
            throw new CatalogueUnreadableException(
                    "roles of grants could not be swept: " + e.getMessage(), e);
        }
    }

    private static List<String> over(Connection connection, Instant now) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        """
                        SELECT rolname::text FROM pg_roles
                        WHERE starts_with(rolname, ?) AND rolvaliduntil < ?::text::timestamptz
                          AND starts_with(shobj_description(oid, 'pg_authid'), ?)
                        ORDER BY rolname
                        """)) {
            statement.setString(1, PREFIX);
            statement.setString(2, now.toString());
            statement.setString(3, COMMENT);
            try (ResultSet row = statement.executeQuery()) {
                List<String> roles = new ArrayList<>();
                while (row.next()) {
                    roles.add(row.getString(1));
                }
                return roles;
            }
        }
    }

    /** The grant whose role it is; empty when there is no such role or it is not ours. */
    private static Optional<String> ours(Connection connection, String role) throws SQLException {
        return one(
                        connection,
                        """
                        SELECT shobj_description(oid, 'pg_authid') FROM pg_roles
                        WHERE rolname = ? AND shobj_description(oid, 'pg_authid') IS NOT NULL
                        """,
                        role)
                .filter(comment -> comment.startsWith(COMMENT))
                .map(comment -> comment.substring(COMMENT.length()));
    }

    private static Optional<String> one(Connection connection, String query, String parameter)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, parameter);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** First nobody new comes in, then who is in goes out, then the role itself goes. */
    private static RoleEnd end(Connection connection, String role) throws SQLException {
        String quoted = Identifiers.quoted(role);
        run(connection, "ALTER ROLE " + quoted + " NOLOGIN PASSWORD NULL");
        try {
            // Whoever ends another's connections and hands on its tables must be a member of it.
            run(
                    connection,
                    "GRANT " + quoted + " TO CURRENT_USER" + inheriting(connection, "TRUE"));
            one(
                    connection,
                    """
                    SELECT count(pg_terminate_backend(pid, 5000))::text
                    FROM pg_stat_activity WHERE usename = ?
                    """,
                    role);
            run(connection, "BEGIN");
            handOn(connection, role);
            run(connection, "DROP ROLE " + quoted);
            run(connection, "COMMIT");
            return new RoleEnd.Dropped(role);
        } catch (SQLException e) {
            run(connection, "ROLLBACK");
            return new RoleEnd.Locked(role, String.valueOf(e.getMessage()));
        }
    }

    /** What the agent was allowed to create stays, with the role whose rights it created it by. */
    private static void handOn(Connection connection, String role) throws SQLException {
        Optional<String> heir =
                one(
                        connection,
                        """
                        SELECT quote_ident(g.rolname) FROM pg_auth_members m
                        JOIN pg_roles r ON r.oid = m.member JOIN pg_roles g ON g.oid = m.roleid
                        WHERE r.rolname = ? ORDER BY g.oid LIMIT 1
                        """,
                        role);
        Optional<String> owns =
                one(
                        connection,
                        """
                        SELECT 'yes' FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
                        WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o'
                          AND r.rolname = ? LIMIT 1
                        """,
                        role);
        if (heir.isPresent() && owns.isPresent()) {
            run(connection, "REASSIGN OWNED BY " + Identifiers.quoted(role) + " TO " + heir.get());
        }
    }

    /** Rights come with the membership; {@code SET ROLE} only where it is wanted. */
    private static String inheriting(Connection connection, String maySet) throws SQLException {
        int version =
                one(connection, "SELECT current_setting(?)", "server_version_num")
                        .map(Integer::parseInt)
                        .orElse(0);
        return version >= MEMBERSHIP_OPTIONS ? " WITH INHERIT TRUE, SET " + maySet : "";
    }

    /** The statements that make one role, in one transaction. */
    private record Maker(Connection connection, String account, GrantRole role) {
        void make(String verifier) throws SQLException, CatalogueUnreadableException {
            run(connection, "BEGIN");
            requireModestRole();
            String quoted = Identifiers.quoted(nameOf(role.grant()));
            String login =
                    " PASSWORD '%s' VALID UNTIL '%s' CONNECTION LIMIT %d"
                            .formatted(verifier, role.validUntil(), role.connections());
            if (exists()) {
                run(connection, "ALTER ROLE " + quoted + " WITH LOGIN" + login);
                run(connection, "ALTER ROLE " + quoted + " RESET ALL");
            } else {
                run(
                        connection,
                        "CREATE ROLE "
                                + quoted
                                + " WITH LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE"
                                + " NOREPLICATION NOBYPASSRLS"
                                + login);
            }
            run(connection, "COMMENT ON ROLE " + quoted + " IS '" + COMMENT + role.grant() + "'");
            run(
                    connection,
                    "GRANT "
                            + Identifiers.quoted(role.memberOf())
                            + " TO "
                            + quoted
                            + inheriting(connection, "FALSE"));
            pin(quoted);
            run(connection, "COMMIT");
        }

        /** A role that leads to a superuser is one, on servers where {@code SET ROLE} is free. */
        private void requireModestRole() throws SQLException, CatalogueUnreadableException {
            Optional<String> superuser =
                    one(
                            connection,
                            """
                            SELECT s.rolname::text FROM pg_roles r
                            JOIN pg_roles s ON s.rolsuper AND pg_has_role(r.oid, s.oid, 'MEMBER')
                            WHERE r.rolname = ? LIMIT 1
                            """,
                            role.memberOf());
            if (superuser.isPresent()) {
                throw new CatalogueUnreadableException(
                        "the role that the grant names is or leads to a superuser");
            }
        }

        private boolean exists() throws SQLException, CatalogueUnreadableException {
            String name = nameOf(role.grant());
            boolean there =
                    one(connection, "SELECT rolname::text FROM pg_roles WHERE rolname = ?", name)
                            .isPresent();
            boolean own = ours(connection, name).filter(role.grant()::equals).isPresent();
            if (there && !own) {
                throw new CatalogueUnreadableException(
                        "there is a role " + name + " that is not of this grant");
            }
            return there;
        }

        /**
         * Values come from agents and go as parameters, never into SQL text: they are set for this
         * transaction and taken over from there.
         */
        private void pin(String quoted) throws SQLException, CatalogueUnreadableException {
            Map<String, String> pins = new TreeMap<>(role.settings());
            pins.put("search_path", role.searchPath().setting());
            for (Map.Entry<String, String> pin : pins.entrySet()) {
                try (PreparedStatement statement =
                        connection.prepareStatement("SELECT set_config(?, ?, true)")) {
                    statement.setString(1, pin.getKey());
                    statement.setString(2, pin.getValue());
                    statement.execute();
                }
                takeOver(quoted, pin.getKey());
            }
        }

        private void takeOver(String quoted, String setting)
                throws SQLException, CatalogueUnreadableException {
            try {
                run(connection, "ALTER ROLE " + quoted + " SET " + setting + " FROM CURRENT");
            } catch (SQLException e) {
                if (!NOT_PERMITTED.equals(e.getSQLState())) {
                    throw e;
                }
                throw new CatalogueUnreadableException(
                        "the account that makes roles may not pin %s; a superuser lets it with:"
                                        .formatted(setting)
                                + " GRANT SET ON PARAMETER %s TO %s;"
                                        .formatted(setting, Identifiers.quoted(account)),
                        e);
            }
        }
    }
}
