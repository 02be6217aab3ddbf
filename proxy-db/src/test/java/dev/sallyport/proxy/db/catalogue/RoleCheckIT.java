package dev.sallyport.proxy.db.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every right too many is found, and what mends it does. */
class RoleCheckIT {
    private static final String ROLES =
            """
            CREATE ROLE boss LOGIN SUPERUSER;
            CREATE ROLE wide LOGIN CREATEROLE CREATEDB REPLICATION BYPASSRLS;
            CREATE ROLE middle; CREATE ROLE lofty;
            GRANT pg_read_all_data, pg_execute_server_program TO lofty;
            GRANT lofty TO middle; GRANT middle TO wide;
            CREATE ROLE owner; CREATE ROLE modest LOGIN;
            CREATE SCHEMA app; GRANT CREATE, USAGE ON SCHEMA app TO middle;
            CREATE TABLE public.kept (id int); ALTER TABLE public.kept OWNER TO wide;
            CREATE TABLE app.theirs (id int); ALTER TABLE app.theirs OWNER TO owner;
            GRANT SELECT ON app.theirs TO modest;
            CREATE EXTENSION dblink; CREATE EXTENSION postgres_fdw; CREATE EXTENSION tablefunc;
            CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw;
            GRANT USAGE ON FOREIGN SERVER elsewhere TO wide;
            CREATE FUNCTION public.as_boss(text) RETURNS int LANGUAGE sql SECURITY DEFINER
              AS 'select 1';
            """;

    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.newest();
        server.run(ROLES);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static List<RoleFinding> findings(PostgresServer server, String role) throws Exception {
        try (var connection = ControlConnection.reading(server.settings("postgres"))) {
            return new RoleCheck(connection).findings(role);
        }
    }

    @Test
    void aSuperuserIsOneFinding() throws Exception {
        // When
        List<RoleFinding> findings = findings(server, "boss");

        // Then
        assertThat(findings)
                .containsExactly(
                        new RoleFinding(
                                RoleFinding.Kind.SUPERUSER,
                                "is a superuser",
                                "ALTER ROLE boss NOSUPERUSER;"));
    }

    @Test
    void aRoleThatIsNotThereIsOneFinding() throws Exception {
        // When
        List<RoleFinding> findings = findings(server, "nobody\"; drop");

        // Then
        assertThat(findings)
                .extracting(RoleFinding::mend)
                .containsExactly("CREATE ROLE \"nobody\"\"; drop\" LOGIN;");
    }

    @Test
    void everyRightTooManyIsFound() throws Exception {
        // When
        List<RoleFinding> findings = findings(server, "wide");

        // Then
        assertThat(findings)
                .extracting(RoleFinding::what)
                .contains(
                        "has CREATEROLE",
                        "has CREATEDB",
                        "has REPLICATION",
                        "has BYPASSRLS",
                        "is a member of pg_execute_server_program, pg_read_all_data",
                        "owns 1 objects, among them public.kept",
                        "may create objects in schema app",
                        "may create temporary tables in database postgres",
                        "may call public.as_boss, which runs as postgres",
                        "may use the foreign server elsewhere");
        assertThat(findings)
                .extracting(RoleFinding::what)
                .anyMatch(what ->
                        what.startsWith("may read tables that a string names: cursor_to_xml, ")
                                && what.endsWith("ts_rewrite, ts_stat"))
                .anyMatch(what ->
                        what.startsWith("may use large objects: lo_close")
                                && !what.contains("lo_import"))
                .anyMatch(what ->
                        what.startsWith("may run statements from strings")
                                && what.contains(" dblink, ")
                                && what.contains(" crosstab, "))
                .noneMatch(what -> what.contains("files of the server"))
                .noneMatch(what -> what.contains("schema public"));
    }

    @Test
    void whatMendsLeavesNothing() throws Exception {
        try (PostgresServer own = PostgresServer.newest()) {
            // Given
            own.run(ROLES);
            assertMends(own);
        }
    }

    @Test
    @Tag("full")
    void whatMendsLeavesNothingOnPostgres15() throws Exception {
        try (PostgresServer own = PostgresServer.oldest()) {
            // Given
            own.run(ROLES);
            own.run("GRANT CREATE ON SCHEMA public TO PUBLIC");
            assertMends(own);
        }
    }

    private static void assertMends(PostgresServer server) throws Exception {
        // When
        List<String> mends = new ArrayList<>();
        for (String role : List.of("wide", "modest")) {
            findings(server, role).stream()
                    .flatMap(finding -> finding.mend().lines())
                    .forEach(mends::add);
        }
        for (String mend : mends) {
            server.run(mend);
        }

        // Then
        assertThat(mends).hasSizeGreaterThan(20);
        assertThat(findings(server, "wide")).isEmpty();
        assertThat(findings(server, "modest")).isEmpty();
        Set<String> still = new TreeSet<>(server.ask("SELECT count(*)::text FROM app.theirs"));
        assertThat(still).containsExactly("0");
    }
}
