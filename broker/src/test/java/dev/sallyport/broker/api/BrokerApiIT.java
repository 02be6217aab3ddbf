package dev.sallyport.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.Lock;
import dev.sallyport.access.Secret;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.port.BrokerUnreachableException;
import dev.sallyport.broker.client.ApiRefusedException;
import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.broker.client.BrokerClient.Asked;
import dev.sallyport.broker.client.BrokerTrust;
import dev.sallyport.broker.issue.AuthorityKeys;
import dev.sallyport.broker.request.KeyStep;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API over real HTTPS; attack list lines 51 to 53, 55 and 56. */
final class BrokerApiIT {
    @TempDir static Path directory;
    private static ApiFixture fixture;
    private static HttpClient http;

    @BeforeAll
    static void start() throws Exception {
        fixture = new ApiFixture(directory);
        http = HttpClient.newBuilder().sslContext(trust()).build();
    }

    @AfterAll
    static void stop() {
        http.close();
        fixture.close();
    }

    private static SSLContext trust() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", fixture.authorities.getFirst());
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private static HttpResponse<String> call(
            String method, String path, String authorization, String body) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(fixture.uri() + path))
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(20))
                        .method(method, BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static Map<Route.Who, String> bearers() {
        var bearers = new EnumMap<Route.Who, String>(Route.Who.class);
        bearers.put(Route.Who.AGENT, "Bearer " + fixture.agent().reveal());
        // Each role alone.
        bearers.put(
                Route.Who.APPROVER, "Bearer " + fixture.human("ann", "billing-owners").reveal());
        bearers.put(Route.Who.OPERATOR, "Bearer " + fixture.human("oscar", "platform").reveal());
        bearers.put(Route.Who.AUDITOR, "Bearer " + fixture.human("alice", "audit").reveal());
        return bearers;
    }

    @Test
    @Attack(51)
    void everyRowOfTheTableHolds() throws Exception {
        // Given
        Map<Route.Who, String> bearers = bearers();
        var wrong = new ArrayList<String>();
        for (Route route : Route.values()) {
            String path = route.path().replace("{id}", "x-1");
            boolean open = route.who().contains(Route.Who.ANYONE);
            // When, Then
            for (String bad : List.of("", "Bearer x", "Bearer spo1.x", "Basic eDp5")) {
                int status = call(route.method(), path, bad, "{}").statusCode();
                if (open != (status == 200) || !open && status != 401) {
                    wrong.add(route + " without credential: " + status);
                }
            }
            for (var bearer : bearers.entrySet()) {
                Set<Route.Who> may = route.who();
                boolean allowed = open || may.contains(bearer.getKey());
                var answer = call(route.method(), path, bearer.getValue(), "{}");
                boolean turnedAway =
                        answer.statusCode() == 401
                                || answer.body().contains("\"code\":\"forbidden\"");
                if (allowed == turnedAway) {
                    wrong.add(route + " as " + bearer.getKey() + ": " + answer.statusCode());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    @Attack({51, 56})
    void aHumanInGroupsThatNobodyNamedMayDoNothing() throws Exception {
        // Given
        String bearer = "Bearer " + fixture.human("eve", "staff", "everybody").reveal();
        for (Route route : Route.values()) {
            // When
            String path = route.path().replace("{id}", "x-1");
            int status = call(route.method(), path, bearer, "{}").statusCode();
            // Then
            boolean open = route.who().contains(Route.Who.ANYONE);
            assertThat(status).as(route.name()).isIn(open ? List.of(200) : List.of(401, 403));
        }
    }

    @Test
    void grantsRenewsReleasesAndListsOverTheWire() throws Exception {
        // Given
        KeyPair key = ApiFixture.key();
        Secret token = fixture.agent();
        try (BrokerClient agent = fixture.client(token)) {
            // When
            var request = ApiFixture.request(key, "read-only-billing", Map.of("customer", "42"));
            Asked asked = agent.ask(request);
            // Then
            assertThat(asked).isInstanceOf(Asked.Issued.class);
            ApiBody.Issued issued = ((Asked.Issued) asked).issued();
            assertThat(issued.sshCertificate()).startsWith("ssh-ed25519-cert-v01@openssh.com ");
            assertThat(issued.doors()).containsKey("ssh");
            assertThat(issued.grant().scope().toString()).contains("--customer 42");
            String id = issued.grant().id();
            assertThat(agent.grants()).anyMatch(grant -> grant.id().equals(id));
            assertThat(agent.renew(ApiFixture.step(key, KeyStep.Verb.RENEW, id)).status())
                    .isEqualTo("renewed");
            KeyPair thief = ApiFixture.key();
            assertThatThrownBy(() -> agent.renew(ApiFixture.step(thief, KeyStep.Verb.RENEW, id)))
                    .isInstanceOf(ApiRefusedException.class);
            assertThatThrownBy(() -> agent.release(ApiFixture.step(key, KeyStep.Verb.RENEW, id)))
                    .isInstanceOf(ApiRefusedException.class);
            agent.release(ApiFixture.step(key, KeyStep.Verb.RELEASE, id));
            assertThatThrownBy(() -> agent.renew(ApiFixture.step(key, KeyStep.Verb.RENEW, id)))
                    .isInstanceOf(ApiRefusedException.class);
            assertThat(fixture.recorder.events().toString()).doesNotContain(token.reveal());
        }
    }

    @Test
    @Attack(52)
    void tokenServesItsFirstKeyOnly() throws Exception {
        // Given
        Map<String, String> parameters = Map.of("customer", "42");
        try (BrokerClient agent = fixture.client(fixture.agent())) {
            agent.ask(ApiFixture.request(ApiFixture.key(), "read-only-billing", parameters));
            var stolen = ApiFixture.request(ApiFixture.key(), "read-only-billing", parameters);
            // When, Then
            assertThatThrownBy(() -> agent.ask(stolen)).isInstanceOf(ApiRefusedException.class);
        }
    }

    @Test
    void humansApproveExactlyWhatTheySaw() throws Exception {
        // Given
        KeyPair key = ApiFixture.key();
        try (BrokerClient agent = fixture.client(fixture.agent("deploy-agents"));
                BrokerClient human = fixture.client(fixture.human("ann", "security"))) {
            var request = ApiFixture.request(key, "rotate-test-keys", Map.of("key", "signing"));
            Asked asked = agent.ask(request);
            assertThat(asked).isInstanceOf(Asked.Pending.class);
            ApiBody.Pending pending = ((Asked.Pending) asked).pending();
            ApiBody.ApprovalView question = human.approval(pending.approval());
            assertThat(question.shown()).contains("signing");
            assertThat(human.approvals()).anyMatch(open -> open.id().equals(question.id()));
            // When
            assertThatThrownBy(() -> human.decide(question.id(), true, "0".repeat(64), ""))
                    .isInstanceOf(ApiRefusedException.class);
            for (int i = 0; i < question.needed(); i++) {
                try (BrokerClient next = fixture.client(fixture.human("h" + i, "security"))) {
                    next.decide(question.id(), true, question.hash(), "fine");
                }
            }
            // Then
            var step = ApiFixture.step(key, KeyStep.Verb.COLLECT, pending.request());
            assertThat(agent.collect(step, Duration.ofSeconds(10)))
                    .isInstanceOf(Asked.Issued.class);
        }
    }

    @Test
    void operatorKillsAndLifts() throws Exception {
        try (BrokerClient operator = fixture.client(fixture.operator)) {
            // When
            ApiBody.LockPlaced placed = operator.kill(Lock.Subject.AGENT, "github/x/y", "test");
            // Then
            String id = placed.lock().id();
            assertThat(placed.sessions() + placed.grants()).isZero();
            assertThatThrownBy(() -> operator.kill(Lock.Subject.TARGET, "batch-1", "test"))
                    .isInstanceOfSatisfying(
                            ApiRefusedException.class,
                            refused -> assertThat(refused.body()).contains("ssh:NAME"));
            assertThat(operator.locks()).anyMatch(lock -> lock.id().equals(id));
            assertThat(operator.status().locks()).isPositive();
            operator.unlock(id, "over & done?");
            assertThat(operator.locks()).noneMatch(lock -> lock.id().equals(id));
            assertThat(fixture.recorder.events(EventType.LOCK_LIFTED).toString())
                    .contains("over & done?");
        }
    }

    @Test
    void explainsListsIntentsAndPublishesKeys() throws Exception {
        try (BrokerClient agent = fixture.client(fixture.agent());
                BrokerClient operator = fixture.client(fixture.operator)) {
            // When
            ApiBody.Explained explained =
                    agent.explain(
                            "read-only-billing", Map.of("customer", "1"), ApiBody.AgentView.SELF);
            // Then
            assertThat(explained.verdict()).isEqualTo("allow");
            var other = new ApiBody.AgentView("github/x/y", "o", "1", List.of());
            Map<String, String> parameters = Map.of("customer", "1");
            assertThat(operator.explain("read-only-billing", parameters, other).verdict())
                    .isEqualTo("deny");
            assertThatThrownBy(() -> agent.explain("read-only-billing", parameters, other))
                    .isInstanceOf(ApiRefusedException.class);
            assertThat(agent.intents()).hasSize(4);
            assertThat(agent.ca().sshCa()).startsWith("ssh-ed25519 ");
            assertThat(agent.isReady()).isTrue();
            assertThat(agent.metrics()).contains("sallyport_api_calls_total");
        }
    }

    @Test
    void refusesBodiesThatAreNotExactlyTheShape() throws Exception {
        // Given
        String operator = "Bearer " + fixture.operator.reveal();
        String good = "{\"subject\":\"agent\",\"value\":\"a\",\"reason\":\"r\"}";
        List<String> bad =
                List.of(
                        "",
                        "[]",
                        "null",
                        "{\"subject\":\"agent\",\"value\":\"a\"}",
                        good.replace("}", ",\"x\":1}"),
                        good.replace("}", ",\"reason\":\"s\"}"),
                        good.replace("\"r\"", "null"),
                        good + "{}",
                        "[".repeat(10_000));
        // When, Then
        for (String body : bad) {
            var answer = call("POST", "/v1/locks", operator, body);
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(answer.body()).contains("\"error\"", "\"where\"");
        }
        assertThat(call("POST", "/v1/locks", operator, "x".repeat(300_000)).statusCode())
                .isEqualTo(413);
        assertThat(call("GET", "/v1/requests/x?wait=%0d%0aX:1", operator, "").headers().map())
                .doesNotContainKey("x");
        assertThat(call("GET", "/v1/nothing", operator, "").statusCode()).isEqualTo(404);
    }

    @Test
    void clientTrustsThePinnedAuthorityOnly() throws Exception {
        // Given
        var foreign =
                AuthorityKeys.open(directory.resolve("foreign"), "other", Clock.systemUTC())
                        .trusted()
                        .x509Cas()
                        .getFirst();
        // When, Then
        try (var client =
                new BrokerClient(fixture.uri(), List.of(foreign), () -> fixture.operator)) {
            assertThatThrownBy(client::status).isInstanceOf(BrokerUnreachableException.class);
        }
        try (var client =
                new BrokerClient(
                        URI.create("https://127.0.0.1:1"),
                        fixture.authorities,
                        () -> fixture.operator)) {
            assertThatThrownBy(client::status).isInstanceOf(BrokerUnreachableException.class);
        }
        assertThatThrownBy(() -> BrokerTrust.pinned(fixture.authorities, "SHA256:other"))
                .isInstanceOf(GeneralSecurityException.class);
    }
}
