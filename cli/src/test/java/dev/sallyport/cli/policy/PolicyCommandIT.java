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
        assertThat(ran.out()).isEqualTo("4 intents and 9 policies, no mistakes\n");
    }

    @Test
    void aMistakeInAnIntentIsPointedAt() throws Exception {
        // Given
        replace("intents.yaml", "ttl: 15m", "ttl: soon");
        // Then
        assertPointedAt("intents.yaml", "soon");
    }

    @Test
    void anUnknownKeyOfAnIntentIsPointedAt() throws Exception {
        // Given
        replace(
                "intents.yaml",
                "risk: medium\nparameters:\n  version",
                "rosk: medium\nparameters:\n  version");
        // Then
        assertPointedAt("intents.yaml", "rosk");
    }

    @Test
    void aMistakeInTheSyntaxOfAPolicyIsPointedAt() throws Exception {
        // Given
        replace("requests.cedar", "context.approvals >= 2", "context.approvals =>> 2");
        // Then
        assertPointedAt("requests.cedar", "=>>");
    }

    @Test
    void aPolicyThatDoesNotFitTheSchemaIsPointedAt() throws Exception {
        // Given
        replace("requests.cedar", "context.approvals >= 2", "context.aprovals >= 2");
        // Then
        assertPointedAt("requests.cedar", "context.aprovals");
    }

    @Test
    void aMistakeInTheSchemaIsPointedAt() throws Exception {
        // Given
        replace("schema.cedarschema", "entity Intent;", "entity Intent = ;");
        // Then
        assertPointedAt("schema.cedarschema", "= ;");
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
        assertThat(ran.out()).doesNotStartWith("allow");
    }

    private static Ran explain(String... more) {
        var words =
                new ArrayList<>(
                        List.of(
                                "policy",
                                "explain",
                                SHIPPED.toString(),
                                "--intent",
                                "create-invoice",
                                "--group",
                                "billing-agents",
                                "--param",
                                "customer=42"));
        words.addAll(Arrays.asList(more));
        return Stand.main(words.toArray(String[]::new));
    }

    /** The first line names the file and the line of {@code wrong}, and a column of it. */
    private void assertPointedAt(String file, String wrong) throws IOException {
        Ran ran = Stand.main("policy", "check", policy.toString());
        Path path = policy.resolve(file);
        List<String> lines = Files.readAllLines(path);
        int line = 0;
        while (!lines.get(line).contains(wrong)) {
            line++;
        }
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err().lines().findFirst().orElse(""))
                .matches("\\Q%s\\E:%d:[1-9][0-9]*: .+".formatted(path, line + 1));
    }

    private void replace(String file, String old, String text) throws IOException {
        Path path = policy.resolve(file);
        String before = Files.readString(path);
        assertThat(before).contains(old);
        Files.writeString(path, before.replace(old, text));
    }
}
