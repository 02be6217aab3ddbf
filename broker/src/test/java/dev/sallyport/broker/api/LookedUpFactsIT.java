package dev.sallyport.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventType;
import dev.sallyport.broker.client.ApiRefusedException;
import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.broker.client.BrokerClient.Asked;
import dev.sallyport.broker.request.KeyStep;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shipped policy's case, from an agent's request over HTTPS to a customer server and back: the
 * amount under 2,000 and the customer active, five minutes of billing-write; else a human.
 */
final class LookedUpFactsIT {
    private static final String INTENT = "create-invoice";

    /** More than the broker waits for a fact, less than anybody waits for a test. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir Path directory;

    private final List<String> looked = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer customers;
    private HttpHandler answer = json("{\"active\": true}");
    private ApiFixture fixture;

    @BeforeEach
    void open() throws Exception {
        customers =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        customers.setExecutor(threads);
        customers.createContext(
                "/",
                exchange -> {
                    looked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
                    try (exchange) {
                        answer.handle(exchange);
                    }
                });
        customers.start();
        fixture = new ApiFixture(directory, policies());
    }

    @AfterEach
    void close() {
        over.countDown();
        fixture.close();
        customers.stop(0);
        threads.close();
    }

    /** What is shipped, with the customers of this test. */
    private Path policies() throws IOException {
        Path shipped = Path.of("..", "policy");
        Path policies = Files.createDirectories(directory.resolve("policy"));
        for (String name : List.of("requests.cedar", "acts.cedar", "schema.cedarschema")) {
            if (Files.exists(shipped.resolve(name))) {
                Files.copy(shipped.resolve(name), policies.resolve(name));
            }
        }
        String intents = Files.readString(shipped.resolve("intents.yaml"));
        String there = "http://127.0.0.1:" + customers.getAddress().getPort();
        assertThat(intents).contains("https://crm.internal/customers/");
        Files.writeString(
                policies.resolve("intents.yaml"), intents.replace("https://crm.internal", there));
        return policies;
    }

    @ParameterizedTest
    @ValueSource(strings = {"1999", "1999.99", "0.01"})
    void aSmallAmountForAnActiveCustomerIsFiveMinutesOfBillingWrite(String amount)
            throws Exception {
        // When
        Asked asked = ask(ApiFixture.key(), Map.of("customer", "42", "amount", amount));
        // Then
        ApiBody.GrantView grant = issued(asked).grant();
        assertThat(Duration.between(grant.notBefore(), grant.notAfter()))
                .isEqualTo(Duration.ofMinutes(5));
        assertThat(issued(asked).certificateEnd()).isBeforeOrEqualTo(grant.notAfter());
        assertThat(grant.scope()).hasSize(1);
        assertThat(grant.scope().toString())
                .contains("billing-write")
                .contains("/usr/local/bin/invoice create --customer 42 --amount " + amount);
        assertThat(looked).containsExactly("GET /customers/42");
        assertThat(decided().fields().toString()).contains("customerActive");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2000", "2000.00", "1000000", "0", "-1"})
    void everyOtherAmountWaitsForAHuman(String amount) throws Exception {
        // When
        Asked asked = ask(ApiFixture.key(), Map.of("customer", "42", "amount", amount));
        // Then
        assertThat(pending(asked).needed()).isEqualTo(1);
        assertThat(fixture.recorder.events(EventType.GRANT_ISSUED)).isEmpty();
    }

    @Test
    void aCustomerWhoIsNotActiveWaitsForAHumanWhoseYesIsFiveMinutes() throws Exception {
        // Given
        answer = json("{\"active\": false}");
        KeyPair key = ApiFixture.key();
        ApiBody.Pending pending = pending(ask(key, Map.of("customer", "42", "amount", "1999")));
        assertThat(fixture.recorder.events(EventType.GRANT_ISSUED)).isEmpty();
        try (BrokerClient agent = fixture.client(fixture.agent());
                BrokerClient human = fixture.client(fixture.human("ann", "billing-owners"))) {
            // When
            ApiBody.ApprovalView question = human.approval(pending.approval());
            human.decide(question.id(), true, question.hash(), "known to us");
            // Then
            var step = ApiFixture.step(key, KeyStep.Verb.COLLECT, pending.request());
            ApiBody.GrantView grant = issued(agent.collect(step, PATIENCE)).grant();
            assertThat(question.shown()).containsPattern("customerActive\\W+false");
            assertThat(Duration.between(grant.notBefore(), grant.notAfter()))
                    .isEqualTo(Duration.ofMinutes(5));
        }
    }

    @Test
    void anAgentThatMerelyClaimsAnActiveCustomerIsEscalated() throws Exception {
        // Given
        answer = json("{\"active\": false}");
        // When
        Asked asked = ask(ApiFixture.key(), claiming());
        // Then
        ApiBody.Pending pending = pending(asked);
        assertThat(pending.needed()).isEqualTo(1);
        try (BrokerClient human = fixture.client(fixture.human("ann", "billing-owners"))) {
            String shown = human.approval(pending.approval()).shown();
            assertThat(shown).containsPattern("customerActive\\W+true");
            assertThat(shown).containsPattern("customerActive\\W+false");
        }
        assertThat(fixture.recorder.events(EventType.GRANT_ISSUED)).isEmpty();
    }

    /** What a customer server can do that is no answer, by name. */
    static Map<String, HttpHandler> noAnswers() {
        String yes = "{\"active\": true}";
        var handlers = new TreeMap<String, HttpHandler>();
        handlers.put("another status", exchange -> send(exchange, 404, "application/json", yes));
        handlers.put("a failure", exchange -> send(exchange, 500, "application/json", yes));
        handlers.put("nothing at all", exchange -> exchange.sendResponseHeaders(200, -1));
        handlers.put("a page", exchange -> send(exchange, 200, "text/html", yes));
        handlers.put("plain text", exchange -> send(exchange, 200, "text/plain", yes));
        handlers.put("an untyped answer", exchange -> send(exchange, 200, "", yes));
        handlers.put(
                "two types",
                exchange -> {
                    exchange.getResponseHeaders().add("Content-Type", "text/html");
                    send(exchange, 200, "application/json", yes);
                });
        handlers.put("no JSON", json("active: true"));
        handlers.put("half of it", json("{\"active\": true"));
        handlers.put("more than one", json(yes + yes));
        handlers.put("two opinions", json("{\"active\": false, \"active\": true}"));
        handlers.put("another fact", json("{\"customer\": {\"active\": true}}"));
        handlers.put("a word", json("{\"active\": \"true\"}"));
        handlers.put("a number", json("{\"active\": 1}"));
        handlers.put("null", json("{\"active\": null}"));
        handlers.put(
                "too much", json("{\"active\": true, \"p\": \"" + "x".repeat(300_000) + "\"}"));
        handlers.put(
                "a moved customer",
                exchange -> {
                    exchange.getResponseHeaders().add("Location", "/elsewhere");
                    send(exchange, 302, "application/json", yes);
                });
        return handlers;
    }

    static List<String> namesOfNoAnswers() {
        return List.copyOf(noAnswers().keySet());
    }

    @ParameterizedTest
    @MethodSource("namesOfNoAnswers")
    void whatIsNoAnswerGrantsNothing(String name) throws Exception {
        // Given
        answer = Objects.requireNonNull(noAnswers().get(name));
        // When, Then
        assertRefused();
        assertThat(looked).as("no redirect, no second try").containsExactly("GET /customers/42");
    }

    @Test
    void aServerThatIsDownGrantsNothing() throws Exception {
        // Given
        customers.stop(0);
        // When, Then
        assertRefused();
    }

    @Test
    void aServerThatNeverAnswersGrantsNothing() throws Exception {
        // Given
        answer = exchange -> waitForTheEnd();
        // When, Then
        assertRefused();
    }

    @Test
    void aServerThatDripsGrantsNothing() throws Exception {
        // Given
        answer =
                exchange -> {
                    exchange.getResponseHeaders().add("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, 0);
                    while (!isOver()) {
                        exchange.getResponseBody().write(' ');
                        exchange.getResponseBody().flush();
                    }
                };
        // When, Then
        assertRefused();
    }

    /** Neither grant nor question; the agent hears no more than that, the record hears why. */
    private void assertRefused() {
        long before = System.nanoTime();
        assertThatThrownBy(() -> ask(ApiFixture.key(), claiming()))
                .isInstanceOfSatisfying(
                        ApiRefusedException.class,
                        refused -> {
                            assertThat(refused.status()).isEqualTo(403);
                            assertThat(refused.body())
                                    .contains("\"verdict\":\"deny\"", "\"rule\":\"facts\"")
                                    .doesNotContain("127.0.0.1", "status", "JSON");
                        });
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(PATIENCE);
        assertThat(decided().fields()).containsEntry("rule", "facts");
        assertThat(fixture.recorder.events(EventType.GRANT_ISSUED)).isEmpty();
        assertThat(fixture.recorder.events(EventType.APPROVAL_REQUESTED)).isEmpty();
    }

    private Event decided() {
        return fixture.recorder.events(EventType.GRANT_DECIDED).getLast();
    }

    private static Map<String, String> claiming() {
        return Map.of("customer", "42", "amount", "10", "customerActive", "true");
    }

    private Asked ask(KeyPair key, Map<String, String> parameters) throws Exception {
        try (BrokerClient agent = fixture.client(fixture.agent())) {
            return agent.ask(ApiFixture.request(key, INTENT, parameters));
        }
    }

    private static ApiBody.Issued issued(Asked asked) {
        assertThat(asked).isInstanceOf(Asked.Issued.class);
        return ((Asked.Issued) asked).issued();
    }

    private static ApiBody.Pending pending(Asked asked) {
        assertThat(asked).isInstanceOf(Asked.Pending.class);
        return ((Asked.Pending) asked).pending();
    }

    private static HttpHandler json(String body) {
        return exchange -> send(exchange, 200, "application/json; charset=utf-8", body);
    }

    private static void send(HttpExchange exchange, int status, String type, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (!type.isEmpty()) {
            exchange.getResponseHeaders().add("Content-Type", type);
        }
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void waitForTheEnd() {
        while (!isOver()) {
            Thread.onSpinWait();
        }
    }

    private boolean isOver() {
        try {
            return over.await(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
