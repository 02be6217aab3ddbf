package dev.sallyport.broker.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;

/**
 * The broker's database: SQLite in a file of mode 0600, every commit synced to disk. Thread-safe;
 * calls block. All writes take turns (SQLite has one writer), reads run beside them.
 */
public final class Store implements AutoCloseable {
    /**
     * WAL so that reads do not wait for the writer; FULL because a lock or a spent budget must
     * survive a power cut; IMMEDIATE so that a transaction never fails half-way on a lock upgrade.
     */
    private static final String PRAGMAS =
            "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000"
                    + "&foreign_keys=true&transaction_mode=IMMEDIATE";

    /** One writer and a few readers; more connections do not make SQLite faster. */
    private static final int CONNECTIONS = 4;

    /** Longer than the busy time-out; afterwards the caller is told, and fails closed. */
    private static final Duration CONNECTION_WAIT = Duration.ofSeconds(10);

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final ReentrantLock writer = new ReentrantLock(true);
    // Taken before writer by every write that can wait, so that one that cannot is the next.
    private final ReentrantLock queue = new ReentrantLock(true);

    private Store(HikariDataSource pool) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        // Values must not get into exception messages: they hold reasons and evidence.
        jdbi.configure(
                StatementExceptions.class,
                config ->
                        config.setMessageRendering(
                                StatementExceptions.MessageRendering.SHORT_STATEMENT));
    }

    /**
     * Opens or creates the database in {@code file} and brings its schema up to date.
     *
     * @throws StoreException when it cannot be opened, is damaged, or is newer than this program
     */
    public static Store open(Path file) {
        createPrivately(file);
        var config = new HikariConfig();
        config.setJdbcUrl("jdbc:sqlite:" + file + PRAGMAS);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setConnectionTimeout(CONNECTION_WAIT.toMillis());
        config.setPoolName("store");
        var pool = new HikariDataSource(config);
        try {
            Flyway.configure()
                    .dataSource(pool)
                    .locations("classpath:dev/sallyport/broker/store/migration")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            pool.close();
            throw new StoreException("the store's schema cannot be brought up to date", e);
        }
        return new Store(pool);
    }

    private static void createPrivately(Path file) {
        try {
            var mode = PosixFilePermissions.fromString("rw-------");
            Files.createDirectories(file.toAbsolutePath().getParent());
            try {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(mode));
            } catch (FileAlreadyExistsException e) {
                Files.setPosixFilePermissions(file, mode);
            }
        } catch (IOException e) {
            throw new StoreException("the store's file cannot be created", e);
        }
    }

    /** Runs {@code work} in a transaction of its own; nothing of it stays when it throws. */
    <T> T write(Function<Handle, T> work) {
        queue.lock();
        try {
            return writeNext(work);
        } finally {
            queue.unlock();
        }
    }

    /** Like {@link #write}, ahead of everything that waits: for an operator's kill. */
    <T> T writeNext(Function<Handle, T> work) {
        writer.lock();
        try {
            return jdbi.inTransaction(work::apply);
        } catch (JdbiException e) {
            throw new StoreException("the store cannot be written", e);
        } finally {
            writer.unlock();
        }
    }

    /** Reads; never waits for a writer. */
    <T> T read(Function<Handle, T> work) {
        try {
            return jdbi.withHandle(work::apply);
        } catch (JdbiException e) {
            throw new StoreException("the store cannot be read", e);
        }
    }

    /** True when the database answers. */
    public boolean isHealthy() {
        try (var connection = pool.getConnection()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
