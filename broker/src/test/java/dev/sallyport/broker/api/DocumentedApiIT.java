package dev.sallyport.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.broker.request.AccessRequest;
import dev.sallyport.broker.request.KeyStep;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The OpenAPI document tells the truth: every route is walked, and every status, media type and
 * body that comes back is one that it names. Health and metrics tell the truth, too.
 */
final class DocumentedApiIT {
    private static final String NO_BODY = "";

    @TempDir Path directory;
    private final OpenApiDocument document = new OpenApiDocument();
    private final ApiJson json = new ApiJson();
    private final Map<Route, TreeSet<Integer>> seen = new EnumMap<>(Route.class);
    private final List<String> wrong = new ArrayList<>();
    private ApiFixture fixture;
    private HttpClient http;

    @BeforeEach
    void start() throws Exception {
        fixture = new ApiFixture(directory);
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", fixture.authorities.getFirst());
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        http = HttpClient.newBuilder().sslContext(context).build();
    }

    @AfterEach
    void stop() {
        http.close();
        fixture.close();
    }

    @Test
    void everyRouteAnswersAsDocumented() throws Exception {
        // When
        KeyPair key = ApiFixture.key();
        String grant = grantsAtOnce(key);
        grantsAfterHumans();
        call(Route.GRANTS, "", agent(), NO_BODY);
        call(Route.RENEW, grant, step(key, KeyStep.Verb.RENEW, grant), NO_BODY);
        call(Route.INTENTS, "", agent(), NO_BODY);
        explains();
        locks();
        call(Route.RELEASE, grant, step(key, KeyStep.Verb.RELEASE, grant), NO_BODY);
        call(Route.RELEASE, "g-none", operator(), NO_BODY);
        for (Route route : List.of(Route.CA, Route.HEALTHZ, Route.READYZ, Route.METRICS)) {
            call(route, "", NO_BODY, NO_BODY);
        }
        call(Route.STATUS, "", operator(), NO_BODY);
        JsonNode published = call(Route.OPENAPI, "", NO_BODY, NO_BODY);
        // Then
        assertThat(wrong).isEmpty();
        assertThat(seen.keySet()).containsExactlyInAnyOrder(Route.values());
        assertThat(seen)
                .allSatisfy((route, statuses) ->
                        assertThat(statuses).as(route + " succeeded").anyMatch(s -> s / 100 == 2));
        assertThat(published).isEqualTo(document.root());
    }

    private String grantsAtOnce(KeyPair key) throws Exception {
        var request = ApiFixture.request(key, "read-only-billing", Map.of("customer", "42"));
        JsonNode issued = call(Route.SUBMIT, "", agent(), body(request));
        assertThat(issued.path("status").asString()).isEqualTo("issued");
        return issued.path("grant").path("id").asString();
    }

    private void grantsAfterHumans() throws Exception {
        KeyPair key = ApiFixture.key();
        var request = ApiFixture.request(key, "rotate-test-keys", Map.of("key", "signing"));
        String bearer = "Bearer " + fixture.agent("deploy-agents").reveal();
        JsonNode pending = call(Route.SUBMIT, "", bearer, body(request));
        String id = pending.path("request").asString();
        String approval = pending.path("approval").asString();
        call(Route.COLLECT, id, step(key, KeyStep.Verb.COLLECT, id), NO_BODY);
        call(Route.APPROVALS, "", human("ann"), NO_BODY);
        for (String name : List.of("ann", "bob")) {
            JsonNode question = call(Route.APPROVAL, approval, human(name), NO_BODY);
            var answer = new ApiBody.Answer("yes", question.path("hash").asString(), "fine");
            call(Route.DECIDE, approval, human(name), write(answer));
        }
        call(Route.COLLECT, id, step(key, KeyStep.Verb.COLLECT, id), NO_BODY);
        assertThat(seen.get(Route.COLLECT)).containsExactly(201, 202);
        assertThat(seen.get(Route.SUBMIT)).contains(202);
    }

    private void explains() throws Exception {
        var billing = new ApiBody.AgentView("a", "o", "1", List.of("billing-agents"));
        var nobody = new ApiBody.AgentView("a", "o", "1", List.of());
        for (ApiBody.AgentView view : List.of(billing, nobody)) {
            var ask = new ApiBody.Explain("read-only-billing", Map.of("customer", "1"), view);
            call(Route.EXPLAIN, "", operator(), write(ask));
        }
        var keys = new ApiBody.AgentView("a", "o", "1", List.of("deploy-agents"));
        var ask = new ApiBody.Explain("rotate-test-keys", Map.of("key", "signing"), keys);
        JsonNode explained = call(Route.EXPLAIN, "", operator(), write(ask));
        assertThat(explained.path("verdict").asString()).isEqualTo("hold");
        assertThat(explained.path("approvers").get(0).asString()).isEqualTo("security");
    }

    private void locks() throws Exception {
        var kill = new ApiBody.Kill("agent", "github/acme/billing-bot", "test");
        JsonNode placed = call(Route.LOCK, "", operator(), write(kill));
        call(Route.LOCKS, "", operator(), NO_BODY);
        var request =
                ApiFixture.request(ApiFixture.key(), "read-only-billing", Map.of("customer", "42"));
        String locked = placed.path("lock").path("value").asString();
        assertThat(locked).isEqualTo("github/acme/billing-bot");
        call(Route.SUBMIT, "", agent(), body(request));
        call(Route.UNLOCK, placed.path("lock").path("id").asString(), operator(), NO_BODY);
        call(Route.UNLOCK, "l-none", operator(), NO_BODY);
    }

    @Test
    void everyMistakeIsAnsweredAsDocumented() throws Exception {
        // When
        for (Route route : Route.values()) {
            if (!route.who().contains(Route.Who.ANYONE)) {
                call(route, "x-1", NO_BODY, "{}");
                call(route, "x-1", "Bearer nonsense", "{}");
                call(route, "x-1", agent(), "{}");
                call(route, "x-1", operator(), "{}");
                call(route, "x-1", operator(), "not json");
                call(route, "x-1", "Key nonsense", "{}");
                call(route, "%20", operator(), "{}");
            }
            if (route.method().equals("POST")) {
                call(route, "x-1", operator(), "x".repeat(300_000));
                call(route, "x-1", operator(), "text/plain", "{}");
            }
        }
        // Then
        assertThat(wrong).isEmpty();
        assertThat(seen.values().stream().flatMap(TreeSet::stream))
                .contains(400, 401, 403, 404, 413, 415);
    }

    @Test
    void aLockThatCouldMatchNothingIsRefused() throws Exception {
        // Given
        var kill = new ApiBody.Kill("target", "batch-1", "test");
        // When
        JsonNode answer = call(Route.LOCK, "", operator(), write(kill));
        // Then
        assertThat(answer.path("sallyport").path("reason").asString()).contains("ssh:NAME");
        assertThat(call(Route.LOCKS, "", operator(), NO_BODY).path("locks")).isEmpty();
        assertThat(wrong).isEmpty();
    }

    @Test
    void aGrantThatIsNoneCannotBeEnded() throws Exception {
        // When
        JsonNode answer = call(Route.RELEASE, "g-none", operator(), NO_BODY);
        // Then
        assertThat(answer.path("sallyport").path("reason").asString()).isEqualTo("no such grant");
        assertThat(call(Route.LOCKS, "", operator(), NO_BODY).path("locks")).isEmpty();
    }

    @Test
    void readinessFailsWhileNothingIsRecordedAndHealthDoesNot() throws Exception {
        // Given
        assertThat(call(Route.READYZ, "", NO_BODY, NO_BODY).path("status").asString())
                .isEqualTo("ok");
        // When
        fixture.recording.set(false);
        fixture.recorder.fail();
        JsonNode ready = call(Route.READYZ, "", NO_BODY, NO_BODY);
        JsonNode health = call(Route.HEALTHZ, "", NO_BODY, NO_BODY);
        JsonNode status = call(Route.STATUS, "", operator(), NO_BODY);
        var request =
                ApiFixture.request(ApiFixture.key(), "read-only-billing", Map.of("customer", "42"));
        call(Route.SUBMIT, "", agent(), body(request));
        // Then
        assertThat(ready.path("status").asString()).isEqualTo("failing");
        assertThat(health.path("status").asString()).isEqualTo("ok");
        assertThat(status.path("recording").booleanValue()).isFalse();
        assertThat(seen.get(Route.READYZ)).containsExactly(200, 503);
        assertThat(seen.get(Route.SUBMIT)).containsExactly(401);
        assertThat(metrics()).containsEntry("sallyport_recording", 0.0);
        assertThat(wrong).isEmpty();
    }

    @Test
    void anOperatorKillsWhileNothingIsRecorded() throws Exception {
        // Given
        fixture.recording.set(false);
        fixture.recorder.fail();
        // When
        var kill = new ApiBody.Kill("agent", "github/acme/bot", "test");
        JsonNode placed = call(Route.LOCK, "", operator(), write(kill));
        // Then
        assertThat(placed.path("stored").booleanValue()).isTrue();
        assertThat(placed.path("recorded").booleanValue()).isFalse();
        String id = placed.path("lock").path("id").asString();
        JsonNode lifted = call(Route.UNLOCK, id, operator(), NO_BODY);
        assertThat(lifted.path("sallyport").path("verdict").asString()).isEqualTo("unrecordable");
        assertThat(call(Route.LOCKS, "", operator(), NO_BODY).path("locks")).hasSize(1);
        assertThat(wrong).isEmpty();
    }

    @Test
    void tooManyCallsAreAnsweredAsDocumented() throws Exception {
        // When: more at once than the burst that one peer may have
        var request = HttpRequest.newBuilder(URI.create(fixture.uri() + "/healthz")).build();
        var calls = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (int i = 0; i < 900; i++) {
            calls.add(http.sendAsync(request, BodyHandlers.ofString()));
        }
        // Then
        var statuses = new TreeSet<Integer>();
        for (CompletableFuture<HttpResponse<String>> call : calls) {
            HttpResponse<String> answer = call.get(60, TimeUnit.SECONDS);
            statuses.add(answer.statusCode());
            String type = answer.headers().firstValue("content-type").orElse("");
            wrong.addAll(document.answer(Route.HEALTHZ, answer.statusCode(), type, answer.body()));
        }
        assertThat(statuses).containsExactly(200, 429);
        assertThat(wrong).isEmpty();
    }

    @Test
    void metricsCountWhatHappens() throws Exception {
        // Given
        Map<String, Double> before = metrics();
        // When
        grantsAtOnce(ApiFixture.key());
        var request =
                ApiFixture.request(ApiFixture.key(), "create-invoice", Map.of("customer", "42"));
        call(Route.SUBMIT, "", agent(), body(request));
        grantsAfterHumans();
        var kill = new ApiBody.Kill("agent", "somebody", "test");
        call(Route.LOCK, "", operator(), write(kill));
        call(Route.LOCK, "", operator(), write(new ApiBody.Kill("target", "nonsense", "test")));
        // Then
        Map<String, Double> after = metrics();
        assertThat(added(before, after, "sallyport_requests_total{outcome=\"issued\"}"))
                .as("one at once, one after humans said yes")
                .isEqualTo(2);
        assertThat(added(before, after, "sallyport_requests_total{outcome=\"refused\"}"))
                .isEqualTo(1);
        assertThat(added(before, after, "sallyport_requests_total{outcome=\"pending\"}"))
                .as("asked, and looked at before anybody answered")
                .isEqualTo(2);
        assertThat(added(before, after, "sallyport_issuance_seconds_count")).isEqualTo(1);
        assertThat(added(before, after, "sallyport_kill_seconds_count")).isEqualTo(1);
        assertThat(
                        added(
                                before,
                                after,
                                "sallyport_api_calls_total{route=\"/v1/locks\",status=\"201\"}"))
                .isEqualTo(1);
        assertThat(after)
                .containsEntry("sallyport_locks", 1.0)
                .containsEntry("sallyport_sessions_live", 1.0)
                .containsEntry("sallyport_approvals_open", 0.0)
                .containsEntry("sallyport_recording", 1.0);
    }

    private static double added(Map<String, Double> before, Map<String, Double> after, String of) {
        return after.getOrDefault(of, 0.0) - before.getOrDefault(of, 0.0);
    }

    private Map<String, Double> metrics() throws Exception {
        HttpResponse<String> answer = send(Route.METRICS, "", NO_BODY, "", NO_BODY);
        assertThat(answer.headers().firstValue("content-type"))
                .contains("text/plain; version=0.0.4");
        return PrometheusText.samples(answer.body());
    }

    private JsonNode call(Route route, String id, String authorization, String body)
            throws Exception {
        return call(route, id, authorization, "application/json", body);
    }

    private JsonNode call(Route route, String id, String authorization, String type, String body)
            throws Exception {
        HttpResponse<String> answer = send(route, id, authorization, type, body);
        String mediaType = answer.headers().firstValue("content-type").orElse("");
        seen.computeIfAbsent(route, any -> new TreeSet<>()).add(answer.statusCode());
        wrong.addAll(document.answer(route, answer.statusCode(), mediaType, answer.body()));
        return mediaType.startsWith("application/json")
                ? JsonMapper.shared().readTree(answer.body())
                : JsonMapper.shared().createObjectNode();
    }

    private HttpResponse<String> send(
            Route route, String id, String authorization, String type, String body)
            throws Exception {
        String path = route.path().replace("{id}", id);
        var request =
                HttpRequest.newBuilder(URI.create(fixture.uri() + path))
                        .version(HttpClient.Version.HTTP_1_1)
                        .timeout(Duration.ofSeconds(20))
                        .method(route.method(), BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** A request's body as the client writes it, checked against the document as well. */
    private String body(AccessRequest request) {
        var keys =
                request.keys().stream()
                        .map(key ->
                                new ApiBody.Key(
                                        key.use().word(),
                                        KeyCredential.encode(key.key()),
                                        key.proof()))
                        .toList();
        String text =
                write(
                        new ApiBody.Ask(
                                request.intent(),
                                request.parameters(),
                                request.reason(),
                                request.ticket(),
                                request.evidence(),
                                request.at().getEpochSecond(),
                                keys));
        wrong.addAll(document.request(Route.SUBMIT, text));
        return text;
    }

    private String write(ApiBody body) {
        String text = new String(json.write(body), StandardCharsets.UTF_8);
        Route route =
                switch (body) {
                    case ApiBody.Answer _ -> Route.DECIDE;
                    case ApiBody.Kill _ -> Route.LOCK;
                    case ApiBody.Explain _ -> Route.EXPLAIN;
                    default -> Route.SUBMIT;
                };
        wrong.addAll(document.request(route, text));
        return text;
    }

    private String agent() {
        return "Bearer " + fixture.agent("billing-agents").reveal();
    }

    private String human(String name) {
        return "Bearer " + fixture.human(name, "security").reveal();
    }

    private String operator() {
        return "Bearer " + fixture.operator.reveal();
    }

    private static String step(KeyPair key, KeyStep.Verb verb, String id) {
        return KeyCredential.header(ApiFixture.step(key, verb, id));
    }
}
