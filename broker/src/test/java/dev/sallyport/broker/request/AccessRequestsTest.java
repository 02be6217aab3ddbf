package dev.sallyport.broker.request;

import static dev.sallyport.broker.BrokerFixture.human;
import static dev.sallyport.broker.BrokerFixture.intent;
import static dev.sallyport.broker.BrokerFixture.issued;
import static dev.sallyport.broker.BrokerFixture.operator;
import static dev.sallyport.broker.BrokerFixture.pending;
import static dev.sallyport.broker.BrokerFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.certificate.GrantVerifier;
import dev.sallyport.access.certificate.KeyFiles;
import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.access.certificate.SshCertificates;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.broker.BrokerFixture;
import dev.sallyport.broker.approval.Decision;
import dev.sallyport.broker.intent.Catalogue;
import dev.sallyport.broker.intent.FactLookup.FactsAnswer;
import dev.sallyport.broker.issue.IssuedGrant;
import dev.sallyport.broker.issue.KeyUse;
import dev.sallyport.broker.store.Question;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a request, and attack 52: a stolen token gets no certificate for another key. */
final class AccessRequestsTest {
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

    @Test
    void issuesACertificateThatAProxyVerifies() throws Exception {
        // When
        IssuedGrant issued = issued(fixture.submit("read"));

        // Then
        var verifier = new GrantVerifier("acme", fixture.broker().keys().trusted(), fixture.clock);
        var result =
                verifier.verifySsh(SshCertificates.parse(issued.certificates().getFirst().text()));
        assertThat(result).isInstanceOf(GrantVerifier.Result.Verified.class);
        assertThat(types())
                .containsSubsequence(
                        EventType.GRANT_REQUESTED, EventType.GRANT_DECIDED, EventType.GRANT_ISSUED);
    }

    @Test
    void takesTheShorterOfTheIntentsTimeAndThePolicys() {
        // When
        IssuedGrant issued = issued(fixture.submit("read"));

        // Then
        assertThat(Duration.between(issued.grant().notBefore(), issued.grant().notAfter()))
                .isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void refusesWhatPolicyDoesNotPermit() {
        assertThat(refused(fixture.submit("closed")).verdict()).isEqualTo(Refusal.Verdict.DENY);
        assertThat(refused(fixture.submit("unknown")).rule()).isEqualTo("intent");
        assertThat(fixture.recorder.events(EventType.GRANT_ISSUED)).isEmpty();
        assertThat(fixture.recorder.events(EventType.GRANT_DECIDED)).hasSize(2);
    }

    @Test
    @Attack({49, 52})
    void refusesAProofOfAnotherRequestOrKey() {
        // Given
        AccessRequest good = fixture.request("read", fixture.key);
        var other = KeyFiles.generate(KeyKind.ED25519);

        // When
        var changed =
                new AccessRequest(
                        "deploy",
                        good.parameters(),
                        good.reason(),
                        good.ticket(),
                        good.evidence(),
                        good.at(),
                        good.keys());
        var foreign =
                new AccessRequest(
                        good.intent(),
                        good.parameters(),
                        good.reason(),
                        good.ticket(),
                        good.evidence(),
                        good.at(),
                        List.of(
                                new ProvenKey(
                                        KeyUse.SSH,
                                        other.getPublic(),
                                        good.keys().getFirst().proof())));

        // Then
        assertThat(refusal(changed).rule()).isEqualTo("proof");
        assertThat(refusal(foreign).rule()).isEqualTo("proof");
    }

    @Test
    void refusesAProofThatIsTooOld() {
        // Given
        AccessRequest request = fixture.request("read", fixture.key);

        // When
        fixture.clock.advance(Duration.ofMinutes(3));

        // Then
        assertThat(refusal(request).rule()).isEqualTo("proof");
    }

    @Test
    @Attack(52)
    void tokenServesTheFirstKeyOnly() {
        // Given
        assertThat(fixture.submit("read")).isInstanceOf(RequestAnswer.Issued.class);

        // When
        AccessRequest thief = fixture.request("read", KeyFiles.generate(KeyKind.ED25519));

        // Then
        assertThat(refusal(thief).rule()).isEqualTo("token");
        assertThat(fixture.submit("read")).isInstanceOf(RequestAnswer.Issued.class);
        fixture.restart();
        assertThat(refusal(thief).rule()).isEqualTo("token");
    }

    @Test
    void unavailableFactIsANo() {
        // Given
        fixture.facts.set(new FactsAnswer.Unavailable("active", "answered with status 404"));

        // When
        Refusal refusal = refused(fixture.submit("read"));

        // Then
        assertThat(refusal.rule()).isEqualTo("facts");
        assertThat(refusal.reason()).doesNotContain("404", "active");
        assertThat(fixture.recorder.events(EventType.GRANT_DECIDED).toString())
                .contains("fact active is not available: answered with status 404");
    }

    @Test
    void lockedAgentTargetOrAllGetsNoGrant() {
        for (var subject :
                Map.of(
                                Lock.Subject.AGENT, BrokerFixture.AGENT.id(),
                                Lock.Subject.OWNER, BrokerFixture.AGENT.owner(),
                                Lock.Subject.RUN, BrokerFixture.AGENT.run(),
                                Lock.Subject.TARGET, "ssh:batch-1",
                                Lock.Subject.ALL, "")
                        .entrySet()) {
            // Given
            var placed =
                    fixture.broker()
                            .killSwitch()
                            .place(operator(), subject.getKey(), subject.getValue(), "test");

            // When
            Refusal refusal = refused(fixture.submit("read"));

            // Then
            assertThat(refusal.verdict()).isEqualTo(Refusal.Verdict.KILLED);
            assertThat(placed).isNotNull();
            fixture.broker()
                    .killSwitch()
                    .locks()
                    .forEach(lock ->
                            fixture.broker().killSwitch().lift(operator(), lock.id(), "test"));
        }
    }

    @Test
    void approvedRequestIsCollectedOnceByItsKeyOnly() throws Exception {
        // Given
        var pending = pending(fixture.submit("deploy"));
        approve(pending.question(), "alice", "leads");

        // When
        var thief = collect(pending.request(), KeyFiles.generate(KeyKind.ED25519));
        var first = collect(pending.request(), fixture.key);
        var second = collect(pending.request(), fixture.key);

        // Then
        assertThat(refused(thief).rule()).isEqualTo("request");
        assertThat(fixture.recorder.events(EventType.IDENTITY_REJECTED))
                .singleElement()
                .satisfies(event ->
                        assertThat(event.fields())
                                .containsEntry("step", "collect")
                                .containsEntry("id", pending.request()));
        assertThat(issued(first).grant().approvals()).hasSize(1);
        assertThat(issued(first).grant().approvals().getFirst().shownHash())
                .isEqualTo(pending.question().hash());
        assertThat(second).isInstanceOf(RequestAnswer.Refused.class);
    }

    @Test
    void pendingRequestSurvivesARestart() throws Exception {
        // Given
        var pending = pending(fixture.submit("deploy"));
        fixture.restart();
        approve(pending.question(), "alice", "leads");

        // When
        var answer = collect(pending.request(), fixture.key);

        // Then
        assertThat(answer).isInstanceOf(RequestAnswer.Issued.class);
    }

    @Test
    void whatWasNotShownIsNotIssued() throws Exception {
        // Given
        var pending = pending(fixture.submit("deploy"));
        approve(pending.question(), "alice", "leads");
        fixture.catalogue.set(
                new Catalogue(List.of(intent("deploy", Duration.ofMinutes(20), "rm -rf *")), "v2"));

        // When
        var answer = collect(pending.request(), fixture.key);

        // Then
        assertThat(refused(answer).rule()).isEqualTo("approval");
        assertThat(fixture.recorder.events(EventType.GRANT_ISSUED)).isEmpty();
    }

    @Test
    void openQuestionStaysPendingAndDeniedOneIsRefused() throws Exception {
        // Given
        var pending = pending(fixture.submit("deploy"));
        assertThat(collect(pending.request(), fixture.key))
                .isInstanceOf(RequestAnswer.Pending.class);

        // When
        decide(pending.question(), "alice", "leads", Question.Vote.NO);

        // Then
        assertThat(refused(collect(pending.request(), fixture.key)).verdict())
                .isEqualTo(Refusal.Verdict.HELD);
    }

    @Test
    void nothingIsDecidedWithoutARecord() {
        // Given
        fixture.recorder.fail();

        // When
        Refusal refusal = refused(fixture.submit("read"));

        // Then
        assertThat(refusal.verdict()).isEqualTo(Refusal.Verdict.UNRECORDABLE);
        assertThat(fixture.broker().grants().list(fixture.caller("token"))).isEmpty();
    }

    private Refusal refusal(AccessRequest request) {
        return refused(fixture.broker().requests().submit(fixture.caller("token"), request));
    }

    private RequestAnswer collect(String request, java.security.KeyPair by)
            throws InterruptedException {
        return fixture.broker()
                .requests()
                .collect(fixture.step(KeyStep.Verb.COLLECT, request, by), Duration.ZERO);
    }

    private void approve(Question question, String who, String group) {
        decide(question, who, group, Question.Vote.YES);
    }

    private void decide(Question question, String who, String group, Question.Vote vote) {
        Decision decision =
                fixture.broker()
                        .approvals()
                        .decide(human(who, group), question.id(), vote, question.hash(), "");
        assertThat(decision).isInstanceOf(Decision.Decided.class);
    }

    private List<EventType> types() {
        return fixture.recorder.events().stream().map(Event::type).toList();
    }
}
