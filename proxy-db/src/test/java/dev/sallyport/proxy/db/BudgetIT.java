package dev.sallyport.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.event.EventType;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.access.scope.DbScope;
import dev.sallyport.proxy.db.fixture.DbAgent;
import dev.sallyport.proxy.db.fixture.DbHouse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * With 5,000 rows allowed, 5,000 rows leave, however they are asked for and over however many
 * connections; what still runs at the server is cancelled there.
 */
class BudgetIT {
    private static final long ROWS = 5_000;
    private static final int PORTION = 100;
    private static final String STILL_RUNNING =
            "pg_stat_activity where state = 'active' and query like '%big%'"
                    + " and pid <> pg_backend_pid()";

    @TempDir static Path directory;
    private static DbHouse house;

    @BeforeAll
    static void open() throws Exception {
        house = new DbHouse(directory);
        house.asSuperuser(
                "CREATE TABLE big AS SELECT n AS id FROM generate_series(1, 200000) n;"
                        + "GRANT SELECT ON big TO billing_reader");
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @ParameterizedTest(name = "{0} over {1} connections")
    @CsvSource({
        "select, 1",
        "select, 8",
        "endless, 1",
        "cursor, 1",
        "cursor, 8",
        "copy, 1",
        "copy, 8"
    })
    void noRowMoreThanTheBudgetLeaves(String way, int connections) throws Exception {
        // Given
        DbAgent agent = house.agent(scope(ROWS));

        // When
        long rows = rowsThrough(agent, way, connections);

        // Then
        // psql prints a portion only when all of it has come.
        long unprinted = way.equals("cursor") ? (long) connections * PORTION : 0;
        assertThat(rows).isBetween(ROWS - unprinted, ROWS);
        nothingRunsAnyMore();
        assertThat(house.recorder().events(EventType.BUDGET_EXCEEDED))
                .anySatisfy(
                        event -> assertThat(event.context().grant()).isEqualTo(agent.grant().id()));
    }

    @Test
    void whatIsUsedUpStaysSoInLaterConnections() throws Exception {
        DbAgent agent = house.agent(scope(ROWS));
        for (int page = 0; page < 5; page++) {
            String sql = "select id from big order by id limit 1000 offset " + 1000 * page;
            assertThat(agent.psql(sql).out().lines()).hasSize(1000);
        }

        DbAgent.Ran ran = agent.psql("select id from big where id = 1");

        assertThat(ran.exit()).isNotZero();
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("sallyport: ", "budget");
    }

    private static DbScope scope(long rows) {
        return new DbScope(
                DbHouse.TARGET,
                DbHouse.ROLE,
                List.of("select", "copy-to"),
                List.of("public.big"),
                List.of(),
                Map.of(),
                false,
                new Budget(Map.of(Budget.Unit.ROWS, rows)));
    }

    private static long rowsThrough(DbAgent agent, String way, int connections) throws Exception {
        List<Process> clients = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            // A portion of one row, so that psql prints each row as soon as it has it.
            Process psql = agent.psql(List.of("-At", "-v", "FETCH_COUNT=1"));
            clients.add(psql);
            psql.getOutputStream().write(script(way).getBytes(StandardCharsets.UTF_8));
            psql.getOutputStream().close();
        }
        long rows = 0;
        for (Process psql : clients) {
            String out = new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            rows += out.lines().filter(line -> line.matches("\\d+")).count();
            assertThat(psql.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        return rows;
    }

    private static String script(String way) {
        return switch (way) {
            case "select" -> "select id from big;\n";
            case "endless" -> "select a.id from big a, big b;\n";
            case "cursor" ->
                    "begin; declare c cursor for select id from big;\n"
                            + "fetch %d from c;\n".formatted(PORTION).repeat(200);
            case "copy" -> "copy big to stdout;\n";
            default -> throw new IllegalArgumentException(way);
        };
    }

    private static void nothingRunsAnyMore() throws Exception {
        DbHouse.await(() -> house.count(STILL_RUNNING) == 0);
    }
}
