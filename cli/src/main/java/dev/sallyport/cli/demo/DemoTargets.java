package dev.sallyport.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Optional;
import java.util.UUID;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;

/** What plays the targets: a batch host and, where its client is installed, a database. */
final class DemoTargets implements AutoCloseable {
    private static final String PASSWORD_FILE = "db.pw";

    private final AutoCloseable host;
    private final String hostIs;
    private final String hostLine;
    private final Optional<ThrowAwayPostgres> database;

    private DemoTargets(
            AutoCloseable host,
            String hostIs,
            int port,
            String hostKey,
            Optional<ThrowAwayPostgres> database) {
        this.host = host;
        this.hostIs = hostIs;
        String[] key = hostKey.split(" ", 3);
        this.hostLine =
                "  batch-1: { ssh: \"127.0.0.1:%d\", hostKey: \"%s %s\", auth: certificate }\n"
                        .formatted(port, key[0], key[1]);
        this.database = database;
    }

    /**
     * Starts them.
     *
     * @param work where their files are thrown away with
     * @param authority the authority's public key, which the host trusts
     */
    static DemoTargets start(Path work, String authority, boolean hasDatabase) throws IOException {
        Optional<ThrowAwayPostgres> database =
                hasDatabase ? Optional.of(database(work)) : Optional.empty();
        try {
            Optional<Path> sshd = ThrowAwaySshd.binary();
            Path home = Files.createDirectories(work.resolve("sshd"));
            if (sshd.isPresent()) {
                var host = ThrowAwaySshd.start(sshd.get(), home, authority);
                return new DemoTargets(host, "sshd", host.port(), host.hostKey(), database);
            }
            var host = EmbeddedSshd.start(home, key(authority));
            return new DemoTargets(host, "embedded sshd", host.port(), host.hostKey(), database);
        } catch (IOException | RuntimeException e) {
            if (database.isPresent()) {
                database.get().close();
            }
            throw e;
        }
    }

    private static ThrowAwayPostgres database(Path work) throws IOException {
        String password = UUID.randomUUID().toString().replace("-", "");
        Path file = work.resolve(PASSWORD_FILE);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, password + "\n");
        return ThrowAwayPostgres.start(work.resolve("postgres"), password);
    }

    private static PublicKey key(String line) throws IOException {
        try {
            return PublicKeyEntry.parsePublicKeyEntry(line)
                    .resolvePublicKey(null, null, PublicKeyEntryResolver.FAILING);
        } catch (GeneralSecurityException e) {
            throw new IOException("the authority's key cannot be read", e);
        }
    }

    boolean hasDatabase() {
        return database.isPresent();
    }

    /** Who they are, for the audience. */
    String are() {
        return "The batch host is played by "
                + hostIs
                + (hasDatabase()
                        ? ", the billing database by PostgreSQL 18."
                        : ". No psql is installed (Debian: postgresql-client),\n"
                                + "so the database's part is left out.");
    }

    /** The node's {@code listen} and {@code targets}. */
    String configuration() {
        String listen = "listen: { broker: \"127.0.0.1:0\", ssh: \"127.0.0.1:0\"%s }\n";
        String lines = listen.formatted(hasDatabase() ? ", db: \"127.0.0.1:0\"" : "");
        lines += "targets:\n" + hostLine;
        return database.map(DemoTargets::databaseLines).map(lines::concat).orElse(lines);
    }

    private static String databaseLines(ThrowAwayPostgres database) {
        return """
          billing:
            db: "127.0.0.1:%d/postgres"
            tls: disable
            auth: { user: %s, passwordFile: ./%s }
            classes: { public.customers.email: [pii] }
        """
                .formatted(database.port(), ThrowAwayPostgres.ACCOUNT, PASSWORD_FILE);
    }

    /** What the intent's scope names beside the host. */
    String scope() {
        return hasDatabase()
                ? """
                  - db: billing
                    role: billing_clerk
                    operations: [select, update]
                    tables: [public.customers]
                    budget: { rows: 100 }
                """
                : "";
    }

    @Override
    public void close() throws IOException {
        try (AutoCloseable closing = host) {
            if (database.isPresent()) {
                database.get().close();
            }
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("a target did not stop", e);
        }
    }
}
