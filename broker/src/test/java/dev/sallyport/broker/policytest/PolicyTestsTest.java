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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void aTestThatNamesWhatDoesNotExistIsAMistakeAndDoesNotPass() throws Exception {
        // Given: four denials that would hold for the wrong reason
        copyShipped();
        Files.writeString(
                directory.resolve("tests/slips.yaml"),
                """
                - name: an intent that is none
                  given: { agent: { id: a } }
                  when: { intent: creat-invoice, parameters: { customer: "42" } }
                  then: { verdict: deny }
                - name: a fact that is none
                  given: { agent: { id: a }, facts: { customerActiv: "true" } }
                  when: { intent: create-invoice, parameters: { customer: "42", amount: "1" } }
                  then: { verdict: deny }
                - name: an act that is none
                  given: { agent: { id: a } }
                  when: { intent: deploy-staging, act: "ssh:exce", command: id }
                  then: { verdict: deny }
                - name: a target that is none
                  given: { agent: { id: a } }
                  when: { intent: deploy-staging, act: "ssh:exec", command: id, target: batch-1 }
                  then: { verdict: deny }
                """);
        var problems = new Problems();
        // When
        List<PolicyTests.Result> results =
                new PolicyTests(PolicyDirectory.read(directory, problems)).run(problems);
        // Then
        assertThat(results).noneMatch(PolicyTests.Result.Passed.class::isInstance);
        assertThat(problems.all().stream().map(Object::toString))
                .satisfiesExactly(
                        p -> assertThat(p).contains("slips.yaml:3:11: ", "no such intent"),
                        p -> assertThat(p).contains("slips.yaml:6:39: ", "\"customerActive\""),
                        p -> assertThat(p).contains("slips.yaml:11:35: ", "no such act"),
                        p -> assertThat(p).contains("slips.yaml:15:65: ", "no such target"));
    }

    @ParameterizedTest
    @CsvSource({
        "ssh:forward, destination, '127.0.0.1:5432', deny",
        "ssh:agent, destination, '', deny",
        "ssh:subsystem, subsystem, sftp, allow",
        "ssh:write, path, /srv/releases/1.4.2/app.jar, allow",
        "ssh:write, path, /srv/releases/1.4.3/app.jar, deny",
        "ssh:read, path, /etc/passwd, deny",
        "ssh:shell, command, 'id; id', deny",
    })
    void everyKindOfActCanBeTested(String act, String key, String subject, String verdict)
            throws Exception {
        // Given
        copyShipped();
        Files.writeString(
                directory.resolve("tests/acts.yaml"),
                """
                - name: the one
                  given: { agent: { id: a, groups: [deploy-agents] } }
                  when:
                    intent: deploy-staging
                    parameters: { version: 1.4.2 }
                    act: "%s"
                    %s: "%s"
                  then: { verdict: %s }
                """
                        .formatted(act, key, subject, verdict));
        // When
        List<PolicyTests.Result> results = run(directory);
        // Then
        assertThat(results).contains(new PolicyTests.Result.Passed("the one"));
    }

    @Test
    void pointsAtWhatTheSchemaDeclaresOtherwiseOrNotAtAll() throws Exception {
        // Given
        copyShipped();
        Path schema = directory.resolve("schema.cedarschema");
        Files.writeString(
                schema,
                Files.readString(schema)
                        .replace("version?: String,", "")
                        .replaceFirst("customerActive[?]: Bool,", "customerActive?: String,")
                        .replace("key?: String,", "key?: Long,"));
        var problems = new Problems();
        // When
        PolicyDirectory.read(directory, problems);
        // Then
        assertThat(problems.all().stream().map(Object::toString))
                .satisfiesExactly(
                        p ->
                                assertThat(p)
                                        .contains("intents.yaml:35:21: ", "\"customerActive\"")
                                        .contains("as string"),
                        p -> assertThat(p).contains("intents.yaml:53:3: ", "\"version\""),
                        p -> assertThat(p).contains("intents.yaml:70:10: ", "\"key\" as long"));
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
