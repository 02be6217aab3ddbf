package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import dev.sallyport.proxy.ssh.fixture.StockSsh;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files move by every stock program that knows SSH as they do without the proxy. */
class StockCopiesIT {
    private static final byte[] NOTHING = new byte[0];

    @TempDir static Path directory;

    private static SshHouse house;
    private static StockSsh agent;

    @BeforeAll
    static void open() throws Exception {
        house = new SshHouse(directory);
        agent = house.agent(SshHouse.everything());
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @Test
    void scpCopiesByBothProtocols() throws Exception {
        // Given
        byte[] content = random(300_000);
        Path source = Files.write(agent.directory().resolve("source"), content);

        for (String protocol : List.of("-O", "-s")) {
            Path far = agent.directory().resolve("far" + protocol);
            Path back = agent.directory().resolve("back" + protocol);

            // When
            var up = scp(protocol, source.toString(), "host:" + far);
            var down = scp(protocol, "host:" + far, back.toString());

            // Then
            assertThat(up.err() + down.err()).isEmpty();
            assertThat(far).hasBinaryContent(content);
            assertThat(back).hasBinaryContent(content);
        }
    }

    @Test
    void sftpListsAndGets() throws Exception {
        // Given
        Path far = Files.writeString(agent.directory().resolve("listed"), "content");
        String batch = "ls " + far + "\nget " + far + " got\n";

        // When
        var result =
                agent.run(
                        batch.getBytes(StandardCharsets.UTF_8),
                        List.of("sftp", "-F", agent.config().toString(), "-b", "-", "host"));

        // Then
        assertThat(result.exit()).isZero();
        assertThat(result.out().lines().map(String::strip)).contains(far.toString());
        assertThat(agent.directory().resolve("got")).hasContent("content");
    }

    @Test
    @Attack(21)
    void rsyncCopies() throws Exception {
        // Given
        Path from = Files.createDirectories(agent.directory().resolve("tree"));
        Files.write(from.resolve("big"), random(2_000_000));
        Path to = agent.directory().resolve("tree-copy");
        String client = String.join(" ", agent.command());

        // When
        var up = rsync(client, from + "/", "host:" + to + "/");
        var down = rsync(client, "host:" + to + "/", from + "-back/");

        // Then
        assertThat(up.err() + down.err()).isEmpty();
        assertThat(to.resolve("big")).hasBinaryContent(random(2_000_000));
        assertThat(Path.of(from + "-back", "big")).hasBinaryContent(random(2_000_000));
    }

    private static StockSsh.Result rsync(String client, String from, String to) throws Exception {
        return agent.run(NOTHING, List.of("rsync", "-a", "-e", client, from, to));
    }

    @Test
    void gitClonesAndPushes() throws Exception {
        // Given
        Path far = agent.directory().resolve("far.git");
        String script =
                """
                set -e
                git init -q --bare %1$s
                export GIT_SSH_COMMAND='%2$s'
                git clone -q host:%1$s first
                cd first
                echo text > file
                git add file
                git -c user.name=n -c user.email=e commit -qm one
                git push -q origin HEAD
                cd ..
                git clone -q host:%1$s second
                cat second/file
                git -C %1$s log --format=%%s --all
                """
                        .formatted(far, String.join(" ", agent.command()));

        // When
        var result = agent.run(NOTHING, List.of("bash", "-c", script));

        // Then
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).isEqualTo("text\none\n");
    }

    private static StockSsh.Result scp(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("scp", "-q", "-F", agent.config().toString()));
        command.addAll(List.of(arguments));
        return agent.run(NOTHING, command);
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
