package dev.sallyport.proxy.db.wire;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * A PostgreSQL on loopback with TLS, where {@code postgres} is trusted, {@code old} logs in by MD5,
 * {@code clear} by its password itself, and all others by SCRAM.
 */
final class RealServer implements AutoCloseable {
    private static final String HBA =
            """
            host all postgres 127.0.0.1/32 trust
            host all old 127.0.0.1/32 md5
            host all clear 127.0.0.1/32 password
            host all all 127.0.0.1/32 scram-sha-256
            """;

    private final SelfSigned identity = SelfSigned.of("EC", "SHA256withECDSA");
    private final EmbeddedPostgres postgres;

    RealServer() {
        try {
            postgres =
                    EmbeddedPostgres.builder()
                            .setServerConfig("ssl", "on")
                            .setServerConfig("shared_buffers", "16MB")
                            .setDataDirectoryCustomizer(this::configure)
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Before the first start. */
    private void configure(File directory) {
        try {
            Path data = directory.toPath();
            Files.writeString(data.resolve("pg_hba.conf"), HBA);
            Files.writeString(data.resolve("server.crt"), identity.certificatePem());
            Path key = data.resolve("server.key");
            Files.writeString(key, identity.keyPem());
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return postgres.getPort();
    }

    SelfSigned identity() {
        return identity;
    }

    /** A connection of pgjdbc as the superuser. */
    Connection jdbc() throws SQLException {
        return jdbc(port());
    }

    /** The same through a relay. */
    static Connection jdbc(int port) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("sslmode", "prefer");
        Connection connection =
                new Driver()
                        .connect("jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
        if (connection == null) {
            throw new SQLException("pgjdbc does not take its own address");
        }
        return connection;
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = jdbc();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    @Override
    public void close() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
