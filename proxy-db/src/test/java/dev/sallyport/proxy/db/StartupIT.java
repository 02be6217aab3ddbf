package dev.sallyport.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.proxy.db.fixture.DbAgent;
import dev.sallyport.proxy.db.fixture.DbHouse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may claim and ask for before its first statement. */
class StartupIT {
    @TempDir static Path directory;
    private static DbHouse house;

    @BeforeAll
    static void open() throws Exception {
        house = new DbHouse(directory);
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @Test
    @Attack(28)
    void withoutADatabaseTheUsersNameIsJudged() throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));

        Ran ran = psql(agent, Map.of("PGDATABASE", ""), "select 1");

        assertThat(ran.exit).isNotZero();
        assertThat(ran.out).isEmpty();
        assertThat(ran.err).contains("access denied");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "template1", "secrets", "billing;x", "BILLING", "bill ing"})
    @Attack(28)
    void anotherDatabaseIsRefused(String database) throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));

        Ran ran = psql(agent, Map.of("PGDATABASE", database), "select 1");

        assertThat(ran.exit).isNotZero();
        assertThat(ran.out).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "sallyport", "BILLING_READER"})
    void anotherRoleIsRefused(String user) throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));

        Ran ran = psql(agent, Map.of("PGUSER", user), "select 1");

        assertThat(ran.exit).isNotZero();
        assertThat(ran.out).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-c search_path=evil",
                "-csearch_path=evil",
                "--search_path=evil",
                "--search-path=evil",
                "-c SEARCH_PATH=evil",
                "-c standard_conforming_strings=off",
                "-c backslash_quote=on",
                "-c role=postgres",
                "-c session_authorization=postgres",
                "-c app.customer=1",
                "-c geqo=on -c search\\_path=evil",
                "-c log_statement=none",
                "-c session_preload_libraries=auto_explain",
                "-c default_transaction_read_only=off -c client_encoding=sjis",
                "-B 1"
            })
    @Attack(28)
    void noOptionChangesWhatStatementsMean(String options) throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));

        Ran ran = psql(agent, Map.of("PGOPTIONS", options), "select 1");

        assertThat(ran.exit).isNotZero();
        assertThat(ran.out).isEmpty();
        assertThat(ran.err).contains("sallyport");
    }

    @Test
    void harmlessOptionsAreApplied() throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));

        Ran ran =
                psql(
                        agent,
                        Map.of("PGOPTIONS", "-c geqo=off --datestyle=German", "PGTZ", "Asia/Tokyo"),
                        "select current_setting('geqo'), current_setting('TimeZone')");

        assertThat(ran.err).isEmpty();
        assertThat(ran.out).isEqualTo("off|Asia/Tokyo\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"replication=database", "replication=true", "replication=1"})
    void replicationIsRefused(String conninfo) throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));

        Ran ran = psql(agent, Map.of(), "IDENTIFY_SYSTEM", conninfo);

        assertThat(ran.exit).isNotZero();
        assertThat(ran.out).isEmpty();
    }

    @Test
    void withoutTlsNobodyGetsIn() throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));

        Ran ran = psql(agent, Map.of("PGSSLMODE", "disable"), "select 1");

        assertThat(ran.exit).isNotZero();
        assertThat(ran.out).isEmpty();
    }

    private record Ran(int exit, String out, String err) {}

    private static Ran psql(
            DbAgent agent, Map<String, String> environment, String sql, String... conninfo)
            throws Exception {
        var command = new ArrayList<>(List.of("psql", "-X", "-At", "-c", sql));
        command.addAll(List.of(conninfo));
        var builder = new ProcessBuilder(command);
        var all = new HashMap<>(agent.environment());
        all.putAll(environment);
        all.values().removeIf(String::isEmpty);
        builder.environment().putAll(all);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), out, err);
    }
}
