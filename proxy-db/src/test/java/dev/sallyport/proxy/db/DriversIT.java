package dev.sallyport.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.proxy.db.fixture.DbAgent;
import dev.sallyport.proxy.db.fixture.DbHouse;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/** pgjdbc through the whole door: the extended protocol, batches, COPY, notifications. */
class DriversIT {
    @TempDir static Path directory;
    private static DbHouse house;

    @BeforeAll
    static void open() throws Exception {
        house = new DbHouse(directory);
        house.asSuperuser(
                "CREATE TABLE scratch (id int, note text); GRANT ALL ON scratch TO billing_reader");
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    private static Connection connect() throws Exception {
        return house.agent(DbHouse.everything()).jdbc();
    }

    @Test
    @Attack(26)
    void preparedStatementsRunWithTheirParametersInTheRecord() throws Exception {
        try (Connection connection = connect();
                PreparedStatement statement =
                        connection.prepareStatement(
                                "select amount from invoices where id = ? and customer = ?")) {
            for (int id = 11; id <= 19; id++) {
                statement.setInt(1, id);
                statement.setLong(2, id % 10);
                try (ResultSet row = statement.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getInt(1)).isEqualTo(id);
                }
            }
        }

        List<Event> run =
                house.recorder().events(EventType.DB_STATEMENT).stream()
                        .filter(event ->
                                String.valueOf(event.fields().get("sql"))
                                        .startsWith("select amount from invoices"))
                        .toList();
        assertThat(run).hasSize(9);
        assertThat(String.valueOf(run.getLast().fields().get("parameters")))
                .contains("value=19", "value=9");
    }

    @Test
    void batchesAndTransactionsWork() throws Exception {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into scratch values (?, ?)")) {
                for (int i = 0; i < 100; i++) {
                    insert.setInt(1, i);
                    insert.setString(2, "note " + i);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(100);
            }
            connection.commit();
            try (Statement count = connection.createStatement();
                    ResultSet row =
                            count.executeQuery(
                                    "select count(*) from scratch where note like 'note %'")) {
                row.next();
                assertThat(row.getInt(1)).isEqualTo(100);
            }
            connection.rollback();
        }
    }

    @Test
    void anErrorInAPipelineLeavesTheSessionUsable() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("select 1/0"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("division by zero");
            try (ResultSet row = statement.executeQuery("select 42")) {
                row.next();
                assertThat(row.getInt(1)).isEqualTo(42);
            }
        }
    }

    @Test
    @Attack(30)
    void aRefusalInAPipelineIsAnErrorAndNothingMore() throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));
        try (Connection connection = agent.jdbc();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("select * from secrets"))
                    .isInstanceOf(SQLException.class)
                    .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("42501"))
                    .hasMessageContaining("sallyport");
            try (ResultSet row = statement.executeQuery("select count(*) from invoices")) {
                row.next();
                assertThat(row.getInt(1)).isEqualTo(100);
            }
        }
    }

    @Test
    void aRefusalInATransactionFailsIt() throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));
        try (Connection connection = agent.jdbc();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeQuery("select 1").close();
            assertThatThrownBy(() -> statement.executeQuery("select * from secrets"))
                    .isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> statement.executeQuery("select 1"))
                    .isInstanceOf(SQLException.class)
                    .satisfies(
                            e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("25P02"));
            connection.rollback();
            statement.executeQuery("select 1").close();
        }
    }

    @Test
    @Attack(29)
    void rowsComeInPortionsThroughAPortal() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(7);
            int rows = 0;
            try (ResultSet row = statement.executeQuery("select id from invoices")) {
                while (row.next()) {
                    rows++;
                }
            }
            assertThat(rows).isEqualTo(100);
            connection.commit();
        }
    }

    @Test
    void copyGoesBothWays() throws Exception {
        try (Connection connection = connect()) {
            CopyManager copy =
                    new CopyManager((BaseConnection) connection.unwrap(PGConnection.class));
            try (Statement statement = connection.createStatement()) {
                statement.execute("truncate scratch");
            }
            long in =
                    copy.copyIn(
                            "copy scratch from stdin (format csv)",
                            new StringReader("1,one\n2,two\n3,three\n"));
            var out = new StringWriter();
            copy.copyOut("copy scratch to stdout (format csv)", out);

            assertThat(in).isEqualTo(3);
            assertThat(out.toString()).isEqualTo("1,one\n2,two\n3,three\n");
        }
        assertThat(house.recorder().events(EventType.DB_COPY))
                .extracting(event -> event.fields().get("direction"))
                .contains("in", "out");
    }

    @Test
    @Attack(31)
    void notificationsArriveWhileIdle() throws Exception {
        try (Connection listener = connect();
                Connection sender = connect();
                Statement listen = listener.createStatement();
                Statement notify = sender.createStatement()) {
            listen.execute("listen news");
            notify.execute("notify news, 'hello'");

            var notifications = listener.unwrap(PGConnection.class).getNotifications(10_000);

            assertThat(notifications).hasSize(1);
            assertThat(notifications[0].getParameter()).isEqualTo("hello");
        }
        assertThat(house.recorder().events(EventType.DB_NOTICE)).isNotEmpty();
    }

    @Test
    void theUnmaskedValueIsInNeitherFormat() throws Exception {
        var binary = new Properties();
        binary.setProperty("prepareThreshold", "-1");
        DbAgent agent = house.agent(DbHouse.reader(Budget.UNLIMITED));
        try (Connection connection = agent.jdbc(binary);
                PreparedStatement statement =
                        connection.prepareStatement(
                                "select id, email from customers where id = ?")) {
            for (int id = 1; id <= 5; id++) {
                statement.setInt(1, id);
                try (ResultSet row = statement.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getString(2)).isEqualTo("***");
                }
            }
        }
    }

    @Test
    void aBudgetOfStatementsIsExact() throws Exception {
        DbAgent agent = house.agent(DbHouse.reader(new Budget(Map.of(Budget.Unit.STATEMENTS, 5L))));
        int ran = 0;
        String state = "";
        try (Connection connection = agent.jdbc();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 10; i++) {
                statement.executeQuery("select " + i).close();
                ran++;
            }
        } catch (SQLException e) {
            state = e.getSQLState();
        }
        assertThat(ran).isLessThanOrEqualTo(5);
        assertThat(state).isEqualTo("53400");
    }
}
