package dev.sallyport.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Lock;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.FakeBroker;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.proxy.db.fixture.DbAgent;
import dev.sallyport.proxy.db.fixture.DbHouse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements that wait for a human, transactions that are reviewed, and what ends both. */
class HeldStatementsIT {
    @TempDir static Path directory;
    private static DbHouse house;

    @BeforeAll
    static void open() throws Exception {
        house = new DbHouse(directory);
    }

    @BeforeEach
    void hundredInvoices() throws Exception {
        house.asSuperuser(
                "TRUNCATE invoices; INSERT INTO invoices SELECT n, n % 10, n"
                        + " FROM generate_series(1, 100) n");
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    private static DbAgent writer(boolean review) throws Exception {
        return house.agent(
                DbHouse.scope(
                        List.of("select", "insert", "update", "delete"), review, Budget.UNLIMITED));
    }

    private static long invoices() throws SQLException {
        try (Connection connection = house.superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from invoices")) {
            row.next();
            return row.getLong(1);
        }
    }

    private interface Work {
        Object run() throws Exception;
    }

    private static CompletableFuture<Object> start(Work work) {
        var result = new CompletableFuture<Object>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        result.complete(work.run());
                    } catch (Exception e) {
                        result.completeExceptionally(e);
                    }
                });
        return result;
    }

    private static SQLException failure(CompletableFuture<Object> result) throws Exception {
        try {
            result.get(20, TimeUnit.SECONDS);
            throw new AssertionError("it did not fail");
        } catch (java.util.concurrent.ExecutionException e) {
            return (SQLException) java.util.Objects.requireNonNull(e.getCause());
        }
    }

    @Test
    void exactlyWhatWasShownRunsAfterAYes() throws Exception {
        try (Connection connection = writer(false).jdbc();
                PreparedStatement delete =
                        connection.prepareStatement("delete from invoices where id <= ?")) {
            delete.setInt(1, 7);

            CompletableFuture<Object> result = start(delete::executeUpdate);
            FakeBroker.Question question = house.broker().question();
            long before = invoices();
            question.approve("vera");

            assertThat(question.request().shown())
                    .isEqualTo("delete from invoices where id <= $1\n-- $1 = '7'");
            assertThat(before).isEqualTo(100);
            assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo(7);
            assertThat(invoices()).isEqualTo(93);
            assertThat(connection.getWarnings() == null && delete.getWarnings() == null).isFalse();
        }
        assertThat(house.recorder().events(EventType.ACT_RELEASED)).isNotEmpty();
    }

    @Test
    void nothingRunsAfterANo() throws Exception {
        try (Connection connection = writer(false).jdbc();
                Statement statement = connection.createStatement()) {
            CompletableFuture<Object> result =
                    start(() -> statement.executeUpdate("delete from invoices"));
            house.broker().question().deny("vera", "no");

            assertThat(failure(result).getSQLState()).isEqualTo("42501");
            assertThat(invoices()).isEqualTo(100);
            statement.executeQuery("select 1").close();
        }
    }

    @Test
    void aCancelWithdrawsTheQuestion() throws Exception {
        try (Connection connection = writer(false).jdbc();
                Statement statement = connection.createStatement()) {
            CompletableFuture<Object> result =
                    start(() -> statement.executeUpdate("delete from invoices"));
            FakeBroker.Question question = house.broker().question();

            statement.cancel();

            assertThat(failure(result).getSQLState()).isEqualTo("57014");
            assertThat(question.isWithdrawn()).isTrue();
            assertThat(invoices()).isEqualTo(100);
            statement.executeQuery("select 1").close();
        }
    }

    @Test
    @Attack(27)
    void aCancelReachesARunningStatementAndOnlyThat() throws Exception {
        try (Connection connection = house.agent(DbHouse.everything()).jdbc();
                Statement statement = connection.createStatement()) {
            CompletableFuture<Object> result =
                    start(() -> statement.execute("select pg_sleep(30)"));
            awaitRunning("pg_sleep");

            statement.cancel();

            assertThat(failure(result).getSQLState()).isEqualTo("57014");
            statement.executeQuery("select 1").close();
        }
        assertThat(house.recorder().events(EventType.DB_CANCEL)).isNotEmpty();
    }

    private static void awaitRunning(String what) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < end) {
            try (Connection connection = house.superuser();
                    Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery(
                                    "select count(*) from pg_stat_activity where state = 'active'"
                                            + " and pid <> pg_backend_pid()"
                                            + " and query like '%"
                                            + what
                                            + "%'")) {
                row.next();
                if (row.getLong(1) > 0) {
                    return;
                }
            }
        }
        throw new AssertionError("nothing runs");
    }

    @Test
    @Attack(35)
    void aKillEndsARunningStatementAtTheServerToo() throws Exception {
        DbAgent agent = house.agent(DbHouse.everything());
        try (Connection connection = agent.jdbc();
                Statement statement = connection.createStatement()) {
            CompletableFuture<Object> result =
                    start(() -> statement.execute("select pg_sleep(60), 'killed'"));
            awaitRunning("killed");

            house.broker().kill(Lock.Subject.AGENT, agent.grant().agent().id());

            assertThat(failure(result).getMessage()).isNotEmpty();
            awaitNothing("killed");
        }
        assertThat(house.recorder().recordings())
                .filteredOn(recording ->
                        recording.opening().context().grant().equals(agent.grant().id()))
                .allSatisfy(recording ->
                        assertThat(recording.sealed().get(10, TimeUnit.SECONDS))
                                .isEqualTo(SessionEnd.KILLED));
    }

    private static void awaitNothing(String what) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < end) {
            try (Connection connection = house.superuser();
                    Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery(
                                    "select count(*) from pg_stat_activity"
                                            + " where pid <> pg_backend_pid()"
                                            + " and query like '%"
                                            + what
                                            + "%'"
                                            + " and query not like '%pg_stat_activity%'")) {
                row.next();
                if (row.getLong(1) == 0) {
                    return;
                }
            }
        }
        throw new AssertionError("it still runs");
    }

    @Test
    void aReviewedCommitIsShownWithItsCountsAndCommitsAfterAYes() throws Exception {
        try (Connection connection = writer(true).jdbc();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeUpdate("update invoices set amount = 0 where id <= 10");
            statement.executeUpdate("insert into invoices values (1000, 1, 1)");

            CompletableFuture<Object> result =
                    start(() -> {
                        connection.commit();
                        return "committed";
                    });
            FakeBroker.Question question = house.broker().question();
            assertThat(invoices()).isEqualTo(100);
            question.approve("vera");

            assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo("committed");
            assertThat(question.request().shown())
                    .contains("commit of 11 rows in 2 statements", "10 rows: update invoices");
            assertThat(invoices()).isEqualTo(101);
        }
    }

    @Test
    void aReviewedCommitIsRolledBackAfterANo() throws Exception {
        try (Connection connection = writer(true).jdbc();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeUpdate("update invoices set amount = 0 where id <= 10");

            CompletableFuture<Object> result =
                    start(() -> {
                        connection.commit();
                        return "committed";
                    });
            house.broker().question().deny("vera", "no");

            assertThat(failure(result).getSQLState()).isEqualTo("42501");
            try (ResultSet row =
                    statement.executeQuery("select count(*) from invoices where amount = 0")) {
                row.next();
                assertThat(row.getInt(1)).isZero();
            }
        }
    }

    @Test
    void underReviewNothingIsWrittenOutsideOfATransaction() throws Exception {
        DbAgent.Ran ran = writer(true).psql("update invoices set amount = 0");

        assertThat(ran.err()).contains("begin a transaction");
        assertThat(ran.exit()).isNotZero();
    }
}
