package dev.sallyport.proxy.db.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Throws mutated and hostile SQL at the parser: nothing but {@link SqlSyntaxException} may come
 * out, and, when a run is asked for with {@code -Dfuzz.seconds=3600}, no 64 KiB may cost 50 ms of
 * processor time. The length of a usual run says nothing of that: the machine may be busy.
 */
final class SqlFuzzTest {
    private static final int LONGEST = 1 << 16;
    private static final long MOST_NANOS = 50_000_000;
    private static final int WARM_UP = 2_000;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final List<String> slow = new ArrayList<>();
    private int accepted;
    private long longest;

    private static List<String> seeds() {
        return Stream.of(EvasionsTest.readsAndWrites(), EvasionsTest.scopesWithQueries())
                .flatMap(cases -> cases)
                .map(arguments -> (String) arguments.get()[0])
                .toList();
    }

    @Test
    void onlyRefusesAndIsNeverSlow() {
        // Given
        long seed = FuzzTime.seed();
        Mutations mutations = new Mutations(seed, seeds());
        FuzzTime time = new FuzzTime();
        List<String> hostile = hostile();
        for (int i = 0; i < WARM_UP; i++) {
            parse(mutations.next());
        }
        slow.clear();

        // When
        int rounds = 0;
        while (time.isLeft()) {
            parse(
                    rounds % 100 == 0
                            ? hostile.get(rounds / 100 % hostile.size())
                            : mutations.next());
            rounds++;
        }

        // Then
        System.out.printf(
                "fuzz: seed %d, %d texts, %d accepted, longest %.1f ms%n",
                seed, rounds, accepted, longest / 1e6);
        assertThat(rounds).isPositive();
        assertThat(accepted).isPositive();
        if (FuzzTime.isAskedFor()) {
            assertThat(slow).as("slow texts, seed " + seed).isEmpty();
        }
    }

    /** Any other exception or error ends the test. */
    private void parse(String sql) {
        long before = threads.getCurrentThreadCpuTime();
        try {
            accepted += SqlParser.parse(sql, LONGEST).isEmpty() ? 0 : 1;
        } catch (SqlSyntaxException e) {
            assertThat(e.position()).isBetween(0, sql.length());
        }
        long taken = threads.getCurrentThreadCpuTime() - before;
        longest = Math.max(longest, taken);
        if (taken > MOST_NANOS) {
            slow.add(
                    "%.1f ms: %s"
                            .formatted(taken / 1e6, sql.substring(0, Math.min(80, sql.length()))));
        }
    }

    /** Texts of 64 KiB that are long in one way each. */
    private static List<String> hostile() {
        return Stream.of(
                        fill("select 1", "+1"),
                        fill("select 1 where a in (1", ",1"),
                        fill("select '", "''"),
                        fill("select e'", "\\x41"),
                        fill("select ", "+-"),
                        fill("select ", "- "),
                        fill("select 1 -- ", "-- "),
                        fill("", "/*"),
                        fill("select $a$", "$a "),
                        fill("select ", "$"),
                        fill("", "("),
                        fill("", "select(("),
                        fill("select a", ".a"),
                        fill("select a", "[1]"),
                        fill("select a", "::int"),
                        fill("select 1", " union select 1"),
                        fill("select 1 from a", " join a on true"),
                        fill("select 1 from a", ",a"),
                        fill("select 1 from ", "(select 1 from "),
                        fill("with a as (select 1)", ", a as (table a)"),
                        fill("", "with a as ("),
                        fill("insert into t values (1)", ",(1)"),
                        fill("select f(", "f("),
                        fill("select case", " when 1 then 1"),
                        fill("select 1", ";select 1"),
                        fill("select 1", "_0"),
                        fill("select 'a'", "\n'a'"),
                        fill("select 'a'", "\n--"),
                        fill("select U&\"", "\\0041"),
                        fill("select \"", "\"\""),
                        fill("select x", "x"),
                        fill("set a = b", ", b"),
                        fill("select not ", "not "),
                        fill("select exists ", "(select exists "),
                        fill("create table t (a int", ", a int"),
                        fill("drop table a", ", a.b"),
                        fill("select 1 as a", ", a.*"))
                .toList();
    }

    private static String fill(String start, String more) {
        return start + more.repeat((LONGEST - start.length()) / more.length());
    }
}
