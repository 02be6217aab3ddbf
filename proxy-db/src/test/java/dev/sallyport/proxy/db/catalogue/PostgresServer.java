package dev.sallyport.proxy.db.catalogue;

import dev.sallyport.access.Secret;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A real server for tests, on loopback and without passwords. Its own client is pgjdbc, so that the
 * driver under test does not vouch for itself.
 */
public final class PostgresServer implements AutoCloseable {
    private static final String DEBIAN_15 = "/usr/lib/postgresql/15/bin/";

    private final int port;
    private final Stop stop;

    private interface Stop {
        void stop() throws Exception;
    }

    private PostgresServer(int port, Stop stop) {
        this.port = port;
        this.stop = stop;
    }

    /** PostgreSQL 18, from the registry. */
    public static PostgresServer newest() throws IOException {
        EmbeddedPostgres server = EmbeddedPostgres.start();
        return new PostgresServer(server.getPort(), server::close);
    }

    /** PostgreSQL 18 with settings of its own. */
    public static PostgresServer newest(List<String> settings) throws IOException {
        var builder = EmbeddedPostgres.builder();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            builder.setServerConfig(setting.substring(0, equals), setting.substring(equals + 1));
        }
        EmbeddedPostgres server = builder.start();
        return new PostgresServer(server.getPort(), server::close);
    }

    /** The oldest version that is supported, as Debian 12 packages it. */
    public static PostgresServer oldest() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("sallyport-pg15");
        boolean root = System.getProperty("user.name").equals("root");
        if (root) {
            run(List.of("chown", "postgres", folder.toString()));
        }
        String data = folder.resolve("data").toString();
        run(asPostgres(root, DEBIAN_15 + "initdb", "-N", "-A", "trust", "-U", "postgres", data));
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String options = "-p %d -k %s -c fsync=off".formatted(port, folder);
        String log = folder.resolve("log").toString();
        String control = DEBIAN_15 + "pg_ctl";
        run(asPostgres(root, control, "-D", data, "-o", options, "-l", log, "-w", "start"));
        return new PostgresServer(
                port,
                () -> {
                    run(asPostgres(root, control, "-D", data, "-m", "immediate", "-w", "stop"));
                    run(List.of("rm", "-r", folder.toString()));
                });
    }

    /** PostgreSQL refuses to run as root. */
    private static List<String> asPostgres(boolean root, String... command) {
        List<String> whole = new ArrayList<>();
        if (root) {
            whole.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        whole.addAll(List.of(command));
        return whole;
    }

    static void run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("sallyport", ".out");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .directory(Path.of("/").toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroy();
                throw new IOException(command + " failed: " + Files.readString(output));
            }
        } finally {
            Files.delete(output);
        }
    }

    public int port() {
        return port;
    }

    public ControlSettings settings(String user) {
        return new ControlSettings(
                "127.0.0.1",
                port,
                "postgres",
                user,
                new ControlSettings.Password.Held(Secret.of("not asked for")),
                new ControlSettings.Tls.None());
    }

    public Connection connect(String user, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres", user, password);
    }

    /** Runs a script as superuser. */
    public void run(String script) throws SQLException {
        try (Connection connection = connect("postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute(script);
        }
    }

    /** Runs a script that lies beside the tests. */
    void runScript(String name) throws IOException, SQLException {
        try (InputStream in =
                Objects.requireNonNull(PostgresServer.class.getResourceAsStream(name), name)) {
            run(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Asks as superuser; the columns of a row are joined by {@code |}. */
    public List<String> ask(String query) throws SQLException {
        try (Connection connection = connect("postgres", "");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            List<String> lines = new ArrayList<>();
            int width = row.getMetaData().getColumnCount();
            while (row.next()) {
                List<String> values = new ArrayList<>();
                for (int column = 1; column <= width; column++) {
                    values.add(row.getString(column));
                }
                lines.add(String.join("|", values));
            }
            return lines;
        }
    }

    /** The catalogue as the product reads it. */
    public Catalogue catalogue(SearchPath path) throws Exception {
        try (var connection = ControlConnection.reading(settings("postgres"))) {
            return new CatalogueReader(connection.jdbc(), CatalogueLimits.standard())
                    .read(path, Instant.now());
        }
    }

    @Override
    public void close() throws Exception {
        stop.stop();
    }
}
