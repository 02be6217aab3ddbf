package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.proxy.ssh.fixture.Patience;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import dev.sallyport.proxy.ssh.fixture.StockSsh;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands and shells of stock {@code ssh} do through the proxy what they do without it. */
class StockCommandsIT {
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
        // Given: words that the terminal's echo of the input does not contain
        byte[] typed =
                "test -t 0 && test -t 1 && echo TERMINAL | tr A-Z a-z; exit 3\n"
                        .getBytes(StandardCharsets.UTF_8);

        // When
        var with = agent.ssh(typed, "-tt", "host");
        var without = agent.ssh(typed, "-T", "host");

        // Then
        assertThat(with.out()).contains("terminal\r\n");
        assertThat(with.exit()).isEqualTo(3);
        assertThat(without.out()).doesNotContain("terminal");
        assertThat(without.exit()).isEqualTo(3);
        assertThat(house.recorder().events(EventType.SSH_SHELL)).isNotEmpty();
    }

    @Test
    void theWindowChangesWithTheClients() throws Exception {
        // Given
        String script =
                """
                import os,pty,sys,time,fcntl,termios,struct,signal
                def size(fd,r,c):
                    fcntl.ioctl(fd,termios.TIOCSWINSZ,struct.pack('HHHH',r,c,0,0))
                pid,fd=pty.fork()
                if pid==0:
                    os.execvp(sys.argv[1],sys.argv[1:])
                size(fd,30,100)
                out=b''
                def until(word):
                    global out
                    while word not in out:
                        out+=os.read(fd,4096)
                os.write(fd,b'stty size; echo first | tr a-z A-Z\\n')
                until(b'FIRST\\r\\n')
                size(fd,50,132); os.kill(pid,signal.SIGWINCH)
                os.write(fd,b'sleep 0.3; stty size; echo second | tr a-z A-Z\\n')
                until(b'SECOND\\r\\n')
                os.write(fd,b'exit\\n')
                sys.stdout.buffer.write(out)
                """;
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-c", script));
        command.addAll(agent.command("-tt", "host"));

        // When
        var result = agent.run(NOTHING, command);

        // Then
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).containsSubsequence("30 100", "FIRST", "50 132", "SECOND");
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
        Path socket = agent.directory().resolve("master");
        Process master = agent.start("-M", "-N", "-o", "ControlPath=" + socket, "host");
        Patience.await("the master", () -> Files.exists(socket));
        int opened = house.recorder().events(EventType.SESSION_OPENED).size();

        // When
        List<CompletableFuture<StockSsh.Result>> results = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                String number = String.valueOf(i);
                results.add(
                        CompletableFuture.supplyAsync(
                                () ->
                                        ssh(
                                                "-o",
                                                "ControlPath=" + socket,
                                                "host",
                                                "sleep 0.2; echo",
                                                number),
                                threads));
            }
        }

        // Then
        for (int i = 0; i < 8; i++) {
            assertThat(results.get(i).join().out()).isEqualTo(i + "\n");
        }
        assertThat(house.recorder().events(EventType.SESSION_OPENED)).hasSize(opened);
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
        // Given
        byte[] input = new byte[500_000];
        new Random(1).nextBytes(input);

        // When
        var result = agent.ssh(input, "host", "wc -c; sleep 0.2; echo late");

        // Then
        assertThat(result.out()).isEqualTo("500000\nlate\n");
    }

    @Test
    @Attack(17)
    void variablesPassByName() throws Exception {
        // Given
        List<String> command =
                new ArrayList<>(List.of("env", "LC_WANTED=yes", "SECRET=no", "LD_PRELOAD="));
        command.addAll(agent.command("-o", "SendEnv=LC_WANTED SECRET LD_PRELOAD", "host", "env"));

        // When
        var result = agent.run(NOTHING, command);

        // Then
        assertThat(result.out())
                .contains("LC_WANTED=yes")
                .doesNotContain("SECRET=")
                .doesNotContain("LD_PRELOAD");
    }

    private static StockSsh.Result ssh(String... arguments) {
        try {
            return agent.ssh(arguments);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
