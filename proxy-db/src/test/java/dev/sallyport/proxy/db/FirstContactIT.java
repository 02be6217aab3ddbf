package dev.sallyport.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.proxy.db.fixture.DbAgent;
import dev.sallyport.proxy.db.fixture.DbHouse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stock psql through the whole door. */
class FirstContactIT {
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
    void readsWhatItsGrantNames() throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));

        DbAgent.Ran ran = agent.psql("select count(*) from invoices", "select 1 + 1");

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).isEqualTo("100\n2\n");
    }

    @Test
    void isRefusedWhatItsGrantDoesNotNameAndGoesOn() throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));

        Process psql = agent.psql(List.of("-At", "-v", "ON_ERROR_STOP=0"));
        psql.getOutputStream()
                .write(
                        "select value from secrets;\nselect 'still here';\n"
                                .getBytes(StandardCharsets.UTF_8));
        psql.getOutputStream().close();
        String out = new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(psql.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(out).isEqualTo("still here\n");
        assertThat(err).contains("sallyport:", "\"verdict\":\"deny\"", "\"rule\":\"scope\"");
        assertThat(err).doesNotContain("secrets");
    }

    @Test
    void classifiedColumnsLeaveMasked() throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));

        DbAgent.Ran ran =
                agent.psql(
                        "select id, email from customers where id = 1",
                        "select * from customers where id = 2");

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).isEqualTo("1|***\n2|name 2|***\n");
    }

    @Test
    void theRowAfterTheLastOneIsNotSent() throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(new Budget(Map.of(Budget.Unit.ROWS, 42L))));

        Process psql = agent.psql(List.of("-At", "-v", "FETCH_COUNT=1"));
        psql.getOutputStream()
                .write("select id from invoices order by id;\n".getBytes(StandardCharsets.UTF_8));
        psql.getOutputStream().close();
        String out = new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(psql.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(out.lines()).hasSize(42);
        assertThat(err).contains("budget");
    }

    @Test
    void withoutACertificateNobodyGetsIn() throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));
        var builder = new ProcessBuilder("psql", "-X", "-c", "select 1");
        builder.environment().putAll(agent.environment());
        builder.environment().put("PGSSLCERT", "/nonexistent");
        builder.environment().put("PGSSLKEY", "/nonexistent");

        Process psql = builder.start();
        String err = new String(psql.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(psql.waitFor()).isNotZero();
        assertThat(err).contains("access denied");
        assertThat(house.recorder().events(EventType.SESSION_REFUSED))
                .last()
                .satisfies(event ->
                        assertThat(event.fields())
                                .containsEntry("rule", "no-certificate")
                                .containsEntry("verdict", Refusal.Verdict.DENY.word()));
    }
}
