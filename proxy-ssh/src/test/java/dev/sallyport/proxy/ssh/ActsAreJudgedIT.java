package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import dev.sallyport.proxy.ssh.fixture.StockSsh;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 2 and the verdicts, seen by a stock client. */
class ActsAreJudgedIT {
    @TempDir static Path directory;

    private static SshHouse house;

    @BeforeAll
    static void open() throws Exception {
        house = new SshHouse(directory);
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @Test
    void aCommandOutOfScopeIsRefusedWithOneLine() throws Exception {
        // When
        var result = house.agent(SshHouse.only("true")).ssh("host", "touch", marker().toString());

        // Then
        assertThat(result.exit()).isEqualTo(77);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.err()).startsWith("{\"sallyport\":{\"verdict\":\"deny\"");
        assertThat(marker()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true; id",
                "true $(id)",
                "true `id`",
                "true\nid",
                "true > /tmp/x",
                "true | sh"
            })
    void whatOnlyAShellUnderstandsNeedsTheRightToAShell(String command) throws Exception {
        assertThat(house.agent(SshHouse.only("true **")).ssh("host", command).exit()).isEqualTo(77);
    }

    @Test
    void aHeldCommandRunsAfterAYesWithWhatWasSentMeanwhile() throws Exception {
        // Given
        StockSsh agent = house.agent(SshHouse.only("grep -c hold-me"));
        CompletableFuture<StockSsh.Result> running =
                CompletableFuture.supplyAsync(
                        () -> run(agent, "hold-me\n", "grep", "-c", "hold-me"));
        var question = house.broker().question();

        // When
        assertThat(question.request().shown()).isEqualTo("grep -c hold-me");
        question.approve("anna");

        // Then
        var result = running.get(20, TimeUnit.SECONDS);
        assertThat(result.out()).isEqualTo("1\n");
        assertThat(result.exit()).isZero();
        assertThat(result.err()).contains("\"verdict\":\"held\"");
        assertThat(house.recorder().events(EventType.ACT_RELEASED)).isNotEmpty();
    }

    @Test
    void aHeldCommandThatIsDeniedDoesNotRun() throws Exception {
        // Given
        StockSsh agent = house.agent(SshHouse.only("touch **"));
        CompletableFuture<StockSsh.Result> running =
                CompletableFuture.supplyAsync(
                        () -> run(agent, "", "touch", "hold-me", marker().toString()));

        // When
        house.broker().question().deny("anna", "not today");

        // Then
        assertThat(running.get(20, TimeUnit.SECONDS).exit()).isEqualTo(77);
        assertThat(marker()).doesNotExist();
    }

    @Test
    void aClientThatGoesAwayWithdrawsItsQuestion() throws Exception {
        // Given
        Process client =
                house.agent(SshHouse.only("touch **"))
                        .start("host", "touch", "hold-me", marker().toString());
        var question = house.broker().question();

        // When
        client.destroy();

        // Then
        assertThat(question.isWithdrawn()).isTrue();
        assertThat(marker()).doesNotExist();
    }

    @Test
    @Attack(59)
    void nothingRunsWhileItsRecordIsNotDurable() throws Exception {
        // Given
        StockSsh agent = house.agent(SshHouse.only("touch *"));
        assertThat(agent.ssh("host", "touch", directory.resolve("warm").toString()).exit())
                .isZero();
        house.recorder().pause();

        // When
        Process client = agent.start("host", "touch", marker().toString());

        // Then
        assertThat(client.waitFor(2, TimeUnit.SECONDS)).isFalse();
        assertThat(marker()).doesNotExist();
        house.recorder().resume();
        assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(marker()).exists();
        Files.delete(marker());
    }

    @Test
    void theByteAfterTheBudgetIsNeverSent() throws Exception {
        // Given
        var budget = new Budget(Map.of(Budget.Unit.BYTES, 1000L));
        StockSsh agent = house.agent(SshHouse.only(budget, "head **"));

        // When
        var result = agent.ssh("host", "head", "-c", "5000", "/dev/zero");

        // Then
        assertThat(result.stdout().length).isLessThanOrEqualTo(1000);
        assertThat(result.err()).contains("\"verdict\":\"budget\"");
        assertThat(house.recorder().events(EventType.BUDGET_EXCEEDED)).isNotEmpty();
    }

    @Test
    void theCommandAfterTheBudgetIsNotRun() throws Exception {
        // Given
        var budget = new Budget(Map.of(Budget.Unit.EXECS, 1L));
        StockSsh agent = house.agent(SshHouse.only(budget, "true"));

        // When
        var first = agent.ssh("host", "true");
        var second = agent.ssh("host", "true");

        // Then
        assertThat(first.exit()).isZero();
        assertThat(second.exit()).isEqualTo(77);
        assertThat(second.err()).contains("\"verdict\":\"budget\"");
    }

    private static Path marker() {
        return directory.resolve("marker");
    }

    private static StockSsh.Result run(StockSsh agent, String input, String... command) {
        try {
            String[] all = new String[command.length + 1];
            all[0] = "host";
            System.arraycopy(command, 0, all, 1, command.length);
            return agent.ssh(input.getBytes(java.nio.charset.StandardCharsets.UTF_8), all);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
