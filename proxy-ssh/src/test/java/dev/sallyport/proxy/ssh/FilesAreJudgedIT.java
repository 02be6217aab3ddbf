package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.access.scope.SshScope;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import dev.sallyport.proxy.ssh.fixture.StockSsh;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Under a narrow grant, every way to move files touches what it names and nothing else. */
class FilesAreJudgedIT {
    private static final byte[] NOTHING = new byte[0];

    @TempDir static Path directory;

    private static SshHouse house;
    private static StockSsh agent;
    private static Path readable;
    private static Path writable;
    private static Path secret;

    @BeforeAll
    static void open() throws Exception {
        house = new SshHouse(directory);
        Path far = directory.toRealPath().resolve("far");
        readable = Files.createDirectories(far.resolve("reports"));
        writable = Files.createDirectories(far.resolve("in"));
        secret = Files.createDirectories(far.resolve("secret")).resolve("key");
        Files.writeString(secret, "secret");
        agent =
                house.agent(
                        new SshScope(
                                SshHouse.TARGET,
                                SshHouse.LOGIN,
                                List.of(),
                                false,
                                List.of(readable + "/**"),
                                List.of(writable + "/**"),
                                List.of(),
                                List.of(),
                                false,
                                false,
                                List.of(),
                                Budget.UNLIMITED));
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @Test
    void sftpReadsWhereItMayAndTheHashIsRecorded() throws Exception {
        // Given
        byte[] content = random(700_001);
        Path far = Files.write(readable.resolve("a.bin"), content);

        // When
        var result = sftp("ls -l " + readable + "\nget " + far + " got.bin\n");

        // Then
        assertThat(result.err()).isEmpty();
        assertThat(agent.directory().resolve("got.bin")).hasBinaryContent(content);
        assertThat(accounts(far))
                .contains(
                        Map.of(
                                "read",
                                700_001L,
                                "written",
                                0L,
                                "sha256",
                                sha256(content),
                                "result",
                                "ok"));
    }

    @Test
    void sftpWritesWhereItMayAndTheHashIsRecorded() throws Exception {
        // Given
        byte[] content = random(900_003);
        Path near = Files.write(agent.directory().resolve("up.bin"), content);
        Path far = writable.resolve("up.bin");

        // When
        var result = sftp("put " + near + " " + far + "\n");

        // Then
        assertThat(result.err()).isEmpty();
        assertThat(far).hasBinaryContent(content);
        assertThat(accounts(far))
                .contains(
                        Map.of(
                                "read",
                                0L,
                                "written",
                                900_003L,
                                "sha256",
                                sha256(content),
                                "result",
                                "ok"));
    }

    @Test
    @Attack(19)
    void sftpTouchesNothingElseAndTheSessionGoesOn() throws Exception {
        // Given
        Path far = Files.writeString(readable.resolve("b"), "b");

        // When
        var result = sftp(forbidden(far) + "get " + far + " after\n");

        // Then
        assertThat(result.err()).contains("ermission denied");
        assertThat(agent.directory().resolve("stolen")).doesNotExist();
        assertThat(agent.directory().resolve("after")).hasContent("b");
        assertThat(secret).hasContent("secret");
        assertThat(far).exists();
        for (String name : List.of("b", "no-link", "no-hard", "no-relative")) {
            assertThat(Files.exists(writable.resolve(name), LinkOption.NOFOLLOW_LINKS))
                    .as(name)
                    .isFalse();
        }
        assertThat(denied())
                .contains("lstat", "remove", "rename", "symlink", "hardlink", "setstat", "mkdir");
    }

    /** A batch of everything that the grant does not give; each line may fail. */
    private static String forbidden(Path file) {
        return """
        -get %1$s stolen
        -get %2$s/../secret/key stolen
        -rm %3$s
        -rm %1$s
        -rename %3$s %4$s/b
        -ln -s %1$s %4$s/no-link
        -ln %1$s %4$s/no-hard
        -ln -s ../secret/key %4$s/no-relative
        -chmod 777 %1$s
        -mkdir %2$s/new
        -ls %5$s
        """
                .formatted(secret, readable, file, writable, secret.getParent());
    }

    @Test
    void sftpChangesNamesWhereItMay() throws Exception {
        // Given
        Files.writeString(writable.resolve("one"), "1");

        // When
        var result =
                sftp(
                        "cd "
                                + writable
                                + "\nrename one two\nln -s two link\nln two hard\n"
                                + "mkdir d\nrmdir d\nchmod 600 two\nls\nrm hard\ndf\n");

        // Then
        assertThat(result.out()).contains("link");
        assertThat(writable.resolve("link")).hasContent("1");
        assertThat(writable.resolve("hard")).doesNotExist();
        assertThat(operations()).contains("rename", "symlink", "hardlink", "mkdir", "rmdir");
    }

    @Test
    void paramikoMovesFilesAndReadsWhyNot() throws Exception {
        // Given
        String script =
                """
                import paramiko,sys
                c=paramiko.SSHClient(); c.set_missing_host_key_policy(paramiko.AutoAddPolicy())
                k=paramiko.Ed25519Key.from_private_key_file(sys.argv[2])
                k.load_certificate(sys.argv[2]+'-cert.pub')
                c.connect('127.0.0.1',int(sys.argv[1]),username=sys.argv[3],pkey=k,
                          allow_agent=False,look_for_keys=False)
                s=c.open_sftp()
                with s.open(sys.argv[4]+'/p','wb') as f:
                    f.set_pipelined(True)
                    for i in range(50): f.write(b'x'*10000)
                print(s.stat(sys.argv[4]+'/p').st_size)
                for path in (sys.argv[5], 'relative'):
                    try: s.open(path,'rb').read(); print('READ')
                    except IOError as e: print(type(e).__name__, e)
                print(s.normalize('.'))
                """;
        // When
        var result =
                agent.run(
                        NOTHING,
                        List.of(
                                "/usr/bin/python3",
                                "-c",
                                script,
                                String.valueOf(house.proxy().port()),
                                agent.directory().resolve("id").toString(),
                                SshHouse.USER,
                                writable.toString(),
                                secret.toString()));

        // Then
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("500000", "PermissionError", "\"verdict\":\"deny\"");
        assertThat(result.out()).doesNotContain("READ");
    }

    @Test
    @Attack(19)
    void scpAsksForTheSameRights() throws Exception {
        for (String protocol : List.of("-s", "-O")) {
            // Given
            byte[] content = random(300_007);
            Path near = Files.write(agent.directory().resolve("near" + protocol), content);
            Path far = Files.write(readable.resolve("far" + protocol), content);
            Path up = writable.resolve("up" + protocol);

            // When
            var put = scp(protocol, near.toString(), "host:" + up);
            var get = scp(protocol, "host:" + far, "back" + protocol);
            var steal = scp(protocol, "host:" + secret, "stolen" + protocol);
            var plant = scp(protocol, near.toString(), "host:" + readable + "/planted");

            // Then
            assertThat(put.err() + get.err()).isEmpty();
            assertThat(up).hasBinaryContent(content);
            assertThat(agent.directory().resolve("back" + protocol)).hasBinaryContent(content);
            assertThat(steal.exit()).isOne();
            assertThat(plant.exit()).isOne();
            assertThat(agent.directory().resolve("stolen" + protocol)).doesNotExist();
            assertThat(readable.resolve("planted")).doesNotExist();
            assertThat(accounts(up).getFirst()).containsEntry("sha256", sha256(content));
            assertThat(accounts(far).getFirst()).containsEntry("sha256", sha256(content));
        }
    }

    @Test
    void scpCopiesTrees() throws Exception {
        for (String protocol : List.of("-s", "-O")) {
            // Given
            Path near = Files.createDirectories(agent.directory().resolve("tree" + protocol));
            Files.createDirectories(near.resolve("sub"));
            Files.writeString(near.resolve("sub").resolve("x"), "x");
            Files.writeString(near.resolve("y"), "");
            Path far = Files.createDirectories(writable.resolve("t" + protocol));
            Path from = Files.createDirectories(readable.resolve("r" + protocol).resolve("s"));
            Files.writeString(from.resolve("z"), "z");

            // When
            var put = scp("-rp", protocol, near.toString(), "host:" + far);
            var get = scp("-rp", protocol, "host:" + from.getParent(), "back-tree" + protocol);

            // Then
            assertThat(put.err() + get.err()).isEmpty();
            assertThat(far.resolve(near.getFileName()).resolve("sub/x")).hasContent("x");
            assertThat(agent.directory().resolve("back-tree" + protocol + "/s/z")).hasContent("z");
            assertThat(accounts(far.resolve(near.getFileName()).resolve("sub/x"))).isNotEmpty();
            assertThat(accounts(from.resolve("z"))).isNotEmpty();
        }
    }

    private static StockSsh.Result sftp(String batch) throws Exception {
        return agent.run(
                batch.getBytes(StandardCharsets.UTF_8),
                List.of("sftp", "-F", agent.config().toString(), "-b", "-", "host"));
    }

    private static StockSsh.Result scp(String... arguments) throws Exception {
        var command = new java.util.ArrayList<>(List.of("scp", "-F", agent.config().toString()));
        command.addAll(List.of(arguments));
        return agent.run(NOTHING, command);
    }

    /** What was recorded when transfers of {@code path} ended. */
    private static List<Map<String, Object>> accounts(Path path) {
        return house.recorder().events(EventType.SSH_SFTP).stream()
                .map(Event::fields)
                .filter(fields ->
                        path.toString().equals(fields.get("path"))
                                || path.toString().equals(fields.get("pathIfDirectory")))
                .filter(fields -> fields.containsKey("sha256"))
                .map(fields ->
                        Map.of(
                                "read", fields.get("read"),
                                "written", fields.get("written"),
                                "sha256", fields.get("sha256"),
                                "result", fields.get("result")))
                .toList();
    }

    private static List<Object> denied() {
        return house.recorder().events(EventType.ACT_DENIED).stream()
                .map(event -> event.fields().getOrDefault("operation", ""))
                .toList();
    }

    private static List<Object> operations() {
        return house.recorder().events(EventType.SSH_SFTP).stream()
                .map(event -> event.fields().get("operation"))
                .toList();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
