package dev.sallyport.proxy.db.catalogue;

import com.impossibl.postgres.jdbc.PGDataSource;
import dev.sallyport.access.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Our own connection to a database, beside those of agents: never for a statement of theirs. Opened
 * by the driver pgjdbc-ng. Blocks; one thread at a time.
 */
public final class ControlConnection implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Connection connection;

    private ControlConnection(Connection connection) {
        this.connection = connection;
    }

    /** A connection whose transactions can change nothing. */
    public static ControlConnection reading(ControlSettings settings)
            throws CatalogueUnreadableException {
        return open(settings, "on");
    }

    /** A connection that may write, for {@link GrantRoles}. */
    public static ControlConnection writing(ControlSettings settings)
            throws CatalogueUnreadableException {
        return open(settings, "off");
    }

    private static ControlConnection open(ControlSettings settings, String readOnly)
            throws CatalogueUnreadableException {
        @Nullable Connection connection = null;
        try {
            connection = connect(settings);
            prepare(connection, readOnly);
            return new ControlConnection(connection);
        } catch (IOException | SQLException e) {
            closeQuietly(connection);
            throw new CatalogueUnreadableException(
                    "no connection to %s:%d: %s"
                            .formatted(settings.host(), settings.port(), e.getMessage()),
                    e);
        }
    }

    private static Connection connect(ControlSettings settings) throws IOException, SQLException {
        var source = new PGDataSource();
        source.setServerName(settings.host());
        source.setPortNumber(settings.port());
        source.setDatabaseName(settings.database());
        source.setApplicationName("sallyport");
        source.setNetworkTimeout((int) PATIENCE.toMillis());
        source.setProtocolIoThreads(1);
        return switch (settings.tls()) {
            case ControlSettings.Tls.None none -> login(source, settings);
            case ControlSettings.Tls.VerifyFull(var authorities) -> {
                try (var proven =
                        ProvenCertificate.of(
                                settings.host(), settings.port(), authorities, PATIENCE)) {
                    source.setSslMode("verify-full");
                    source.setSslCaCertificateFile(proven.file().toString());
                    yield login(source, settings);
                }
            }
        };
    }

    private static Connection login(PGDataSource source, ControlSettings settings)
            throws IOException, SQLException {
        return switch (settings.password()) {
            case ControlSettings.Password.Held(Secret secret) ->
                    source.getConnection(settings.user(), secret.reveal());
            case ControlSettings.Password.InFile(var file) -> {
                try (BufferedReader lines = Files.newBufferedReader(file)) {
                    String first = lines.readLine();
                    if (first == null || first.isEmpty()) {
                        throw new IOException("the password file is empty");
                    }
                    yield source.getConnection(settings.user(), first);
                }
            }
        };
    }

    /** Names of catalogues must mean the catalogues, whatever the role's own path says. */
    private static void prepare(Connection connection, String readOnly) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = pg_catalog, pg_temp");
            statement.execute("SET default_transaction_read_only = " + readOnly);
            statement.execute("SET statement_timeout = " + PATIENCE.toMillis());
            statement.execute("SET lock_timeout = " + PATIENCE.toMillis());
        }
    }

    /** For the questions of this package; whoever takes it MUST NOT close it. */
    Connection jdbc() {
        return connection;
    }

    @Override
    public void close() {
        closeQuietly(connection);
    }

    private static void closeQuietly(@Nullable Connection connection) {
        if (connection == null) {
            return;
        }
        try {
            connection.close();
        } catch (SQLException e) {
            // It is closed either way, and nothing was left to be said on it.
            return;
        }
    }
}
