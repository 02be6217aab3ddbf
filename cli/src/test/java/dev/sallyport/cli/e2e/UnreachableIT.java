package dev.sallyport.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.CommandLines;
import dev.sallyport.cli.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Exit code 13: the broker is not there, whoever asks, and however it is away. */
final class UnreachableIT {
    @TempDir private static Path directory;

    private static Stand stand;
    private static Path home;
    private static Path token;
    private static int closedPort;

    /** A node that was there, gave a grant, and is gone. */
    @BeforeAll
    static void open() throws Exception {
        stand = Stand.start(directory);
        home = stand.work().resolve("home");
        assertThat(stand.request("bot", "work", home).exit()).isZero();
        assertThat(stand.sallyport("status").exit()).isZero();
        token = stand.token("late", "olga@example.com", "run-9");
        stand.close();
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closedPort = socket.getLocalPort();
        }
    }

    @AfterAll
    static void close() {
        stand.close();
    }

    /** Every verb that asks the broker, with what it needs to get as far as asking. */
    private static Map<String, List<String>> lines() {
        String place = home.toString();
        var lines = new TreeMap<String, List<String>>();
        List<String> wanted = List.of("--intent", "work", "--reason", "a test", "--home", place);
        List<String> caller = List.of("--token-file", token.toString());
        lines.put("request", joined(List.of("request"), wanted, caller));
        lines.put("run", joined(List.of("run"), wanted, caller, List.of("--", "touch", ran())));
        lines.put("grants", List.of("grants"));
        lines.put("release", List.of("release", "latest", "--home", place));
        lines.put("approvals", List.of("approvals"));
        lines.put("approve", List.of("approve", "a-1"));
        lines.put("deny", List.of("deny", "a-1"));
        lines.put("kill", List.of("kill", "--agent", "test/bot", "--reason", "a test"));
        lines.put("locks", List.of("locks"));
        lines.put("unlock", List.of("unlock", "l-1", "--reason", "a test"));
        lines.put("status", List.of("status"));
        return lines;
    }

    static List<String> verbs() {
        return CommandLines.withOption("--broker");
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void whenTheNodeOfThisMachineHasStopped(String verb) throws Exception {
        // When
        Ran ran = stand.sallyport(line(verb));
        // Then
        assertUnreachable(ran);
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void whenTheNodeOfThisMachineWasKilledAndLeftItsSocket(String verb) throws Exception {
        // Given
        Path socket = stand.data().resolve("operator.sock");
        try (var left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        // When
        Ran ran = stand.sallyport(line(verb));
        Files.delete(socket);
        // Then
        assertUnreachable(ran);
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void whenNobodyListensWhereTheBrokerIsSaidToBe(String verb) throws Exception {
        // When
        Ran ran = stand.sallyport(named(verb, closedPort));
        // Then
        assertUnreachable(ran);
        assertThat(ran.err()).contains("127.0.0.1:" + closedPort);
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void whenWhoListensIsNoBroker(String verb) throws Exception {
        // Given: somebody who hangs up on whatever is said
        try (var other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> hangUp(other));
            // When
            Ran ran = stand.sallyport(named(verb, other.getLocalPort()));
            // Then
            assertUnreachable(ran);
        }
    }

    @Test
    void whenTheBrokersNameCannotBeFound() {
        // When
        Ran ran = stand.sallyport("status", "--broker", "https://nowhere.invalid");
        // Then
        assertUnreachable(ran);
    }

    @Test
    void whenTheBrokerIsOfAnotherAuthority() throws Exception {
        // Given
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
        try (Stand other = Stand.start(elsewhere)) {
            // When
            Ran ran = stand.sallyport(named("status", other.node().brokerPort()));
            // Then
            assertUnreachable(ran);
        }
    }

    @Test
    void whenTheNodeStopsWhileSomebodyWaitsForAHuman() throws Exception {
        // Given
        Path elsewhere = Files.createDirectories(directory.resolve("waiting"));
        Path empty = elsewhere.resolve("home");
        try (Stand other = Stand.start(elsewhere)) {
            Path waiter = other.token("waiter", "olga@example.com", "run-1");
            var waiting =
                    CompletableFuture.supplyAsync(
                            () ->
                                    other.sallyport(
                                            "request",
                                            "--intent",
                                            "reviewed",
                                            "--reason",
                                            "a test",
                                            "--wait",
                                            "1m",
                                            "--token-file",
                                            waiter.toString(),
                                            "--home",
                                            empty.toString()),
                            task -> Thread.ofPlatform().daemon().start(task));
            Stand.await(
                    "a human is asked",
                    () -> !other.sallyport("approvals").out().contains("nothing waits"));
            // When
            other.node().close();
            Ran ran = waiting.get(30, TimeUnit.SECONDS);
            // Then
            assertThat(ran.exit()).as(ran.err()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(ran.out()).isEmpty();
        }
    }

    /** One sentence on standard error, nothing on standard output, and nothing done. */
    private static void assertUnreachable(Ran ran) {
        assertThat(ran.exit()).as(ran.err()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("sallyport: ").doesNotContain("Exception", "\tat ");
        assertThat(ran.err().lines()).hasSize(1);
        assertThat(Path.of(ran())).doesNotExist();
        assertThat(home.resolve("grants").toFile().list()).as("grants and latest").hasSize(2);
    }

    private static String ran() {
        return directory.resolve("it-ran").toString();
    }

    private static String[] line(String verb) {
        assertThat(lines()).as("a line for every verb that asks the broker").containsKey(verb);
        return lines().getOrDefault(verb, List.of()).toArray(String[]::new);
    }

    /** The same with a broker that is named. */
    private static String[] named(String verb, int port) {
        var words = new ArrayList<>(List.of(line(verb)));
        String authority = stand.data().resolve("broker-ca.pem").toString();
        words.addAll(1, List.of("--broker", "https://127.0.0.1:" + port, "--broker-ca", authority));
        return words.toArray(String[]::new);
    }

    @SafeVarargs
    private static List<String> joined(List<String>... parts) {
        return Arrays.stream(parts).flatMap(List::stream).toList();
    }

    private static void hangUp(ServerSocket on) {
        while (!on.isClosed()) {
            try {
                on.accept().close();
            } catch (IOException e) {
                return; // The test is over.
            }
        }
    }
}
