package dev.sallyport.proxy.db.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A role for each grant, made by an account that is no superuser. */
class GrantRolesIT {
    static final String GRANT = "g-01KAT7J9Q4M3N5P6R7S8T9V0W1";
    static final String ROLE = "sallyport_g-01kat7j9q4m3n5p6r7s8t9v0w1";

    private static PostgresServer server;
    private static GrantRoles roles;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.newest();
        roles = prepare(server);
    }

    /** From here on everybody but the superuser needs a password. */
    static GrantRoles prepare(PostgresServer server) throws Exception {
        server.run(
                """
                SET password_encryption = 'scram-sha-256';
                CREATE ROLE maker LOGIN CREATEROLE PASSWORD 'of the maker';
                CREATE ROLE reader;
                CREATE ROLE boss SUPERUSER;
                CREATE TABLE public.invoices (customer int, amount int);
                INSERT INTO public.invoices VALUES (42, 1), (43, 2);
                ALTER TABLE public.invoices ENABLE ROW LEVEL SECURITY;
                CREATE POLICY own ON public.invoices
                  USING (customer = current_setting('app.customer')::int);
                GRANT SELECT ON public.invoices TO reader;
                CREATE SCHEMA work;
                GRANT USAGE, CREATE ON SCHEMA work TO reader;
                GRANT reader TO maker WITH ADMIN OPTION;
                GRANT SET ON PARAMETER app.customer, app.note, app.a, app.b TO maker;
                """);
        Path hba = Path.of(server.ask("SHOW hba_file").getFirst());
        Files.writeString(hba, "host all postgres all trust\nhost all all all scram-sha-256\n");
        server.run("SELECT pg_reload_conf()");
        return new GrantRoles(
                new ControlSettings(
                        "127.0.0.1",
                        server.port(),
                        "postgres",
                        "maker",
                        new ControlSettings.Password.Held(Secret.of("of the maker")),
                        new ControlSettings.Tls.None()),
                new SecureRandom());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    static GrantRole wanted(String grant, Instant until, Map<String, String> settings) {
        return new GrantRole(grant, "reader", settings, SearchPath.standard(), until, 2);
    }

    private static Instant inAMinute() {
        return Instant.now().plus(Duration.ofMinutes(1)).truncatedTo(ChronoUnit.SECONDS);
    }

    private static Connection login(GrantLogin login) throws SQLException {
        return server.connect(login.user(), login.password().reveal());
    }

    private static String ask(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void theRoleLogsInWithItsSettingsAndReadsWhatItsGrantSays() throws Exception {
        // Given
        Instant until = inAMinute();
        String customer = "42";
        String strange = "it's \\ \"quoted\" {fn} ? $1 -- é";

        // When
        GrantLogin login =
                roles.create(
                        wanted(
                                GRANT,
                                until,
                                Map.of("app.customer", customer, "app.note", strange)));

        // Then
        assertThat(login.user()).isEqualTo(ROLE);
        try (Connection agent = login(login)) {
            assertThat(ask(agent, "SELECT sum(amount) FROM invoices")).isEqualTo("1");
            assertThat(ask(agent, "SHOW app.note")).isEqualTo(strange);
            assertThat(ask(agent, "SELECT array_to_string(current_schemas(true), ',')"))
                    .isEqualTo("pg_catalog,public");
            assertThatThrownBy(() -> ask(agent, "SET ROLE reader"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(
                        server.ask(
                                """
                                SELECT rolsuper, rolinherit, rolcreaterole, rolcreatedb,
                                  rolreplication, rolbypassrls, rolconnlimit,
                                  extract(epoch FROM rolvaliduntil)::int8,
                                  (SELECT left(rolpassword, 19) FROM pg_authid a
                                    WHERE a.oid = r.oid)
                                FROM pg_roles r WHERE rolname = '\
                                """
                                        + ROLE
                                        + "'"))
                .containsExactly(
                        "f|t|f|f|f|f|2|" + until.getEpochSecond() + "|SCRAM-SHA-256$4096:");
        assertThat(roles.drop(GRANT)).isEqualTo(new RoleEnd.Dropped(ROLE));
    }

    @Test
    void makingItAgainChangesThePasswordAndSettings() throws Exception {
        // Given
        GrantLogin first = roles.create(wanted("g-again", inAMinute(), Map.of("app.a", "1")));

        // When
        GrantLogin second = roles.create(wanted("g-again", inAMinute(), Map.of("app.b", "2")));

        // Then
        assertThatThrownBy(() -> login(first)).isInstanceOf(SQLException.class);
        try (Connection agent = login(second)) {
            assertThat(ask(agent, "SHOW app.b")).isEqualTo("2");
            assertThat(ask(agent, "SELECT current_setting('app.a', true)")).isNull();
        }
        assertThat(roles.drop("g-again")).isInstanceOf(RoleEnd.Dropped.class);
    }

    @Test
    void droppingEndsConnectionsAndHandsOnTables() throws Exception {
        // Given
        GrantLogin login = roles.create(wanted("g-drop", inAMinute(), Map.of()));
        Connection agent = login(login);
        try (Statement statement = agent.createStatement()) {
            statement.execute("CREATE TABLE work.made (id int)");
        }

        // When
        RoleEnd end = roles.drop("g-drop");

        // Then
        assertThat(end).isEqualTo(new RoleEnd.Dropped(login.user()));
        assertThatThrownBy(() -> ask(agent, "SELECT 1")).isInstanceOf(SQLException.class);
        assertThat(
                        server.ask(
                                "SELECT pg_get_userbyid(relowner) FROM pg_class"
                                        + " WHERE relname = 'made'"))
                .containsExactly("reader");
        assertThat(roles.drop("g-drop")).isEqualTo(new RoleEnd.Dropped(login.user()));
    }

    @Test
    void whatCannotBeDroppedIsLockedAndSaysWhy() throws Exception {
        // Given
        GrantLogin login = roles.create(wanted("g-stuck", inAMinute(), Map.of()));
        server.run("GRANT SELECT ON public.invoices TO \"" + login.user() + "\"");

        // When
        RoleEnd end = roles.drop("g-stuck");

        // Then
        assertThat(end)
                .isInstanceOfSatisfying(
                        RoleEnd.Locked.class,
                        locked -> assertThat(locked.reason()).contains("cannot be dropped"));
        assertThatThrownBy(() -> login(login)).isInstanceOf(SQLException.class);
        server.run("REVOKE SELECT ON public.invoices FROM \"" + login.user() + "\"");
        assertThat(roles.drop("g-stuck")).isInstanceOf(RoleEnd.Dropped.class);
    }

    @Test
    void sweepingDropsOnlyOursWhoseTimeIsOver() throws Exception {
        // Given
        Instant now = Instant.now();
        roles.create(wanted("g-over", now.minusSeconds(5), Map.of()));
        roles.create(wanted("g-live", now.plusSeconds(60), Map.of()));
        server.run(
                """
                CREATE ROLE sallyport_admin LOGIN VALID UNTIL '2020-01-01';
                CREATE ROLE "sallyport_g-foreign" LOGIN VALID UNTIL '2020-01-01';
                COMMENT ON ROLE "sallyport_g-foreign" IS 'made by hand';
                """);

        // When
        List<RoleEnd> ends = roles.sweep(now);

        // Then
        assertThat(ends).containsExactly(new RoleEnd.Dropped("sallyport_g-over"));
        assertThat(server.ask("SELECT rolname FROM pg_roles WHERE rolname ~ '^sallyport_'"))
                .contains("sallyport_admin", "sallyport_g-foreign", "sallyport_g-live");
        assertThat(roles.drop("g-live")).isInstanceOf(RoleEnd.Dropped.class);
    }

    @Test
    void aRoleOfThatNameThatIsNotOursIsLeftAlone() throws Exception {
        // Given
        server.run("CREATE ROLE \"sallyport_g-taken\" LOGIN");

        // When // Then
        assertThatThrownBy(() -> roles.create(wanted("g-taken", inAMinute(), Map.of())))
                .isInstanceOf(CatalogueUnreadableException.class)
                .hasMessageContaining("not of this grant");
        assertThat(roles.drop("g-taken")).isInstanceOf(RoleEnd.Dropped.class);
        assertThat(server.ask("SELECT 1 FROM pg_roles WHERE rolname = 'sallyport_g-taken'"))
                .hasSize(1);
    }

    @Test
    void aSettingThatMayNotBePinnedIsAReasonAndLeavesNoRole() throws Exception {
        // When // Then
        assertThatThrownBy(() -> roles.create(wanted("g-pin", inAMinute(), Map.of("x.y", "1"))))
                .isInstanceOf(CatalogueUnreadableException.class)
                .hasMessageContaining("GRANT SET ON PARAMETER x.y TO \"maker\";");
        assertThat(server.ask("SELECT 1 FROM pg_roles WHERE rolname = 'sallyport_g-pin'"))
                .isEmpty();
    }

    @Test
    void aSuperuserIsNotHandedOut() {
        // Given
        var boss = new GrantRole("g-boss", "boss", Map.of(), SearchPath.standard(), inAMinute(), 1);

        // When // Then
        assertThatThrownBy(() -> roles.create(boss))
                .isInstanceOf(CatalogueUnreadableException.class)
                .hasMessageContaining("superuser");
    }

    @Test
    @Tag("full")
    void theWholeLifeOnPostgres15() throws Exception {
        try (PostgresServer old = PostgresServer.oldest()) {
            // Given
            GrantRoles makers = prepare(old);
            GrantLogin login =
                    makers.create(wanted("g-old", inAMinute(), Map.of("app.customer", "43")));
            makers.create(wanted("g-past", Instant.now().minusSeconds(5), Map.of()));
            Connection agent = old.connect(login.user(), login.password().reveal());
            assertThat(ask(agent, "SELECT sum(amount) FROM invoices")).isEqualTo("2");
            try (Statement statement = agent.createStatement()) {
                statement.execute("CREATE TABLE work.made (id int)");
            }

            // When
            RoleEnd end = makers.drop("g-old");
            List<RoleEnd> swept = makers.sweep(Instant.now());

            // Then
            assertThat(end).isEqualTo(new RoleEnd.Dropped("sallyport_g-old"));
            assertThat(swept).containsExactly(new RoleEnd.Dropped("sallyport_g-past"));
            assertThatThrownBy(() -> ask(agent, "SELECT 1")).isInstanceOf(SQLException.class);
            assertThat(old.ask("SELECT rolname FROM pg_roles WHERE rolname ~ '^sallyport_'"))
                    .isEmpty();
        }
    }

    @Test
    void namesFitAndDiffer() {
        String longId = "g-" + "X".repeat(80);
        assertThat(GrantRoles.nameOf(GRANT)).isEqualTo(ROLE);
        assertThat(GrantRoles.nameOf(longId)).hasSize(63).startsWith("sallyport_g-xxx");
        assertThat(GrantRoles.nameOf(longId)).isNotEqualTo(GrantRoles.nameOf(longId + "Y"));
        assertThatThrownBy(() -> GrantRoles.nameOf("g'; drop"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
