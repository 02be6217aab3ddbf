package dev.sallyport.cli.demo;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * PostgreSQL 18 on a free loopback port with a table of customers. It lives in one directory and
 * ends with the demonstration.
 */
final class ThrowAwayPostgres implements AutoCloseable {
    /** What the proxy logs in with; it may make roles, and hand on one. */
    static final String ACCOUNT = "sallyport";

    private static final String SCHEMA =
            """
            CREATE ROLE billing_clerk NOLOGIN;
            CREATE ROLE sallyport LOGIN CREATEROLE PASSWORD '%s';
            GRANT billing_clerk TO sallyport WITH ADMIN OPTION;
            CREATE TABLE customers (id int PRIMARY KEY, name text, email text, blocked boolean);
            INSERT INTO customers
                SELECT n, 'Customer ' || n, 'person' || n || '@example.com', false
                FROM generate_series(1, 5000) n;
            GRANT SELECT, UPDATE ON customers TO billing_clerk;
            """;

    /** From now on nobody comes in without a password. */
    private static final String HBA = "host all all 127.0.0.1/32 scram-sha-256\n";

    private final EmbeddedPostgres server;

    private ThrowAwayPostgres(EmbeddedPostgres server) {
        this.server = server;
    }

    /**
     * Starts it.
     *
     * @param directory an empty one
     * @param password of {@link #ACCOUNT}; letters and digits
     */
    static ThrowAwayPostgres start(Path directory, String password) throws IOException {
        Path programs = Files.createDirectories(directory.resolve("programs"));
        Path data = Files.createDirectories(directory.resolve("data"));
        // Otherwise its library also tidies up a shared directory, where others may lay traps.
        System.setProperty("ot.epg.working-dir", programs.toString());
        EmbeddedPostgres server =
                EmbeddedPostgres.builder()
                        .setOverrideWorkingDirectory(programs.toFile())
                        .setDataDirectory(data)
                        .setServerConfig("password_encryption", "scram-sha-256")
                        .setServerConfig("unix_socket_directories", "")
                        .start();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(SCHEMA.formatted(password));
            Files.writeString(data.resolve("pg_hba.conf"), HBA);
            statement.execute("SELECT pg_reload_conf()");
            return new ThrowAwayPostgres(server);
        } catch (SQLException e) {
            server.close();
            throw new IOException("the demonstration's database could not be filled", e);
        }
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
