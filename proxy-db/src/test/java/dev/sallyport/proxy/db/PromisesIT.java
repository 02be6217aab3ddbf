package dev.sallyport.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.gate.Session;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.proxy.db.fixture.DbAgent;
import dev.sallyport.proxy.db.fixture.DbHouse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No record, no statement; an end of a grant is the end of its sessions. With stock psql. */
class PromisesIT {
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;

    @TempDir Path directory;
    private DbHouse house;

    @BeforeEach
    void open() throws Exception {
        house = new DbHouse(directory);
    }

    @AfterEach
    void close() throws Exception {
        house.close();
    }

    @Test
    @Attack(59)
    void nothingReachesTheServerWhenTheRecorderHasFailed() throws Exception {
        // Given
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));
        Process psql = begun(agent);
        BufferedReader out = psql.inputReader();
        Writer in = psql.outputWriter();

        // When
        house.recorder().fail();
        in.write("select 'unrecorded' /* must not arrive */;\n");
        in.close();

        // Then
        assertThat(psql.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(out.readLine()).isNull();
        assertThat(new String(psql.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("unrecordable");
        assertThat(house.serverLog()).contains("select 'before'").doesNotContain("must not arrive");
        assertThat(agent.psql("select 1").exit()).isNotZero();
    }

    @Test
    void aStatementWaitsUntilItsRecordIsDurable() throws Exception {
        // Given
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));
        Process psql = begun(agent);
        BufferedReader out = psql.inputReader();
        Writer in = psql.outputWriter();

        // When
        house.recorder().pause();
        in.write("select 'patient';\n");
        in.close();
        assertThat(psql.waitFor(1, TimeUnit.SECONDS)).isFalse();
        assertThat(house.serverLog()).doesNotContain("patient");
        house.recorder().resume();

        // Then
        assertThat(psql.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(out.readLine()).isEqualTo("patient");
    }

    @Test
    @Attack(35)
    void anExpiredGrantEndsItsSessionAndItsStatement() throws Exception {
        // Given
        DbAgent agent = house.agent(DbHouse.everything());
        Process psql = agent.psql(List.of("-At", "-c", "select pg_sleep(600)"));
        DbHouse.await(() -> !house.recorder().events(EventType.DB_STATEMENT).isEmpty());
        Session session = house.live().list().getFirst();

        // When
        session.close(
                SessionEnd.EXPIRED,
                new Refusal(Refusal.Verdict.EXPIRED, "grant", "the grant is over", "", "", "", 0));

        // Then
        assertThat(psql.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(psql.exitValue()).isNotZero();
        assertThat(new String(psql.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("\"verdict\":\"expired\"");
        assertThat(house.recorder().recordings().getFirst().sealed().get(10, TimeUnit.SECONDS))
                .isEqualTo(SessionEnd.EXPIRED);
        DbHouse.await(() ->
                house.count(
                                "pg_stat_activity where query like '%pg_sleep(600)%'"
                                        + " and query not like '%pg_stat_activity%'")
                        == 0);
    }

    @Test
    @Attack(58)
    void aKillThrowsAwayWhatTheKernelHoldsForAClientThatDoesNotRead() throws Exception {
        // Given: nobody reads from psql, so it does not read from its socket
        DbAgent agent = house.agent(DbHouse.everything());
        String endless =
                "copy (select repeat('x', 300) from generate_series(1, 9000000)) to stdout";
        Process psql = agent.psql(List.of("-At", "-c", endless));
        DbHouse.await(() -> house.count("pg_stat_activity where wait_event = 'ClientWrite'") == 1);
        DbHouse.await(() -> queued(LOCAL, house.port()) > 0);

        // When
        house.broker().kill(Lock.Subject.AGENT, agent.grant().agent().id());

        // Then
        assertThat(queued(LOCAL, house.port())).isZero();
        psql.destroyForcibly();
        DbHouse.await(() ->
                house.count(
                                "pg_stat_activity where query like '%9000000%'"
                                        + " and query not like '%pg_stat_activity%'")
                        == 0);
    }

    @Test
    @Attack(58)
    void aKillThrowsAwayWhatTheKernelHoldsForAServerThatDoesNotRead() throws Exception {
        // Given: the first row waits for somebody else's transaction, and all others wait behind it
        house.asSuperuser("CREATE TABLE inbox (id int PRIMARY KEY); GRANT ALL ON inbox TO PUBLIC");
        DbAgent agent = house.agent(DbHouse.everything());
        try (Connection other = house.superuser();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("insert into inbox values (1)");
            Process psql = agent.psql(List.of("-c", "copy inbox from stdin"));
            Thread.ofVirtual().start(() -> feed(psql));
            DbHouse.await(() -> queued(REMOTE, house.serverPort()) > 0);

            // When
            house.broker().kill(Lock.Subject.AGENT, agent.grant().agent().id());

            // Then
            assertThat(queued(REMOTE, house.serverPort())).isZero();
            other.rollback();
            psql.destroyForcibly();
        }
        DbHouse.await(() -> house.count("pg_stat_activity where query like 'copy inbox%'") == 0);
        assertThat(house.count("inbox")).isZero();
    }

    private static void feed(Process psql) {
        try (Writer in = psql.outputWriter()) {
            for (int row = 1; row < 10_000_000; row++) {
                in.write(row + "\n");
            }
        } catch (IOException killed) {
            // As it has to be.
        }
    }

    /**
     * Bytes in the send queues of sockets with this port, by the kernel's own table (proc(5)).
     *
     * @param side {@link #LOCAL} or {@link #REMOTE}
     */
    private static long queued(int side, int number) throws IOException {
        String port = ":%04X".formatted(number);
        long queued = 0;
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] columns = line.strip().split("\\s+");
                if (columns[side].endsWith(port)) {
                    queued += Long.parseLong(columns[4].substring(0, 8), 16);
                }
            }
        }
        return queued;
    }

    /** A psql in which one statement has run. */
    private static Process begun(DbAgent agent) throws Exception {
        Process psql = agent.psql(List.of("-At"));
        Writer in = psql.outputWriter();
        in.write("select 'before';\n");
        in.flush();
        assertThat(psql.inputReader().readLine()).isEqualTo("before");
        return psql;
    }
}
