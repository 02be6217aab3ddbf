package dev.sallyport.proxy.db.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compares our parser with PostgreSQL's own: on every statement of PostgreSQL's own test scripts,
 * and on what chance makes of them. Fetches both with npm and apt into {@code target/oracle}.
 */
@Tag("full")
final class SqlOracleIT {
    private static final Path FOLDER = Path.of("target", "oracle").toAbsolutePath();

    private static List<String> corpus = List.of();

    @BeforeAll
    static void fetchesParserAndScripts() throws IOException, InterruptedException {
        Process prepare =
                new ProcessBuilder("bash", "src/test/oracle/prepare.sh", FOLDER.toString())
                        .inheritIO()
                        .redirectOutput(ProcessBuilder.Redirect.PIPE)
                        .start();
        String source =
                new String(prepare.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(prepare.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(prepare.exitValue()).as("prepare.sh").isZero();
        corpus = corpus(Path.of(source));
    }

    /** All statements of all scripts that are UTF-8, each once. */
    private static List<String> corpus(Path source) throws IOException {
        Set<String> statements = new LinkedHashSet<>();
        List<Path> scripts;
        try (Stream<Path> files = Files.walk(source)) {
            scripts = files.filter(file -> file.toString().endsWith(".sql")).sorted().toList();
        }
        for (Path script : scripts) {
            try {
                statements.addAll(PsqlScript.statements(Files.readString(script)));
            } catch (MalformedInputException e) {
                // A script in another encoding: tests of encodings, which we do not take.
                continue;
            }
        }
        return List.copyOf(statements);
    }

    @Test
    void agreesWithPostgresqlOnItsOwnTests() {
        // Given
        Map<String, Integer> explained = new TreeMap<>();
        List<Difference> unexplained = new ArrayList<>();
        int accepted = 0;
        int ours = 0;

        // When
        try (RealParser real = new RealParser(FOLDER)) {
            for (String sql : corpus) {
                OracleFacts theirs = real.ask(sql);
                OracleFacts mine = OracleFacts.ours(sql);
                accepted += theirs.isAccepted() ? 1 : 0;
                ours += theirs.isAccepted() && mine.isAccepted() ? 1 : 0;
                for (Difference difference : Difference.between(theirs, mine, sql)) {
                    difference
                            .reason()
                            .ifPresentOrElse(
                                    reason -> explained.merge(reason, 1, Integer::sum),
                                    () -> unexplained.add(difference));
                }
            }
        }

        // Then
        System.out.printf(
                "corpus: %d statements, %d accepted by PostgreSQL, %d of them by us; explained"
                        + " differences: %s%n",
                corpus.size(), accepted, ours, explained);
        assertThat(corpus).hasSizeGreaterThan(50_000);
        assertThat(ours).isGreaterThanOrEqualTo((int) Math.ceil(accepted * 0.9999));
        assertThat(unexplained).isEmpty();
    }

    @Test
    void agreesWithPostgresqlOnWhatChanceMakes() {
        // Given
        long seed = FuzzTime.seed();
        Mutations mutations = new Mutations(seed, corpus);
        FuzzTime time = new FuzzTime();
        List<Difference> unexplained = new ArrayList<>();
        int rounds = 0;
        int accepted = 0;
        int broken = 0;

        // When
        try (RealParser real = new RealParser(FOLDER)) {
            while (time.isLeft() && unexplained.size() < 20) {
                String sql = mutations.next();
                OracleFacts theirs = real.ask(sql);
                rounds++;
                if (theirs.isBroken()) {
                    broken++;
                    continue;
                }
                accepted += theirs.isAccepted() ? 1 : 0;
                for (Difference difference :
                        Difference.between(theirs, OracleFacts.ours(sql), sql)) {
                    boolean patched =
                            difference.maybeComesOfParameters()
                                    && !real.ask(difference.withoutParameters()).isAccepted();
                    if (!patched && difference.reason().isEmpty()) {
                        unexplained.add(difference);
                    }
                }
            }
        }

        // Then
        System.out.printf(
                "fuzz with oracle: seed %d, %d texts, %d accepted, oracle broke on %d%n",
                seed, rounds, accepted, broken);
        assertThat(rounds).isPositive();
        assertThat(unexplained).as("seed " + seed).isEmpty();
    }
}
