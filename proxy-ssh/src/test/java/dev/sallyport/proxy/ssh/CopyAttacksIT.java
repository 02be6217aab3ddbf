package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.access.scope.SshScope;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import dev.sallyport.proxy.ssh.fixture.StockSsh;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copying is no way around what commands need. */
class CopyAttacksIT {
    @TempDir static Path directory;

    private static SshHouse house;
    private static Path inside;
    private static Path source;

    @BeforeAll
    static void open() throws Exception {
        house = new SshHouse(directory.resolve("house"));
        inside = Files.createDirectories(directory.toRealPath().resolve("inside"));
        source = Files.writeString(directory.resolve("source"), "text");
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    /** May copy below one directory, and nothing else. */
    private static StockSsh copier() throws Exception {
        return copier(inside + "/**");
    }

    private static StockSsh copier(String... paths) throws Exception {
        return house.agent(
                new SshScope(
                        SshHouse.TARGET,
                        SshHouse.LOGIN,
                        List.of(),
                        false,
                        List.of(paths),
                        List.of(paths),
                        List.of(),
                        List.of(),
                        false,
                        false,
                        List.of(),
                        Budget.UNLIMITED));
    }

    private static StockSsh.Result copy(StockSsh agent, String protocol, String to)
            throws Exception {
        return agent.run(
                new byte[0],
                List.of(
                        "scp",
                        protocol,
                        "-F",
                        agent.config().toString(),
                        source.toString(),
                        "host:" + to));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-O", "-s"})
    @Attack({17, 19})
    void whoMayRunCommandsMayNotCopy(String protocol) throws Exception {
        // Given
        StockSsh agent = house.agent(SshHouse.only("true"));
        int denied = house.recorder().events(EventType.ACT_DENIED).size();

        // When
        var result = copy(agent, protocol, inside.resolve("without" + protocol).toString());

        // Then
        assertThat(result.exit()).isNotZero();
        assertThat(inside.resolve("without" + protocol)).doesNotExist();
        assertThat(house.recorder().events(EventType.ACT_DENIED)).hasSizeGreaterThan(denied);
    }

    @ParameterizedTest
    @ValueSource(strings = {"`touch %s`", "$(touch %s)", "x; touch %s", "x\ntouch %s"})
    @Attack(19)
    void aNameThatIsACommandIsNotRun(String name) throws Exception {
        // Given
        Path mark = directory.resolve("ran");
        StockSsh agent = copier();
        assertThat(copy(agent, "-O", inside.resolve("plain").toString()).exit()).isZero();

        // When
        copy(agent, "-O", inside + "/" + name.formatted(mark));

        // Then
        assertThat(mark).doesNotExist();
    }

    @Test
    @Attack(17)
    void noSubsystemRunsOnTheProxysOwnHost() throws Exception {
        // Given
        StockSsh agent = house.agent(SshHouse.only("true"));

        // When
        var files = agent.ssh("-s", "host", "sftp");
        var other = agent.ssh("-s", "host", "netconf");

        // Then
        assertThat(files.exit()).isNotZero();
        assertThat(other.exit()).isNotZero();
        assertThat(files.out() + other.out()).isEmpty();
    }

    /** The target takes for lines what is sent as the content of a file that it does not take. */
    @Test
    @Attack(19)
    void noFileHidesInTheContentOfAnother() throws Exception {
        // Given: a name that may be written and cannot be
        Path place = inside.resolve("place");
        Path name = Files.createDirectories(place.resolve("name"));
        StockSsh agent = copier(place.toString(), name.toString());
        byte[] script = "C0644 23 name\nC0644 5 hidden\nhello\0\0".getBytes(StandardCharsets.UTF_8);

        // When
        agent.ssh(script, "host", "scp -d -t " + place);

        // Then
        assertThat(place.resolve("hidden")).doesNotExist();
        assertThat(house.recorder().events(EventType.ACT_DENIED))
                .extracting(event -> event.fields().get("paths"))
                .contains(List.of(place.resolve("hidden").toString()));
    }
}
