package dev.sallyport.broker.grant;

import static dev.sallyport.broker.BrokerFixture.human;
import static dev.sallyport.broker.BrokerFixture.operator;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.certificate.KeyFiles;
import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.access.certificate.Thumbprint;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.broker.BrokerFixture;
import dev.sallyport.broker.identity.AgentCaller;
import dev.sallyport.broker.identity.HumanCaller;
import dev.sallyport.broker.intent.Catalogue;
import dev.sallyport.broker.issue.IssuedGrant;
import dev.sallyport.broker.request.KeyStep;
import java.nio.file.Path;
import java.security.KeyPair;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GrantsTest {
    @TempDir private Path directory;
    private BrokerFixture fixture;
    private IssuedGrant issued;

    @BeforeEach
    void issueAGrant() {
        fixture = new BrokerFixture(directory);
        issued = fixture.issued();
    }

    @AfterEach
    void stopBroker() {
        fixture.close();
    }

    @Test
    void renewalNeverOutlivesTheGrant() {
        // Given
        fixture.clock.advance(Duration.ofMinutes(3));

        // When
        GrantAnswer answer = renew(fixture.key);

        // Then
        assertThat(answer).isInstanceOf(GrantAnswer.Renewed.class);
        if (answer instanceof GrantAnswer.Renewed(IssuedGrant renewed)) {
            assertThat(renewed.grant()).isEqualTo(issued.grant());
            assertThat(renewed.certificates().getFirst().notAfter())
                    .isEqualTo(issued.grant().notAfter());
        }
        assertThat(fixture.recorder.events(EventType.GRANT_RENEWED)).hasSize(1);
    }

    @Test
    void renewalBeyondTheGrantIsRefused() {
        // Given
        fixture.clock.moveTo(issued.grant().notAfter());

        // When
        Refusal refusal = refusal(renew(fixture.key));

        // Then
        assertThat(refusal.verdict()).isEqualTo(Refusal.Verdict.EXPIRED);
        fixture.broker().grants().sweep();
        assertThat(fixture.recorder.events(EventType.GRANT_EXPIRED)).hasSize(1);
        fixture.broker().grants().sweep();
        assertThat(fixture.recorder.events(EventType.GRANT_EXPIRED)).hasSize(1);
    }

    @Test
    @Attack({49, 51})
    void anotherKeyCannotRenewOrRelease() {
        // Given
        KeyPair other = KeyFiles.generate(KeyKind.ED25519);

        // When
        var released =
                fixture.broker()
                        .grants()
                        .release(fixture.step(KeyStep.Verb.RELEASE, issued.grant().id(), other));

        // Then
        assertThat(refusal(renew(other)).rule()).isEqualTo("grant");
        assertThat(released).isPresent();
        assertThat(fixture.recorder.events(EventType.IDENTITY_REJECTED))
                .hasSize(2)
                .allSatisfy(event ->
                        assertThat(event.fields())
                                .containsEntry("rule", "key")
                                .containsEntry("id", issued.grant().id())
                                .containsEntry("key", Thumbprint.of(other.getPublic())));
        assertThat(renew(fixture.key)).isInstanceOf(GrantAnswer.Renewed.class);
    }

    @Test
    void proofForRenewalDoesNotRelease() {
        // Given
        KeyStep renewal = fixture.step(KeyStep.Verb.RENEW, issued.grant().id(), fixture.key);

        // When
        var refusal = fixture.broker().grants().release(renewal);

        // Then
        assertThat(refusal).isPresent();
    }

    @Test
    void releasedGrantCannotBeRenewedAndReleasingTwiceIsFine() {
        // Given
        assertThat(release()).isEmpty();

        // When
        var again = release();

        // Then
        assertThat(again).isEmpty();
        assertThat(refusal(renew(fixture.key)).verdict()).isEqualTo(Refusal.Verdict.EXPIRED);
        assertThat(fixture.recorder.events(EventType.GRANT_RELEASED)).hasSize(1);
        assertThat(fixture.broker().killSwitch().locks())
                .singleElement()
                .satisfies(lock -> assertThat(lock.cause()).isEqualTo(Lock.Cause.RELEASE));
    }

    @Test
    void releaseNeedsNoRecorderAndItsLockGoesWithTheGrant() {
        // Given
        fixture.recorder.fail();

        // When
        var refusal = release();

        // Then
        assertThat(refusal).isEmpty();
        assertThat(fixture.broker().killSwitch().locks()).hasSize(1);
        fixture.clock.advance(Duration.ofHours(1));
        fixture.broker().grants().sweep();
        assertThat(fixture.broker().killSwitch().locks()).isEmpty();
    }

    @Test
    void releaseThatCannotBeKeptIsNotCalledDone() throws SQLException {
        // Given
        breakGrants();

        // When
        var refusal = release();

        // Then
        assertThat(refusal).hasValueSatisfying(no -> assertThat(no.rule()).isEqualTo("store"));
        assertThat(fixture.broker().killSwitch().match(issued.grant())).isPresent();
        assertThat(fixture.recorder.events(EventType.GRANT_RELEASED)).isEmpty();
    }

    /** From now on no row of a grant can be changed, as on a disk that is full. */
    private void breakGrants() throws SQLException {
        try (var database = DriverManager.getConnection("jdbc:sqlite:" + fixture.store());
                var statement = database.createStatement()) {
            statement.execute(
                    "create trigger broken before update on grants"
                            + " begin select raise(abort, 'broken'); end");
        }
    }

    @Test
    @Attack(53)
    void lockedGrantCannotBeRenewed() {
        // Given
        fixture.broker()
                .killSwitch()
                .place(operator(), Lock.Subject.RUN, BrokerFixture.AGENT.run(), "test");

        // When
        Refusal refusal = refusal(renew(fixture.key));

        // Then
        assertThat(refusal.verdict()).isEqualTo(Refusal.Verdict.KILLED);
    }

    @Test
    @Attack(53)
    void renewalAsksThePolicyOfToday() {
        // Given
        fixture.policy.set(
                fixture.policy(
                        """
                        @id("nobody")
                        forbid (principal, action, resource);
                        """));

        // When
        Refusal refusal = refusal(renew(fixture.key));

        // Then
        assertThat(refusal.rule()).isEqualTo("nobody");
    }

    @Test
    @Attack(53)
    void renewalKeepsNoRightThatTheCatalogueTookAway() {
        // Given
        catalogue("uptime", "cat /etc/shadow");
        issued = fixture.issued();

        // When
        catalogue("uptime");
        Refusal narrowed = refusal(renew(fixture.key));
        catalogue("uptime", "cat /etc/shadow", "w");
        Refusal changed = refusal(renew(fixture.key));
        catalogue("uptime", "cat /etc/shadow");
        GrantAnswer same = renew(fixture.key);

        // Then
        assertThat(narrowed.rule()).isEqualTo("intent");
        assertThat(narrowed.next()).isEqualTo("sallyport request --intent read");
        assertThat(changed.rule()).isEqualTo("intent");
        assertThat(same).isInstanceOf(GrantAnswer.Renewed.class);
        assertThat(fixture.recorder.events(EventType.GRANT_DECIDED).toString())
                .contains("reaches something else now");
    }

    private void catalogue(String... exec) {
        fixture.catalogue.set(
                new Catalogue(
                        List.of(BrokerFixture.intent("read", Duration.ofMinutes(20), exec)), "v2"));
    }

    @Test
    @Attack(58)
    void countsTheLiveGrantsThatALockCovers() {
        // Given
        fixture.issued();

        // Then
        assertThat(covered(Lock.Subject.AGENT, BrokerFixture.AGENT.id())).isEqualTo(2);
        assertThat(covered(Lock.Subject.OWNER, "Olga")).isEqualTo(2);
        assertThat(covered(Lock.Subject.OWNER, "olga")).isZero();
        assertThat(covered(Lock.Subject.RUN, "run-7")).isEqualTo(2);
        assertThat(covered(Lock.Subject.GRANT, issued.grant().id())).isEqualTo(1);
        assertThat(covered(Lock.Subject.TARGET, "ssh:batch-1")).isEqualTo(2);
        assertThat(covered(Lock.Subject.TARGET, "ssh:batch-2")).isZero();
        assertThat(covered(Lock.Subject.SESSION, "s-1")).isZero();
        assertThat(covered(Lock.Subject.ALL, "")).isEqualTo(2);
        release();
        assertThat(covered(Lock.Subject.ALL, "")).isEqualTo(1);
    }

    private int covered(Lock.Subject subject, String value) {
        return fixture.broker()
                .grants()
                .covered(
                        new Lock(
                                "l-1",
                                subject,
                                value,
                                Lock.Cause.KILL,
                                "test",
                                "root",
                                fixture.clock.instant()));
    }

    @Test
    void alteredRowIsAsGoodAsNone() throws SQLException {
        // Given
        try (var database = DriverManager.getConnection("jdbc:sqlite:" + fixture.store());
                var update =
                        database.prepareStatement(
                                "update grants set encoded = replace(encoded, 'spg1.e',"
                                        + " 'spg1.f')")) {
            assertThat(update.executeUpdate()).isEqualTo(1);
        }

        // When
        Refusal refusal = refusal(renew(fixture.key));

        // Then
        assertThat(refusal.rule()).isEqualTo("grant");
        assertThat(fixture.broker().grants().list(fixture.caller("token"))).isEmpty();
    }

    @Test
    void agentSeesItsOwnGrantsAndHumansNeedARole() {
        // Given
        var other =
                new AgentCaller(
                        new Agent("other", "eve", "run-8", List.of()),
                        "https://idp",
                        "t",
                        fixture.clock.instant());

        // Then
        assertThat(fixture.broker().grants().list(fixture.caller("token"))).hasSize(1);
        assertThat(fixture.broker().grants().list(other)).isEmpty();
        assertThat(fixture.broker().grants().list(human("alice", "leads"))).hasSize(1);
        assertThat(
                        fixture.broker()
                                .grants()
                                .list(new HumanCaller("bob", List.of(), List.of(), Set.of())))
                .isEmpty();
    }

    private GrantAnswer renew(KeyPair by) {
        return fixture.broker()
                .grants()
                .renew(fixture.step(KeyStep.Verb.RENEW, issued.grant().id(), by));
    }

    private java.util.Optional<Refusal> release() {
        return fixture.broker()
                .grants()
                .release(fixture.step(KeyStep.Verb.RELEASE, issued.grant().id(), fixture.key));
    }

    private static Refusal refusal(GrantAnswer answer) {
        if (answer instanceof GrantAnswer.Refused(Refusal refusal)) {
            return refusal;
        }
        throw new AssertionError("not refused: " + answer);
    }
}
