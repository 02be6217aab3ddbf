package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.port.Cast;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import dev.sallyport.proxy.ssh.fixture.StockSsh;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stock clients do through the proxy what they do without it. */
class StockClientsIT {
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
    void execRunsAndIsRecorded() throws Exception {
        // When
        var result = agent.ssh("host", "echo", "hello");

        // Then
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo("hello\n");
        assertThat(result.exit()).isZero();
        assertThat(house.recorder().events(EventType.SSH_EXEC))
                .anySatisfy(
                        event -> assertThat(event.fields()).containsEntry("command", "echo hello"));
    }

    @Test
    void stdinArrivesWhole() throws Exception {
        // When
        var result = agent.ssh("b\na\n".getBytes(StandardCharsets.UTF_8), "host", "sort");

        // Then
        assertThat(result.out()).isEqualTo("a\nb\n");
    }

    @Test
    void exitCodesAndSignalsComeBack() throws Exception {
        // When
        var code = agent.ssh("host", "exit 7");
        var signal = agent.ssh("host", "kill -TERM $$");

        // Then
        assertThat(code.exit()).isEqualTo(7);
        assertThat(signal.exit()).isEqualTo(255);
        assertThat(house.recorder().events(EventType.SSH_EXIT))
                .anySatisfy(event -> assertThat(event.fields()).containsEntry("signal", "TERM"))
                .anySatisfy(event -> assertThat(event.fields()).containsEntry("status", 7));
    }

    @Test
    void stderrStaysApart() throws Exception {
        // When
        var result = agent.ssh("host", "echo out; echo err >&2");

        // Then
        assertThat(result.out()).isEqualTo("out\n");
        assertThat(result.err()).isEqualTo("err\n");
    }

    @Test
    void aTerminalIsGivenAndItsShellObeys() throws Exception {
        // When
        var result =
                agent.ssh(
                        "stty size; test -t 0 && echo is-a-terminal; exit 3\n"
                                .getBytes(StandardCharsets.UTF_8),
                        "-tt",
                        "host");

        // Then
        assertThat(result.out()).contains("is-a-terminal");
        assertThat(result.exit()).isEqualTo(3);
        assertThat(house.recorder().events(EventType.SSH_SHELL)).isNotEmpty();
    }

    @Test
    void theWindowChangesWithTheClients() throws Exception {
        // Given
        String script =
                """
                import os,pty,sys,time,fcntl,termios,struct,signal
                def size(fd,r,c): fcntl.ioctl(fd,termios.TIOCSWINSZ,struct.pack('HHHH',r,c,0,0))
                pid,fd=pty.fork()
                if pid==0:
                    os.execvp(sys.argv[1],sys.argv[1:])
                size(fd,30,100)
                out=b''
                def until(word):
                    global out
                    while word not in out:
                        out+=os.read(fd,4096)
                os.write(fd,b'stty size; echo first | tr a-z A-Z\\n'); until(b'FIRST\\r\\n')
                size(fd,50,132); os.kill(pid,signal.SIGWINCH)
                os.write(fd,b'sleep 0.3; stty size; echo second | tr a-z A-Z\\n'); until(b'SECOND\\r\\n')
                os.write(fd,b'exit\\n')
                sys.stdout.buffer.write(out)
                """;
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-c", script));
        command.addAll(agent.command("-tt", "host"));

        // When
        var result = agent.run(NOTHING, command);

        // Then
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("50 132");
    }

    @Test
    void scpCopiesByBothProtocols() throws Exception {
        // Given
        byte[] content = random(300_000);
        Path source = Files.write(agent.directory().resolve("source"), content);
        Path far = agent.directory().resolve("far");

        for (String protocol : List.of("-O", "-s")) {
            Path back = agent.directory().resolve("back" + protocol);

            // When
            var up = agent.run(NOTHING, scp(protocol, source.toString(), "host:" + far));
            var down = agent.run(NOTHING, scp(protocol, "host:" + far, back.toString()));

            // Then
            assertThat(up.err() + down.err()).isEmpty();
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
        assertThat(agent.directory().resolve("got")).hasContent("content");
    }

    @Test
    @Attack(21)
    void rsyncCopies() throws Exception {
        // Given
        Path from = Files.createDirectories(agent.directory().resolve("tree"));
        Files.write(from.resolve("big"), random(2_000_000));
        Path to = agent.directory().resolve("tree-copy");

        // When
        var result =
                agent.run(
                        NOTHING,
                        List.of(
                                "rsync",
                                "-a",
                                "-e",
                                String.join(" ", agent.command()),
                                from + "/",
                                "host:" + to + "/"));

        // Then
        assertThat(result.err()).isEmpty();
        assertThat(to.resolve("big")).hasBinaryContent(Files.readAllBytes(from.resolve("big")));
    }

    @Test
    void gitClonesAndPushes() throws Exception {
        // Given
        Path far = agent.directory().resolve("far.git");
        String git = "GIT_SSH_COMMAND='" + String.join(" ", agent.command()) + "' git ";
        String script =
                "set -e; git init -q --bare "
                        + far
                        + "; "
                        + git
                        + "clone -q host:"
                        + far
                        + " clone; cd clone; echo text > file; git add file;"
                        + " git -c user.name=n -c user.email=e commit -qm one; "
                        + git
                        + "push -q origin HEAD; git -C "
                        + far
                        + " log --oneline --all";

        // When
        var result = agent.run(NOTHING, List.of("bash", "-c", script));

        // Then
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).contains("one");
    }

    @Test
    @Attack(21)
    void ansibleStylePipeliningFeedsAProgramAtOnce() throws Exception {
        // Given
        byte[] module =
                "import sys\nprint('changed', len(sys.argv))\n".getBytes(StandardCharsets.UTF_8);

        // When
        var result =
                agent.ssh(
                        module,
                        "-o",
                        "ControlMaster=no",
                        "host",
                        "/bin/sh -c 'PYTHONUNBUFFERED=1 /usr/bin/python3 && sleep 0'");

        // Then
        assertThat(result.out()).isEqualTo("changed 1\n");
        assertThat(result.exit()).isZero();
    }

    @Test
    void oneConnectionCarriesEightChannelsAtOnce() throws Exception {
        // Given
        String socket = "ControlPath=" + agent.directory().resolve("master");
        Process master = agent.start("-M", "-N", "-o", socket, "host");
        await(() -> Files.exists(agent.directory().resolve("master")));

        // When
        List<CompletableFuture<StockSsh.Result>> results = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                String number = String.valueOf(i);
                results.add(
                        CompletableFuture.supplyAsync(
                                () -> ssh("-o", socket, "host", "sleep 0.2; echo", number),
                                threads));
            }
        }

        // Then
        for (int i = 0; i < 8; i++) {
            assertThat(results.get(i).join().out()).isEqualTo(i + "\n");
        }
        master.destroy();
    }

    @Test
    void aReaderThatStopsStopsTheWriter() throws Exception {
        // When
        var result =
                agent.run(
                        NOTHING,
                        List.of(
                                "bash",
                                "-c",
                                String.join(" ", agent.command("host", "yes")) + " | head -1"));

        // Then
        assertThat(result.out()).isEqualTo("y\n");
    }

    @Test
    void halfCloseLetsTheAnswerThrough() throws Exception {
        // When
        var result = agent.ssh(random(500_000), "host", "wc -c; sleep 0.2; echo late");

        // Then
        assertThat(result.out()).isEqualTo("500000\nlate\n");
    }

    @Test
    void aHundredMebibytesPassEachWayAndAreRecordedWhole() throws Exception {
        passes(100);
    }

    @Test
    @Tag("full")
    void aGibibytePassesEachWay() throws Exception {
        passes(1024);
    }

    @Test
    @Attack(11)
    void rekeyingDoesNotDisturbATransfer() throws Exception {
        // When
        var result =
                agent.ssh(
                        "-o",
                        "RekeyLimit=4M",
                        "host",
                        "head -c 40000000 /dev/zero | sha256sum | head -c 8; head -c 40000000"
                                + " /dev/zero");

        // Then
        assertThat(result.stdout()).hasSize(40_000_008);
    }

    @Test
    @Attack({17, 20})
    void forwardingsAreRefusedByDefaultAndWorkWhereTheScopeSaysSo() throws Exception {
        // Given
        StockSsh poor = house.agent(SshHouse.only("sleep *", "env"));
        try (ServerSocket echo = new ServerSocket()) {
            echo.bind(new InetSocketAddress("127.0.0.1", 0));
            Thread.ofVirtual().start(() -> greet(echo));
            String address = "127.0.0.1:" + echo.getLocalPort();

            // When
            var refused = poor.ssh("-W", address, "host");
            StockSsh rich = house.agent(SshHouse.everything(address));
            var allowed = rich.ssh("-W", address, "host");

            // Then
            assertThat(refused.out()).isEmpty();
            assertThat(refused.exit()).isNotZero();
            assertThat(allowed.out()).isEqualTo("greetings\n");
            assertThat(local(rich, address)).isEqualTo("greetings\n");
            assertThat(local(poor, address)).isEmpty();
        }
    }

    @Test
    void remoteForwardingWorksWhereTheScopeSaysSo() throws Exception {
        // Given
        try (ServerSocket echo = new ServerSocket()) {
            echo.bind(new InetSocketAddress("127.0.0.1", 0));
            Thread.ofVirtual().start(() -> greet(echo));
            int far = dev.sallyport.proxy.ssh.fixture.RealSshd.freePort();
            String right = "127.0.0.1:" + far + ":127.0.0.1:" + echo.getLocalPort();

            // When
            var result =
                    agent.ssh(
                            "-o",
                            "ExitOnForwardFailure=yes",
                            "-R",
                            right,
                            "host",
                            "exec 3<>/dev/tcp/127.0.0.1/" + far + "; cat <&3");
            var poor =
                    house.agent(SshHouse.only("true"))
                            .ssh("-o", "ExitOnForwardFailure=yes", "-R", right, "host", "true");

            // Then
            assertThat(result.out()).as(result.err()).isEqualTo("greetings\n");
            assertThat(poor.exit()).isEqualTo(255);
        }
    }

    @Test
    @Attack(8)
    void agentForwardingIsARightOfItsOwn() throws Exception {
        // Given
        Path socket = agent.directory().resolve("agent.sock");
        Process keys = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString()).start();
        await(() -> Files.exists(socket));
        StockSsh poor = house.agent(SshHouse.only("ssh-add -l", "env"));

        // When
        var allowed = agent.ssh("-A", "-o", "IdentityAgent=" + socket, "host", "ssh-add -l");
        var refused = poor.ssh("-A", "-o", "IdentityAgent=" + socket, "host", "ssh-add -l");

        // Then
        keys.destroy();
        assertThat(allowed.out()).contains("The agent has no identities");
        assertThat(refused.err()).contains("Could not open a connection");
    }

    @Test
    void displaysAreARightOfTheirOwn() throws Exception {
        // Given
        StockSsh poor = house.agent(SshHouse.only("env"));
        List<String> x11 = List.of("env", "DISPLAY=127.0.0.1:99", "XAUTHORITY=/dev/null");

        // When
        var allowed = agent.run(NOTHING, concat(x11, agent.command("-Y", "host", "env")));
        var refused = poor.run(NOTHING, concat(x11, poor.command("-Y", "host", "env")));

        // Then
        assertThat(refused.out()).doesNotContain("DISPLAY=");
        assertThat(refused.exit()).isZero();
        assertThat(allowed.exit()).isZero();
        assertThat(house.recorder().events(EventType.SSH_FORWARD))
                .anySatisfy(event -> assertThat(event.fields()).containsEntry("kind", "x11"));
    }

    @Test
    @Attack(17)
    void variablesPassByName() throws Exception {
        // When
        var result =
                agent.run(
                        NOTHING,
                        concat(
                                List.of("env", "LC_WANTED=yes", "SECRET=no"),
                                agent.command("-o", "SendEnv=LC_WANTED SECRET", "host", "env")));

        // Then
        assertThat(result.out()).contains("LC_WANTED=yes").doesNotContain("SECRET=");
    }

    @Test
    void paramikoWorks() throws Exception {
        // Given
        String script =
                """
                import paramiko, sys
                key = paramiko.Ed25519Key.from_private_key_file(sys.argv[1])
                key.load_certificate(sys.argv[1] + '-cert.pub')
                client = paramiko.SSHClient()
                client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
                client.connect('127.0.0.1', int(sys.argv[2]), username=sys.argv[3], pkey=key,
                               allow_agent=False, look_for_keys=False)
                i, o, e = client.exec_command('cat; echo err >&2; exit 4')
                i.write('in'); i.channel.shutdown_write()
                print(o.read().decode(), e.read().decode(), o.channel.recv_exit_status())
                """;

        // When
        var result =
                agent.run(
                        NOTHING,
                        List.of(
                                "/usr/bin/python3",
                                "-c",
                                script,
                                agent.directory().resolve("id").toString(),
                                String.valueOf(house.proxy().port()),
                                SshHouse.USER));

        // Then
        assertThat(result.out()).as(result.err()).contains("in err").contains("4");
    }

    private static void passes(int mebibytes) throws Exception {
        // Given
        long bytes = mebibytes * 1024L * 1024L;
        Path up = agent.directory().resolve("up");
        String client = String.join(" ", agent.command());

        // When
        var down =
                agent.run(
                        NOTHING,
                        List.of(
                                "bash",
                                "-c",
                                client + " host head -c " + bytes + " /dev/zero | wc -c"));
        var sent =
                agent.run(
                        NOTHING,
                        List.of(
                                "bash",
                                "-c",
                                "head -c " + bytes + " /dev/zero | " + client + " host wc -c"));

        // Then
        assertThat(down.out().strip()).isEqualTo(String.valueOf(bytes));
        assertThat(sent.out().strip()).isEqualTo(String.valueOf(bytes));
        assertThat(up).doesNotExist();
        if (mebibytes <= 100) {
            assertThat(house.recorder().recordings())
                    .anySatisfy(recording ->
                            assertThat(recording.casts().getFirst().bytes(Cast.Stream.STDOUT))
                                    .hasSize((int) bytes));
        }
    }

    private static String local(StockSsh who, String address) throws Exception {
        int port = dev.sallyport.proxy.ssh.fixture.RealSshd.freePort();
        Process tunnel = who.start("-N", "-L", "127.0.0.1:" + port + ":" + address, "host");
        try {
            await(() -> listens(port));
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return "";
            }
        } finally {
            tunnel.destroy();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static void greet(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write("greetings\n".getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // The next one, or none.
            }
        }
    }

    private static StockSsh.Result ssh(String... arguments) {
        try {
            return agent.ssh(arguments);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> scp(String... arguments) {
        return concat(List.of("scp", "-q", "-F", agent.config().toString()), List.of(arguments));
    }

    private static List<String> concat(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
