package dev.sallyport.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.proxy.db.fixture.DbAgent;
import dev.sallyport.proxy.db.fixture.DbHouse;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large result takes no memory here: a client that stalls stalls the server. */
class FlatHeapIT {
    private static final int MEBI = 1 << 20;
    private static final long FLAT = 48L * MEBI;
    private static final String MILLION =
            "copy (select repeat('x', 300) from generate_series(1, 1000000)) to stdout";

    @TempDir static Path directory;
    private static DbHouse house;

    @BeforeAll
    static void open() throws Exception {
        house = new DbHouse(directory);
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @Test
    @Attack(33)
    void aMillionRowsPassWhole() throws Exception {
        DbAgent agent = house.agent(DbHouse.everything());
        long before = heap();

        long bytes = 0;
        long most = 0;
        Process psql = agent.psql(List.of("-At", "-c", MILLION));
        byte[] chunk = new byte[MEBI];
        try (InputStream in = psql.getInputStream()) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                if (bytes / (64 * MEBI) != (bytes + read) / (64 * MEBI)) {
                    most = Math.max(most, heap());
                }
                bytes += read;
            }
        }

        assertThat(psql.waitFor()).isZero();
        assertThat(bytes).isEqualTo(301L * 1_000_000);
        assertThat(most - before).isLessThan(FLAT);
    }

    @Test
    @Attack(33)
    void aClientThatStallsStallsTheServer() throws Exception {
        DbAgent agent = house.agent(DbHouse.everything());
        long before = heap();

        // psql stops reading as soon as nobody reads from it.
        Process psql = agent.psql(List.of("-At", "-c", MILLION));
        try {
            awaitServerWaits();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
            awaitServerWaits();
            assertThat(heap() - before).isLessThan(FLAT);
        } finally {
            psql.destroyForcibly();
        }
        psql.waitFor();
    }

    private static void awaitServerWaits() throws Exception {
        DbHouse.await(() -> house.count("pg_stat_activity where wait_event = 'ClientWrite'") == 1);
    }

    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
