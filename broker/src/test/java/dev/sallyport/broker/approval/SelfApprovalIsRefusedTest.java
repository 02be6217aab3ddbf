package dev.sallyport.broker.approval;

import static dev.sallyport.broker.BrokerFixture.pending;
import static dev.sallyport.broker.BrokerFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.broker.BrokerFixture;
import dev.sallyport.broker.identity.HumanCaller;
import dev.sallyport.broker.identity.Role;
import dev.sallyport.broker.store.Question;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attack 56: the requester, the human behind it, or a group that they own cannot approve. */
final class SelfApprovalIsRefusedTest {
    @TempDir private Path directory;
    private BrokerFixture fixture;

    @BeforeEach
    void startBroker() {
        fixture = new BrokerFixture(directory);
    }

    @AfterEach
    void stopBroker() {
        fixture.close();
    }

    /** The agent is github/acme/bot of Olga in run-7, in the groups agents and bot-team. */
    static Stream<HumanCaller> peopleBehindTheAgent() {
        return Stream.of(
                approver("github/acme/bot"),
                approver("GitHub/Acme/Bot"),
                approver("Olga"),
                approver("olga"),
                approver("olga@example.com"),
                approver("olga+work@example.com"),
                approver("github/OLGA"),
                approver("oidc|olga"),
                approver("\uFF4F\uFF4C\uFF47\uFF41"),
                new HumanCaller("u-1", List.of("olga@example.com"), List.of("leads"), ROLES),
                new HumanCaller("u-1", List.of("run-7"), List.of("leads"), ROLES),
                new HumanCaller("u-1", List.of("github/acme/bot"), List.of("leads"), ROLES),
                approver("run-7"),
                new HumanCaller("bob", List.of(), List.of("leads", "olga"), ROLES));
    }

    private static final Set<Role> ROLES = Set.of(Role.APPROVER);

    private static HumanCaller approver(String id) {
        return new HumanCaller(id, List.of(), List.of("leads"), ROLES);
    }

    @ParameterizedTest
    @MethodSource("peopleBehindTheAgent")
    @Attack(56)
    void refusesEveryoneBehindTheAgent(HumanCaller human) {
        // Given
        Question question = pending(fixture.submit("deploy")).question();

        // When
        Decision decision = decide(human, question);

        // Then
        assertThat(decision).isInstanceOf(Decision.Refused.class);
        assertThat(fixture.broker().approvals().find(question.id()).orElseThrow().ballots())
                .isEmpty();
        assertThat(fixture.recorder.events(EventType.APPROVAL_REFUSED))
                .singleElement()
                .satisfies(event ->
                        assertThat(event.fields())
                                .containsEntry("approval", question.id())
                                .containsEntry("by", human.id())
                                .containsEntry("vote", "yes")
                                .containsEntry("rule", "approver"));
    }

    @Test
    @Attack(56)
    void refusesAHumanOutsideOfTheGroupsOrWithoutTheRole() {
        // Given
        Question question = pending(fixture.submit("deploy")).question();

        // When
        var outsider = new HumanCaller("bob", List.of(), List.of("others"), ROLES);
        var operator = new HumanCaller("bob", List.of(), List.of("leads"), Set.of(Role.OPERATOR));

        // Then
        assertThat(decide(outsider, question)).isInstanceOf(Decision.Refused.class);
        assertThat(decide(operator, question)).isInstanceOf(Decision.Refused.class);
        assertThat(decide(approver("bob"), question)).isInstanceOf(Decision.Decided.class);
    }

    @Test
    @Attack(56)
    void aGroupThatTheAgentIsInGivesNoVoice() {
        // Given
        Question asked =
                fixture.broker()
                        .approvals()
                        .ask(BrokerFixture.AGENT, "deploy", "shown\n", 1, List.of("bot-team"));

        // When
        Decision decision =
                decide(new HumanCaller("bob", List.of(), List.of("bot-team"), ROLES), asked);

        // Then
        assertThat(decision).isInstanceOf(Decision.Refused.class);
    }

    @Test
    @Attack(56)
    void refusesARequestThatOnlyTheAgentsOwnGroupsCouldApprove() {
        // Given
        fixture.policy.set(
                fixture.policy(
                        """
                        @id("deploy") @approvers("bot-team, agents")
                        permit (principal, action, resource == Intent::"deploy")
                        when { context.approvals >= 1 };
                        """));

        // When
        Refusal refusal = refused(fixture.submit("deploy"));

        // Then
        assertThat(refusal.rule()).isEqualTo("approvers");
    }

    @Test
    @Attack(56)
    void anApproverOfAnotherIntentNeitherSeesNorAnswersTheQuestion() {
        // Given
        Question question = pending(fixture.submit("deploy")).question();
        var approvals = fixture.broker().approvals();
        var other = new HumanCaller("bob", List.of(), List.of("security"), ROLES);
        var nobody = new HumanCaller("eve", List.of(), List.of("leads"), Set.of());
        var auditor = new HumanCaller("ann", List.of(), List.of(), Set.of(Role.AUDITOR));

        // Then
        assertThat(approvals.open(other)).isEmpty();
        assertThat(approvals.find(other, question.id())).isEmpty();
        assertThat(decide(other, question)).isInstanceOf(Decision.Refused.class);
        assertThat(approvals.open(nobody)).isEmpty();
        assertThat(decide(nobody, question)).isInstanceOf(Decision.Refused.class);
        assertThat(approvals.open(auditor)).hasSize(1);
        assertThat(decide(auditor, question)).isInstanceOf(Decision.Refused.class);
        assertThat(approvals.open(approver("bob"))).hasSize(1);
    }

    @Test
    @Attack(56)
    void aQuestionWithoutAGroupHasNoApprover() {
        // Given
        Question asked =
                fixture.broker()
                        .approvals()
                        .ask(BrokerFixture.AGENT, "deploy", "shown\n", 1, List.of());

        // Then
        assertThat(decide(approver("bob"), asked)).isInstanceOf(Decision.Refused.class);
        assertThat(fixture.broker().approvals().canAnswer(BrokerFixture.AGENT, List.of()))
                .isFalse();
    }

    private Decision decide(HumanCaller human, Question question) {
        return fixture.broker()
                .approvals()
                .decide(human, question.id(), Question.Vote.YES, question.hash(), "");
    }
}
