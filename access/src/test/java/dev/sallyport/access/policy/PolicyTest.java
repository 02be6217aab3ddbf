package dev.sallyport.access.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Agent;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.yaml.Problems;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
    static final String SCHEMA =
            """
            entity Group;
            entity Agent in [Group] { owner: String };
            entity Intent;
            entity Target;
            type Parameters = { amount?: decimal, customer?: Long, name?: String };
            type Facts = { active?: Bool };
            action act;
            action request appliesTo {
              principal: Agent, resource: Intent,
              context: { parameters: Parameters, facts: Facts, approvals: Long, masked: Bool }
            };
            action "ssh:exec" in [act] appliesTo {
              principal: Agent, resource: Target,
              context: { command: String, argv: Set<String>, approvals: Long, masked: Bool }
            };
            """;

    private static final Agent AGENT = new Agent("bot", "olga", "1", List.of("billing"));

    @TempDir Path directory;

    private Policy policy(String... statements) throws IOException {
        Files.writeString(directory.resolve("schema.cedarschema"), SCHEMA);
        Files.writeString(directory.resolve("a.cedar"), String.join("\n", statements));
        var problems = new Problems();
        Policy policy = Policy.load(directory, problems);
        assertThat(problems.all()).isEmpty();
        return policy;
    }

    private static PolicyQuestion request(
            Map<String, Object> parameters, Map<String, Object> facts) {
        return PolicyQuestion.request(AGENT, "pay", parameters, facts);
    }

    private static final String INVOICE =
            """
            @id("small") @ttl("5m")
            permit (principal in Group::"billing", action == Action::"request", resource)
            when { context.parameters has amount
              && context.parameters.amount.lessThan(decimal("2000.00"))
              && context.facts has active && context.facts.active };
            @id("human") @ttl("10m") @approvers("owners, sre") @reason("big")
            permit (principal, action == Action::"request", resource)
            when { context.approvals >= 1 };
            """;

    @ParameterizedTest
    @CsvSource({
        "1999.99, true, allow",
        "1999, true, allow",
        "2000.00, true, hold",
        "1.00, false, hold",
    })
    void amountUnderTwoThousandAndActiveIsAllowedElseAHuman(
            String amount, boolean active, String verdict) throws IOException {
        Policy policy = policy(INVOICE);

        PolicyVerdict answer =
                policy.climb(request(Map.of("amount", amount), Map.of("active", active)), false, 3);

        switch (answer) {
            case PolicyVerdict.Allow(List<String> rules, Annotations notes) -> {
                assertThat(verdict).isEqualTo("allow");
                assertThat(rules).containsExactly("small");
                assertThat(notes.ttl()).contains(Duration.ofMinutes(5));
            }
            case PolicyVerdict.Hold(int approvals, List<String> rules, Annotations notes) -> {
                assertThat(verdict).isEqualTo("hold");
                assertThat(approvals).isEqualTo(1);
                assertThat(rules).containsExactly("human");
                assertThat(notes.approvers()).containsExactly("owners", "sre");
                assertThat(notes.reason()).contains("big");
            }
            case PolicyVerdict.Mask mask -> throw new AssertionError(mask);
            case PolicyVerdict.Deny deny -> throw new AssertionError(deny);
        }
    }

    @Test
    void factsThatAreMissingAreNotTrue() throws IOException {
        Policy policy = policy(INVOICE);

        assertThat(policy.climb(request(Map.of("amount", "1.00"), Map.of()), false, 3))
                .isInstanceOf(PolicyVerdict.Hold.class);
    }

    @Test
    void textAndTypedValuesAreReadAlike() throws IOException {
        Policy policy =
                policy(
                        """
                        @id("a") permit (principal, action == Action::"request", resource)
                        when { context.parameters has amount && context.parameters has customer
                          && context.parameters.amount == decimal("10.5")
                          && context.parameters.customer == 42 };
                        """);

        assertThat(policy.ask(request(Map.of("amount", "10.50", "customer", "42"), Map.of())))
                .isInstanceOf(PolicyAnswer.Permit.class);
        assertThat(
                        policy.ask(
                                request(
                                        Map.of(
                                                "amount",
                                                new BigDecimal("10.5000"),
                                                "customer",
                                                42L),
                                        Map.of())))
                .isInstanceOf(PolicyAnswer.Permit.class);
    }

    /** attacks.md 54 (OPA): an undefined result is a deny. */
    @Test
    @Attack(54)
    void undefinedIsADenial() throws IOException {
        Policy policy =
                policy(
                        "@id(\"a\") permit (principal, action == Action::\"request\", resource)"
                                + " when { context.approvals >= 9 };");

        PolicyVerdict verdict = policy.climb(request(Map.of(), Map.of()), true, 3);

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        PolicyVerdict.Deny.class,
                        deny -> {
                            assertThat(deny.policies()).isEmpty();
                            assertThat(deny.errors()).isEmpty();
                        });
    }

    @Test
    @Attack(54)
    void unknownActionsTypesAndNamesAreDenials() throws IOException {
        Policy policy = policy("@id(\"all\") permit (principal, action, resource);");
        var context = Map.<String, Object>of("command", "id", "argv", List.of("id"));

        assertThat(policy.ask(new PolicyQuestion(AGENT, "ssh:exec", "Target", "ssh:a", context)))
                .isInstanceOf(PolicyAnswer.Permit.class);
        assertThat(
                        List.of(
                                new PolicyQuestion(AGENT, "ssh:fly", "Target", "ssh:a", context),
                                new PolicyQuestion(AGENT, "act", "Target", "ssh:a", context),
                                new PolicyQuestion(AGENT, "ssh:exec", "Intent", "a", context),
                                new PolicyQuestion(AGENT, "ssh:exec", "No such", "a", context),
                                new PolicyQuestion(AGENT, "ssh:exec", "Target", "a", Map.of()),
                                request(Map.of("amount", "much"), Map.of()),
                                request(Map.of("amount", "1.00001"), Map.of()),
                                request(Map.of("customer", "99999999999999999999"), Map.of()),
                                request(Map.of("undeclared", "x"), Map.of()),
                                request(Map.of("name", 7L), Map.of()),
                                request(Map.of(), Map.of("active", "yes"))))
                .allSatisfy(question ->
                        assertThat(policy.climb(question, true, 3))
                                .isInstanceOfSatisfying(
                                        PolicyVerdict.Deny.class,
                                        deny -> assertThat(deny.errors()).isNotEmpty()));
    }

    @Test
    @Attack(54)
    void namesFromOutsideStayData() throws IOException {
        Policy policy =
                policy(
                        "@id(\"a\") permit (principal == Agent::\"bot\", action =="
                                + " Action::\"request\", resource == Intent::\"pay\");");
        var hostile = new Agent("bot\", action, resource); //", "olga", "1", List.of("a::\"b\""));

        assertThat(policy.ask(PolicyQuestion.request(hostile, "pay", Map.of(), Map.of())))
                .isInstanceOf(PolicyAnswer.Refuse.class);
        assertThat(policy.ask(PolicyQuestion.request(AGENT, "pay\"", Map.of(), Map.of())))
                .isInstanceOf(PolicyAnswer.Refuse.class);
        assertThat(policy.ask(request(Map.of(), Map.of()))).isInstanceOf(PolicyAnswer.Permit.class);
    }

    /** Cedar skips a policy that errs, a forbid too: here that is a denial. */
    @Test
    void aForbidThatErrsDenies() throws IOException {
        // Long arithmetic is the one error that validation cannot exclude.
        Policy policy =
                policy(
                        "@id(\"all\") permit (principal, action, resource);",
                        """
                        @id("overflows") forbid (principal, action == Action::"request", resource)
                        when { context.parameters has customer
                          && context.parameters.customer * 9000000000000000000 == 1 };
                        """);

        assertThat(policy.climb(request(Map.of("customer", 42L), Map.of()), true, 3))
                .isInstanceOfSatisfying(
                        PolicyVerdict.Deny.class,
                        deny -> assertThat(deny.errors()).anyMatch(e -> e.startsWith("overflows")));
        assertThat(policy.climb(request(Map.of("customer", 1L), Map.of()), true, 3))
                .isInstanceOf(PolicyVerdict.Allow.class);
    }

    @ParameterizedTest
    @CsvSource({
        "true, false, 3, allow",
        "context.masked, true, 3, mask",
        "context.masked, false, 3, deny",
        "context.masked || context.approvals >= 1, true, 3, mask",
        "context.masked || context.approvals >= 1, false, 3, hold 1",
        "context.approvals >= 2, true, 3, hold 2",
        "context.approvals >= 2, true, 1, deny",
        "context.approvals == 0, true, 3, allow",
        "false, true, 3, deny",
    })
    void theLadderNamesTheFirstRungThatSaysYes(
            String unless, boolean maskable, int maxApprovals, String expected) throws IOException {
        Policy policy =
                policy(
                        "@id(\"all\") permit (principal, action, resource);",
                        "@id(\"guard\") forbid (principal, action, resource) unless { "
                                + unless
                                + " };");
        var question =
                new PolicyQuestion(
                        AGENT,
                        "ssh:exec",
                        "Target",
                        "ssh:a",
                        Map.of("command", "id", "argv", List.of("id")));

        PolicyVerdict verdict = policy.climb(question, maskable, maxApprovals);

        String word =
                switch (verdict) {
                    case PolicyVerdict.Allow allow -> "allow";
                    case PolicyVerdict.Mask mask -> "mask";
                    case PolicyVerdict.Hold hold -> "hold " + hold.approvals();
                    case PolicyVerdict.Deny deny -> "deny";
                };
        assertThat(word).isEqualTo(expected);
        if (verdict instanceof PolicyVerdict.Hold || verdict instanceof PolicyVerdict.Deny) {
            assertThat(verdict.policies()).containsExactly("guard");
        }
    }

    @Test
    void versionFollowsTheSources() throws IOException {
        String one = policy("@id(\"a\") permit (principal, action, resource);").version();
        String same = policy("@id(\"a\") permit (principal, action, resource);").version();
        String other = policy("@id(\"b\") permit (principal, action, resource);").version();

        assertThat(one).hasSize(64).isEqualTo(same).isNotEqualTo(other);
    }

    @Test
    void aBrokenDirectoryRefusesEverything() {
        var problems = new Problems();

        Policy policy = Policy.load(directory.resolve("absent"), problems);

        assertThat(problems.all()).isNotEmpty();
        assertThat(policy.ask(request(Map.of(), Map.of()))).isInstanceOf(PolicyAnswer.Refuse.class);
    }
}
