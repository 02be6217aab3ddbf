package dev.sallyport.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.e2e.Ran;
import dev.sallyport.cli.e2e.Stand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code sallyport policy} on the shipped policies, and on copies with one mistake. */
final class PolicyCommandIT {
    private static final Path SHIPPED = Path.of("../policy");

    @TempDir private Path directory;

    private Path policy;

    @BeforeEach
    void copy() throws IOException {
        policy = directory.toRealPath().resolve("policy");
        try (var files = Files.walk(SHIPPED)) {
            for (Path file : files.toList()) {
                Files.copy(file, policy.resolve(SHIPPED.relativize(file).toString()));
            }
        }
    }

    @Test
    void theShippedPolicyHasNoMistakes() {
        // When
        Ran ran = Stand.main("policy", "check", SHIPPED.toString());
        // Then
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo("4 intents and 12 policies, no mistakes\n");
    }

    @Test
    void aMistakeInAnIntentIsPointedAt() throws Exception {
        // Given
        replace("intents.yaml", "ttl: 15m", "ttl: soon");
        // Then
        assertPointedAt("intents.yaml", "soon", "soon");
    }

    @Test
    void anUnknownKeyOfAnIntentIsPointedAt() throws Exception {
        // Given
        replace(
                "intents.yaml",
                "risk: medium\nparameters:\n  version",
                "rosk: medium\nparameters:\n  version");
        // Then
        assertPointedAt("intents.yaml", "rosk", "did you mean \"risk\"?");
    }

    @Test
    void aMistakeInTheSyntaxOfAPolicyIsPointedAt() throws Exception {
        // Given
        replace("requests.cedar", "context.approvals >= 2", "context.approvals =>> 2");
        // Then
        assertPointedAt("requests.cedar", ">> 2", "unexpected token");
    }

    @Test
    void aPolicyThatDoesNotFitTheSchemaIsPointedAt() throws Exception {
        // Given
        replace("requests.cedar", "context.approvals >= 2", "context.aprovals >= 2");
        // Then
        assertPointedAt("requests.cedar", "context.aprovals", "`approvals`");
    }

    @Test
    void aMistakeInTheSchemaIsPointedAt() throws Exception {
        // Given
        replace("schema.cedarschema", "entity Intent;", "entity Intent = ; // here");
        // Then
        assertPointedAt("schema.cedarschema", "; // here", "unexpected token");
    }

    @Test
    void mistakesInIntentsPoliciesAndSchemaAreToldAtOnce() throws Exception {
        // Given
        replace("intents.yaml", "ttl: 15m", "ttl: soon");
        replace("requests.cedar", "context.approvals >= 2", "context.approvals =>> 2");
        replace("schema.cedarschema", "entity Intent;", "entity Intent = ; // here");
        // When
        Ran ran = Stand.main("policy", "check", policy.toString());
        Ran json = Stand.main("policy", "check", policy.toString(), "--json");
        // Then
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .contains(
                        place("intents.yaml", "soon"),
                        place("requests.cedar", ">> 2"),
                        place("schema.cedarschema", "; // here"));
        assertThat(json.exit()).isEqualTo(1);
        assertThat(JsonMapper.shared().readTree(json.out()))
                .hasSize(3)
                .allSatisfy(problem -> assertThat(problem.path("column").intValue()).isPositive());
    }

    @Test
    void aDirectoryThatIsNotThereIsAUsageError() {
        for (String verb : List.of("check", "test")) {
            // When
            Ran ran = Stand.main("policy", verb, directory.resolve("absent").toString());
            // Then
            assertThat(ran.exit()).isEqualTo(2);
            assertThat(ran.err()).startsWith("sallyport: there is no directory ").hasLineCount(1);
        }
    }

    @Test
    void theShippedTestsPass() {
        // When
        Ran ran = Stand.main("policy", "test", SHIPPED.toString());
        // Then
        assertThat(ran.exit()).as(ran.out() + ran.err()).isZero();
        assertThat(ran.out())
                .contains(
                        "ok      a small amount for an active customer is granted for five minutes")
                .contains(
                        "ok      an agent that merely claims that the customer is active goes to"
                                + " a human")
                .contains(", 0 failed");
    }

    @Test
    void anIntentThatNoTestCoversFails() throws Exception {
        // Given
        Files.delete(policy.resolve("tests/rotate-test-keys.yaml"));
        // When
        Ran ran = Stand.main("policy", "test", policy.toString());
        // Then
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out() + ran.err()).contains("rotate-test-keys");
    }

    @Test
    void aTestThatDoesNotHoldFails() throws Exception {
        // Given
        replace("tests/create-invoice.yaml", "\"1999.99\"", "\"2999.99\"");
        // When
        Ran ran = Stand.main("policy", "test", policy.toString());
        // Then
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out())
                .contains("FAILED  a small amount")
                .contains("create-invoice.yaml")
                .contains(", 1 failed");
    }

    @Test
    void aMistakeInATestIsPointedAtAndFails() throws Exception {
        // Given
        replace(
                "tests/rotate-test-keys.yaml",
                "then: { verdict: allow, ttl",
                "then: { verdct: allow, ttl");
        // When
        Ran ran = Stand.main("policy", "test", policy.toString());
        // Then
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err())
                .startsWith(place("tests/rotate-test-keys.yaml", "{ verdct") + ": ")
                .contains("\"verdict\" is missing", "did you mean \"verdict\"?");
    }

    @Test
    void testResultsForMachinesNameThePlaceOfAFailure() throws Exception {
        // Given
        replace("tests/create-invoice.yaml", "\"1999.99\"", "\"2999.99\"");
        // When
        Ran ran = Stand.main("policy", "test", policy.toString(), "--json");
        // Then
        assertThat(ran.exit()).isEqualTo(1);
        List<JsonNode> failed =
                JsonMapper.shared()
                        .readTree(ran.out())
                        .valueStream()
                        .filter(result -> !result.path("passed").booleanValue())
                        .toList();
        assertThat(failed).hasSize(1);
        assertThat(failed.getFirst().path("where").stringValue())
                .isEqualTo(place("tests/create-invoice.yaml", "name: a small amount"));
        assertThat(failed.getFirst().path("because").stringValue()).contains("verdict");
    }

    @Test
    void whoIsAskedIsWhomThePolicyNames() throws Exception {
        // Given
        replace("requests.cedar", "@approvers(\"billing-owners\")", "@approvers(\"the-board\")");
        // When
        Ran ran = explain(policy, "--param", "amount=2500.00", "--fact", "customerActive=true");
        // Then
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .startsWith("hold: 1 approval(s) of [the-board], then allow for 5m")
                .contains("because of [create-invoice-by-a-human]")
                .contains("needs a human");
    }

    @Test
    void whatWouldBeDeniedSaysWhy() {
        // When
        Ran ran =
                Stand.main(
                        "policy",
                        "explain",
                        SHIPPED.toString(),
                        "--json",
                        "--intent",
                        "read-only-billing",
                        "--param",
                        "customer=42");
        // Then
        assertThat(ran.exit()).isEqualTo(11);
        JsonNode answer = JsonMapper.shared().readTree(ran.out());
        assertThat(answer.path("verdict").stringValue()).isEqualTo("deny");
        assertThat(answer.path("reason").stringValue()).contains("whoever approves");
    }

    @Test
    void aSmallAmountForAnActiveCustomerIsAllowedForFiveMinutes() {
        // When
        Ran ran = explain("--param", "amount=1999.99", "--fact", "customerActive=true");
        // Then
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo("allow for 5m, by [create-invoice-small-and-active]\n");
    }

    @Test
    void anAgentsClaimThatTheCustomerIsActiveGoesToAHuman() {
        // When
        Ran ran =
                explain(
                        "--param",
                        "amount=1999.99",
                        "--param",
                        "customerActive=true",
                        "--fact",
                        "customerActive=false");
        // Then
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).startsWith("hold: 1 approval(s) of [billing-owners]");
    }

    @Test
    void anAgentsClaimWithoutAnyLookUpIsNotAllowed() {
        // When
        Ran ran = explain("--param", "amount=10.00", "--param", "customerActive=true");
        // Then
        assertThat(ran.exit()).isEqualTo(11);
        assertThat(ran.out())
                .isEqualTo(
                        "deny: fact customerActive is unavailable: say it with --fact"
                                + " customerActive=VALUE\n");
    }

    private static Ran explain(String... more) {
        return explain(SHIPPED, more);
    }

    private static Ran explain(Path directory, String... more) {
        var words =
                new ArrayList<>(
                        List.of(
                                "policy",
                                "explain",
                                directory.toString(),
                                "--intent",
                                "create-invoice",
                                "--group",
                                "billing-agents",
                                "--param",
                                "customer=42"));
        words.addAll(Arrays.asList(more));
        return Stand.main(words.toArray(String[]::new));
    }

    /** The first line names the file, the line and the very column where {@code wrong} begins. */
    private void assertPointedAt(String file, String wrong, String said) throws IOException {
        Ran ran = Stand.main("policy", "check", policy.toString());
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines().findFirst().orElse(""))
                .startsWith(place(file, wrong) + ": ")
                .contains(said);
    }

    private String place(String file, String wrong) throws IOException {
        Path path = policy.resolve(file);
        List<String> lines = Files.readAllLines(path);
        int line = 0;
        while (!lines.get(line).contains(wrong)) {
            line++;
        }
        return path + ":" + (line + 1) + ":" + (lines.get(line).indexOf(wrong) + 1);
    }

    private void replace(String file, String old, String text) throws IOException {
        Path path = policy.resolve(file);
        String before = Files.readString(path);
        assertThat(before).contains(old);
        Files.writeString(path, before.replace(old, text));
    }
}
