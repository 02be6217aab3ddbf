package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.impossibl.postgres.jdbc.PGDriver;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** What real drivers send and a real server answers passes through the codecs unharmed. */
final class DriversIT {
    private static RealServer server;
    private DecodingRelay relay;

    @BeforeAll
    static void startServer() throws SQLException {
        server = new RealServer();
        server.execute("create table items(id int, price numeric, name text)");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void startRelay() throws IOException {
        relay = new DecodingRelay(server.port());
    }

    @AfterEach
    void stopRelay() {
        relay.close();
    }

    @Test
    void pgjdbcWorks() throws Exception {
        try (Connection connection = RealServer.jdbc(relay.port())) {
            // When
            write(connection);
            copy(connection);
            int rows = readInPortions(connection);
            assertThatThrownBy(() -> connection.createStatement().execute("select 1/0"))
                    .hasMessageContaining("division by zero");

            // Then
            assertThat(rows).isEqualTo(300);
        }
        relay.awaitServed();
        assertThat(relay.failures()).isEmpty();
        assertThat(relay.names())
                .contains(
                        "StartupMessage",
                        "AuthenticationOk",
                        "BackendKeyData",
                        "Parse",
                        "Bind",
                        "Describe",
                        "Execute",
                        "Sync",
                        "ParseComplete",
                        "BindComplete",
                        "RowDescription",
                        "DataRow",
                        "PortalSuspended",
                        "CommandComplete",
                        "CopyInResponse",
                        "CopyOutResponse",
                        "CopyData",
                        "CopyDone",
                        "ErrorResponse",
                        "Terminate");
    }

    @Test
    void pgjdbcNgWorks() throws Exception {
        try (Connection connection = ng()) {
            // When
            write(connection);
            int rows = readInPortions(connection);

            // Then
            assertThat(rows).isGreaterThanOrEqualTo(200);
        }
        relay.awaitServed();
        assertThat(relay.failures()).isEmpty();
        assertThat(relay.names()).contains("Parse", "Bind", "Execute", "DataRow", "Terminate");
    }

    private Connection ng() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        Connection connection =
                new PGDriver()
                        .connect(
                                "jdbc:pgsql://127.0.0.1:" + relay.port() + "/postgres", properties);
        if (connection == null) {
            throw new SQLException("pgjdbc-ng does not take its own address");
        }
        return connection;
    }

    private static void write(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("truncate items");
        }
        try (PreparedStatement insert =
                connection.prepareStatement("insert into items values (?, ?, ?)")) {
            for (int i = 0; i < 200; i++) {
                insert.setInt(1, i);
                insert.setBigDecimal(2, new BigDecimal("1.50"));
                insert.setString(3, i % 2 == 0 ? null : "näme".repeat(i));
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSize(200);
        }
        connection.commit();
    }

    private static void copy(Connection connection) throws SQLException {
        try {
            var copies = connection.unwrap(PGConnection.class).getCopyAPI();
            copies.copyIn("copy items from stdin", new StringReader("7\t1\tx\n".repeat(100)));
            StringWriter rows = new StringWriter();
            assertThat(copies.copyOut("copy items to stdout", rows)).isEqualTo(300);
        } catch (IOException e) {
            throw new SQLException(e);
        }
        connection.commit();
    }

    private static int readInPortions(Connection connection) throws SQLException {
        int rows = 0;
        try (PreparedStatement select =
                connection.prepareStatement("select * from items where id >= ? order by id")) {
            select.setFetchSize(50);
            select.setInt(1, 0);
            ResultSet result = select.executeQuery();
            while (result.next()) {
                assertThat(result.getBigDecimal(2)).isPositive();
                rows++;
            }
        }
        connection.commit();
        return rows;
    }
}
