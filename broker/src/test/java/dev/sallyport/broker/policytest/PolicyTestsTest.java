package dev.sallyport.broker.policytest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.yaml.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped policy is checked and tested with the classes behind {@code policy check|test}. */
final class PolicyTestsTest {
    private static final Path SHIPPED = Path.of("..", "policy");

    @TempDir Path directory;

    private void copyShipped() throws IOException {
        try (Stream<Path> files = Files.walk(SHIPPED)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = directory.resolve(SHIPPED.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    private static List<PolicyTests.Result> run(Path path) {
        var problems = new Problems();
        var read = PolicyDirectory.read(path, problems);
        assertThat(problems.all()).isEmpty();
        List<PolicyTests.Result> results = new PolicyTests(read).run(problems);
        assertThat(problems.all()).isEmpty();
        return results;
    }

    @Test
    void shippedPolicyPassesItsTests() {
        // When
        List<PolicyTests.Result> results = run(SHIPPED);
        // Then
        assertThat(results).hasSizeGreaterThan(10);
        assertThat(results).allMatch(PolicyTests.Result.Passed.class::isInstance);
    }

    @Test
    void failsOnAnIntentWithoutTestAndOnAChangedRule() throws Exception {
        // Given
        copyShipped();
        Files.delete(directory.resolve("tests/deploy-staging.yaml"));
        Path tests = directory.resolve("tests/read-only-billing.yaml");
        Files.writeString(
                tests, Files.readString(tests).replaceFirst("verdict: allow", "verdict: deny"));
        // When
        List<PolicyTests.Result> results = run(directory);
        // Then
        assertThat(results.stream().filter(PolicyTests.Result.Failed.class::isInstance).toList())
                .hasSize(2)
                .anySatisfy(r -> assertThat(r.toString()).contains("deploy-staging has none"))
                .anySatisfy(
                        r -> assertThat(r.toString()).contains("expected verdict deny", ".yaml:"));
    }

    @Test
    void pointsAtMistakesInTheCatalogue() throws Exception {
        // Given
        copyShipped();
        Files.writeString(
                directory.resolve("intents.yaml"),
                """
                intent: broken
                descriptoin: typo
                parameters: { customer: { type: number } }
                ttl: 10d
                scope:
                  - ssh: batch-1
                    login: report
                    exec: ["/usr/local/bin/report --customer {costumer}"]
                """);
        var problems = new Problems();
        // When
        PolicyDirectory.read(directory, problems);
        // Then
        assertThat(problems.all().stream().map(Object::toString).toList())
                .anySatisfy(p ->
                        assertThat(p).contains("intents.yaml:2:1", "descriptoin", "description"))
                .anySatisfy(p -> assertThat(p).contains("intents.yaml:3:", "type"))
                .anySatisfy(p -> assertThat(p).contains("intents.yaml:4:"))
                .anySatisfy(p -> assertThat(p).contains("{costumer}"));
    }
}
