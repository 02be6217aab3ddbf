package dev.sallyport.access.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Target;
import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.yaml.Problems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shipped example; its own tests in YAML say more, this one keeps it loadable. */
class ShippedPolicyTest {
    private static final Agent BILLING =
            new Agent("github/acme/billing-bot", "olga", "7", List.of("billing-agents"));

    private static final Agent DEPLOY =
            new Agent("github/acme/deploy-bot", "piotr", "9", List.of("deploy-agents"));

    private static Policy policy;

    @BeforeAll
    static void loads() {
        var problems = new Problems();
        policy = Policy.load(Path.of("..", "policy"), problems);
        assertThat(problems.all()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1999.99, true, '', allow",
        "2000.00, true, '', hold 1",
        "10.00, false, '', hold 1",
        "10.00, false, true, hold 1",
        "-10.00, true, '', hold 1",
    })
    void smallAmountsForActiveCustomersAreFiveMinutesElseAHuman(
            String amount, String active, String claimed, String expected) {
        var said = new java.util.HashMap<>(Map.of("customer", "42", "amount", amount));
        if (!claimed.isEmpty()) {
            said.put("customerActive", claimed);
        }

        PolicyVerdict verdict =
                policy.climb(
                        PolicyQuestion.request(
                                BILLING, "create-invoice", said, Map.of("customerActive", active)),
                        false,
                        5);

        assertThat(word(verdict)).isEqualTo(expected);
        assertThat(verdict.annotations().ttl()).contains(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @CsvSource({
        "systemctl restart app, deploy-staging, hold 1",
        "systemctl status app, deploy-staging, allow",
        "rm /srv/keys/signing.old, rotate-test-keys, hold 1",
        "/usr/local/bin/rotate-key signing, rotate-test-keys, allow",
    })
    void actsClimbTheLadder(String command, String intent, String expected) {
        var act = new SshAct.Exec(command, List.of(command.split(" ")));

        PolicyVerdict verdict = policy.climb(ask(DEPLOY, intent, act), false, 5);

        assertThat(word(verdict)).isEqualTo(expected);
    }

    @Test
    void everyKindOfActFitsTheSchema() {
        List<SshAct> acts =
                List.of(
                        new SshAct.Shell(true),
                        new SshAct.ShellCommand("a; b", "an operator"),
                        new SshAct.Subsystem("sftp"),
                        new SshAct.File("open-read", false, List.of("/srv/a")),
                        new SshAct.File("rename", true, List.of("/srv/a", "/srv/b")),
                        new SshAct.Forward(SshAct.Forward.Kind.DIRECT_TCPIP, "db:5432"),
                        new SshAct.Forward(SshAct.Forward.Kind.TCPIP_FORWARD, "127.0.0.1:80"));

        assertThat(acts)
                .allSatisfy(act ->
                        assertThat(policy.climb(ask(DEPLOY, "any", act), false, 5))
                                .isInstanceOf(PolicyVerdict.Allow.class));
    }

    @Test
    void nobodyBorrowsKeysOrDisplays() {
        assertThat(List.of(SshAct.Forward.Kind.AGENT, SshAct.Forward.Kind.X11))
                .allSatisfy(kind ->
                        assertThat(
                                        policy.climb(
                                                ask(DEPLOY, "any", new SshAct.Forward(kind, "")),
                                                false,
                                                5))
                                .isInstanceOfSatisfying(
                                        PolicyVerdict.Deny.class,
                                        deny ->
                                                assertThat(deny.policies())
                                                        .containsExactly(
                                                                "no-borrowed-keys-or-displays")));
    }

    private static PolicyQuestion ask(Agent agent, String intent, SshAct act) {
        return PolicyQuestion.act(
                agent, intent, Target.parse("ssh:staging-1"), "deploy", act, Map.of(), Map.of());
    }

    private static String word(PolicyVerdict verdict) {
        return switch (verdict) {
            case PolicyVerdict.Allow allow -> "allow";
            case PolicyVerdict.Mask mask -> "mask";
            case PolicyVerdict.Hold hold -> "hold " + hold.approvals();
            case PolicyVerdict.Deny deny -> "deny";
        };
    }
}
