package dev.sallyport.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.port.Cast.Stream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several channels on one connection, one of them a terminal that somebody types into: each has its
 * own cast, and its bytes and counts are those that its client and the target saw.
 */
final class ChannelsIT {
    private static final byte[] NOTHING = {};

    /** What the cast of a shell has for a command. */
    private static final String SHELL = "shell with a terminal";

    @TempDir private static Path directory;

    private static Stand stand;

    @BeforeAll
    static void open() throws Exception {
        stand = Stand.start(directory);
    }

    @AfterAll
    static void close() {
        stand.close();
    }

    @Test
    void whatIsTypedIntoATerminalIsRecordedAsTyped() throws Exception {
        // Given
        Path grant = stand.grant("bot", "shell");
        byte[] keys = keys(1_000);
        Path received = stand.file("typed-alone");
        // When
        Typist typist = new Typist(stand.startSsh(grant, "-tt", Stand.TARGET), received);
        typist.types(keys);
        Ran ran = typist.leaves(7);
        // Then
        assertThat(ran.exit()).isEqualTo(7);
        assertThat(received).hasBinaryContent(keys);
        Recorded session = Recorded.sealed(stand, grant);
        assertThat(session.session().casts()).hasSize(1);
        assertChannel(session, SHELL, typist.typed(), typist.shown(), NOTHING);
    }

    @Test
    void everyChannelOfAConnectionHasItsOwnCastAndCounts() throws Exception {
        // Given: one connection
        Path grant = stand.grant("bot", "shell");
        String socket = stand.work().resolve("master").toString();
        Process master = stand.startSsh(grant, "-M", "-S", socket, "-N", Stand.TARGET);
        Stand.await("the connection stands", () -> Files.exists(Path.of(socket)));
        byte[] keys = keys(3_000);
        byte[] first = random(200_003);
        byte[] second = random(70_001);
        Path received = stand.file("typed-beside");
        String pass = stand.bin("pass") + " -";
        String both = stand.bin("both");
        String fail = stand.bin("fail") + " 42";
        // When: a terminal stays open while three commands come and go
        Typist typist =
                new Typist(stand.startSsh(grant, "-S", socket, "-tt", Stand.TARGET), received);
        Process passing = stand.startSsh(grant, "-S", socket, Stand.TARGET, pass);
        Ran ranBoth = stand.ssh(grant, second, "-S", socket, Stand.TARGET, both);
        typist.types(keys);
        Ran ranPass = Ran.toEnd(passing, first);
        Ran ranFail = stand.ssh(grant, NOTHING, "-S", socket, Stand.TARGET, fail);
        Ran ranShell = typist.leaves(0);
        stand.program(
                stand.sshCommand(grant, "-S", socket, "-O", "exit", Stand.TARGET)
                        .toArray(String[]::new));
        Ran.toEnd(master, NOTHING);
        // Then: what clients and target saw
        assertThat(ranShell.exit()).isZero();
        assertThat(received).hasBinaryContent(keys);
        assertThat(ranPass.stdout()).isEqualTo(first);
        assertThat(ranBoth.stdout()).isEqualTo(second);
        assertThat(ranFail.exit()).isEqualTo(42);
        // and what the record says
        Recorded session = Recorded.sealed(stand, grant);
        assertThat(Recorded.all(stand, grant)).as("one connection, one session").hasSize(1);
        assertThat(session.session().casts()).hasSize(4);
        assertChannel(session, SHELL, typist.typed(), typist.shown(), NOTHING);
        assertChannel(session, pass, first, first, NOTHING);
        assertChannel(session, both, second, second, ranBoth.stderr());
        assertChannel(session, fail, NOTHING, NOTHING, NOTHING);
    }

    /** The cast of that command holds these bytes, and the session's end counts as many. */
    private static void assertChannel(
            Recorded session, String command, byte[] stdin, byte[] stdout, byte[] stderr)
            throws IOException {
        String cast = castOf(session, command);
        Map<Stream, byte[]> bytes = session.decoded(List.of(cast));
        assertThat(bytes.get(Stream.STDIN)).as("typed to " + command).isEqualTo(stdin);
        assertThat(bytes.get(Stream.STDOUT)).as("shown by " + command).isEqualTo(stdout);
        assertThat(bytes.get(Stream.STDERR)).as("errors of " + command).isEqualTo(stderr);
        int channel = session.header(cast).path("sallyport").path("channel").intValue();
        assertThat(session.counted(channel))
                .as("counts of " + command)
                .containsEntry(Stream.STDIN, (long) stdin.length)
                .containsEntry(Stream.STDOUT, (long) stdout.length)
                .containsEntry(Stream.STDERR, (long) stderr.length);
    }

    private static String castOf(Recorded session, String command) throws IOException {
        for (String cast : session.session().casts()) {
            if (session.header(cast).path("title").asString("").equals(command)) {
                return cast;
            }
        }
        throw new AssertionError("no cast of " + command);
    }

    /** Everything that a keyboard can send: controls, escapes, characters of several bytes. */
    private static byte[] keys(int length) {
        byte[] keys = random(length);
        byte[] known =
                "\u0003\u0004\u001a\u001b[A\r\u0000\u00e9\u65e5~.".getBytes(StandardCharsets.UTF_8);
        System.arraycopy(known, 0, keys, 0, known.length);
        return keys;
    }

    /** Always the same bytes for the same length, so that a failure happens again. */
    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** Types into a shell, and has the target keep every key that arrived. */
    private static final class Typist {
        private final Process client;
        private final OutputStream keyboard;
        private final ByteArrayOutputStream typed = new ByteArrayOutputStream();
        private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
        private final Path received;
        private final CompletableFuture<byte[]> errors;
        private final Thread eyes;

        Typist(Process client, Path received) {
            this.client = client;
            this.received = received;
            keyboard = client.getOutputStream();
            errors = Ran.drain(client.getErrorStream());
            eyes = Thread.ofPlatform().daemon().start(this::look);
        }

        private void look() {
            byte[] bytes = new byte[8192];
            try (var screen = client.getInputStream()) {
                for (int n = screen.read(bytes); n >= 0; n = screen.read(bytes)) {
                    shown.write(bytes, 0, n);
                }
            } catch (IOException e) {
                // The client is gone; what it has shown is compared all the same.
            }
        }

        /** The terminal hands every key on as it is, until the target has all of them. */
        void types(byte[] keys) throws IOException {
            press(
                    "stty raw -echo; echo rea''dy; head -c %d > %s; stty sane; echo d''one\n"
                            .formatted(keys.length, received));
            Stand.await("the target listens", () -> screen().contains("ready"));
            press(keys);
            Stand.await("the target has heard", () -> screen().contains("done"));
        }

        Ran leaves(int status) throws Exception {
            press("exit " + status + "\n");
            client.waitFor();
            eyes.join();
            return new Ran(client.exitValue(), shown(), errors.join());
        }

        byte[] typed() {
            return typed.toByteArray();
        }

        byte[] shown() {
            return shown.toByteArray();
        }

        private String screen() {
            return shown.toString(StandardCharsets.UTF_8);
        }

        private void press(String keys) throws IOException {
            press(keys.getBytes(StandardCharsets.UTF_8));
        }

        private void press(byte[] keys) throws IOException {
            typed.writeBytes(keys);
            keyboard.write(keys);
            keyboard.flush();
        }
    }
}
