package dev.sallyport.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.port.Cast.Stream;
import dev.sallyport.recorder.read.RecordFilter;
import dev.sallyport.recorder.read.Recordings;
import dev.sallyport.recorder.read.SessionSummary;
import dev.sallyport.recorder.session.CastEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The record holds every byte that client and target saw, and whoever looks sees each once. */
final class CompleteIT {
    private static final byte[] NOTHING = {};
    // Cut characters, overlong forms, surrogates, bytes that UTF-8 never has, controls.
    private static final byte[] INVALID = {
        'a',
        (byte) 0xC3,
        '\n',
        (byte) 0xE2,
        (byte) 0x82,
        'b',
        (byte) 0xC0,
        (byte) 0xAF,
        0,
        (byte) 0xED,
        (byte) 0xA0,
        (byte) 0x80,
        (byte) 0xFF,
        (byte) 0xFE,
        0x1B,
        '[',
        '2',
        'J',
        (byte) 0xF0,
        (byte) 0x9F,
        (byte) 0x92,
        (byte) 0xA9,
        0x07,
        '\r',
        '\n',
        (byte) 0xF0,
        (byte) 0x9F
    };

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
    void binaryDataInAndOutThatWasSentBeforeTheProgramRan() throws Exception {
        // Given
        Path grant = stand.grant("bot", "work");
        byte[] input = random(700_001);
        // When
        Ran ran = stand.ssh(grant, input, Stand.TARGET, stand.bin("pass") + " -");
        // Then
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.stdout()).isEqualTo(input);
        assertRecorded(grant, input, input, NOTHING);
    }

    @Test
    void bytesThatAreNotUtf8() throws Exception {
        // Given
        Path grant = stand.grant("bot", "work");
        // When
        Ran ran = stand.ssh(grant, INVALID, Stand.TARGET, stand.bin("both"));
        // Then
        assertThat(ran.stdout()).isEqualTo(INVALID);
        assertThat(ran.stderr()).isEqualTo(INVALID);
        assertRecorded(grant, INVALID, INVALID, INVALID);
    }

    @Test
    void whatOnlyTheTargetReceives() throws Exception {
        // Given
        Path grant = stand.grant("bot", "work");
        Path received = stand.file("received");
        byte[] input = random(200_003);
        // When
        Ran ran = stand.ssh(grant, input, Stand.TARGET, stand.bin("swallow") + " " + received);
        // Then
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(received).hasBinaryContent(input);
        assertRecorded(grant, input, NOTHING, NOTHING);
    }

    @Test
    void errorsThatComeAfterTheInputHasEnded() throws Exception {
        // Given
        Path grant = stand.grant("bot", "work");
        Path sent = Files.write(stand.file("sent"), random(150_001));
        byte[] input = "half".getBytes(StandardCharsets.US_ASCII);
        // When
        Ran ran = stand.ssh(grant, input, Stand.TARGET, stand.bin("complain") + " " + sent);
        // Then
        assertThat(ran.stderr()).isEqualTo(Files.readAllBytes(sent));
        assertRecorded(grant, input, NOTHING, ran.stderr());
        assertThat(ends(grant)).contains(Stream.STDIN);
    }

    @Test
    void aTerminalsBytes() throws Exception {
        // Given
        Path grant = stand.grant("bot", "report", "customer=7");
        // When
        Ran ran =
                stand.ssh(
                        grant, NOTHING, "-tt", Stand.TARGET, stand.bin("report") + " --customer 7");
        // Then
        assertThat(ran.out()).isEqualTo("report for customer 7\r\n");
        assertRecorded(grant, NOTHING, ran.stdout(), NOTHING);
    }

    @Test
    void aFileByEachProtocolOfScp() throws Exception {
        for (String protocol : List.of("-O", "-s")) {
            // Given
            Path grant = stand.grant("bot", "files");
            Path local = Files.write(stand.work().resolve("local"), random(300_007));
            Path remote = stand.file("by-scp" + protocol);
            // When
            Ran ran =
                    stand.program(
                            "scp",
                            "-q",
                            protocol,
                            "-F",
                            grant.resolve("ssh_config").toString(),
                            local.toString(),
                            Stand.TARGET + ":" + remote);
            // Then
            assertThat(ran.exit()).as(protocol + ran.err()).isZero();
            assertThat(remote).hasSameBinaryContentAs(local);
            SessionSummary session = sealed(grant);
            assertThat(Recorded.sealed(stand, grant).counted(Stream.STDIN)).isGreaterThan(300_007);
            assertThat(recordings().events(session))
                    .as("content is recorded by name and hash")
                    .anySatisfy(event ->
                            assertThat(event.text("sha256"))
                                    .isEqualTo(sha256(Files.readAllBytes(local))));
        }
    }

    @Test
    void asciinemaPlaysWhatWasShown() throws Exception {
        // Given
        Path grant = stand.grant("bot", "work");
        Ran ran = stand.ssh(grant, stand.bin("follow") + " 3");
        Path cast = stand.work().resolve("shown.cast");
        // When
        Ran exported = stand.sallyport("cast", sealed(grant).id(), "-o", cast.toString());
        byte[] played = asciinema("play -s 1000", cast);
        // Then
        assertThat(exported.exit()).as(exported.err()).isZero();
        assertThat(played).isEqualTo(ran.stdout());
        assertThat(asciinema("cat", cast)).isEqualTo(ran.stdout());
    }

    @Test
    void asciinemaPlaysATerminalsColoursCharactersAndMovesAsTheyWere() throws Exception {
        // Given
        Path grant = stand.grant("bot", "work");
        String screen =
                "\u001b[2J\u001b[1;31mr\u00f6t\u001b[0m \u65e5\u672c \ud83d\udca9\r\tx\b\u0007\n";
        Path shown = Files.writeString(stand.file("screen"), screen.repeat(2_000));
        Ran ran = stand.ssh(grant, NOTHING, "-tt", Stand.TARGET, stand.bin("emit") + " " + shown);
        Path cast = stand.work().resolve("screen.cast");
        // When
        Ran exported = stand.sallyport("cast", sealed(grant).id(), "-o", cast.toString());
        byte[] played = asciinema("play -s 1000", cast);
        // Then
        assertThat(exported.exit()).as(exported.err()).isZero();
        assertThat(ran.out()).isEqualTo(screen.repeat(2_000).replace("\n", "\r\n"));
        assertThat(played).isEqualTo(ran.stdout());
    }

    @Test
    void asciinemaPlaysEveryCastOfTheRecord() throws Exception {
        // Given
        Path grant = stand.grant("bot", "work");
        stand.ssh(grant, INVALID, Stand.TARGET, stand.bin("both"));
        sealed(grant);
        Path cast = stand.work().resolve("any.cast");
        for (SessionSummary session : recordings().list(RecordFilter.ANY)) {
            for (String stream : session.casts()) {
                // When
                Files.write(cast, recordings().castLines(session, stream));
                byte[] played = asciinema("play -s 1000", cast);
                // Then
                byte[] output = shown(session, stream).getBytes(StandardCharsets.UTF_8);
                assertThat(played).as(session.id()).isEqualTo(output);
            }
        }
    }

    @Test
    void tailJoinsALiveSessionAndShowsEveryByteOnce() throws Exception {
        // Given
        Path grant = stand.grant("bot", "work");
        Path seen = stand.work().resolve("seen");
        Process client =
                new ProcessBuilder(stand.sshCommand(grant, Stand.TARGET, stand.bin("pass")))
                        .redirectOutput(seen.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        var sent = new ByteArrayOutputStream();
        send(client, sent, random(100_001));
        Stand.await("the client sees the first bytes", () -> size(seen) == sent.size());
        // When
        String id = Recorded.started(stand, grant).session().id();
        Path tailed = stand.work().resolve("tailed");
        Process tail =
                stand.process("tail", "--raw", id)
                        .redirectOutput(tailed.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        Stand.await("tail shows what was", () -> size(tailed) == sent.size());
        for (int i = 0; i < 10; i++) {
            send(client, sent, INVALID);
            send(client, sent, random(10_000 + i));
        }
        Stand.await("tail shows what is", () -> size(tailed) > 150_000);
        Ran verified = stand.sallyport("verify");
        Ran ended = Ran.toEnd(client, NOTHING);
        Ran left = Ran.toEnd(tail, NOTHING);
        // Then
        assertThat(verified.exit()).as(verified.out()).isZero();
        assertThat(ended.exit()).isZero();
        assertThat(left.exit()).isZero();
        assertThat(seen).hasBinaryContent(sent.toByteArray());
        assertThat(tailed).hasBinaryContent(sent.toByteArray());
        assertThat(stand.sallyport("verify").exit()).isZero();
    }

    /** What Debian's asciinema sends to the terminal, which it wants for its keys, too. */
    private static byte[] asciinema(String verb, Path cast) throws Exception {
        String command = "asciinema %s '%s'".formatted(verb, cast);
        Ran ran = stand.program("script", "-qec", command, "/dev/null");
        assertThat(ran.exit()).as(ran.out()).isZero();
        return ran.stdout();
    }

    /** What a player has to show: every text of the stored cast that is output. */
    private static String shown(SessionSummary session, String stream) throws IOException {
        var shown = new StringBuilder();
        List<String> lines = recordings().castLines(session, stream);
        for (String line : lines.subList(1, lines.size())) {
            JsonNode event = JsonMapper.shared().readTree(line);
            if (event.get(1).stringValue().equals("o")) {
                shown.append(event.get(2).stringValue());
            }
        }
        return shown.toString();
    }

    private static void assertRecorded(Path grant, byte[] stdin, byte[] stdout, byte[] stderr)
            throws Exception {
        Recorded session = Recorded.sealed(stand, grant);
        Map<Stream, byte[]> bytes = session.decoded();
        Map<Stream, byte[]> expected =
                Map.of(Stream.STDIN, stdin, Stream.STDOUT, stdout, Stream.STDERR, stderr);
        expected.forEach((stream, wanted) -> {
            assertThat(bytes.get(stream)).as("bytes of " + stream).isEqualTo(wanted);
            assertThat(session.counted(stream)).as("count of " + stream).isEqualTo(wanted.length);
        });
    }

    private static List<Stream> ends(Path grant) throws Exception {
        var ends = new ArrayList<Stream>();
        recordings()
                .cast(
                        sealed(grant),
                        "term",
                        event -> {
                            if (event instanceof CastEvent.End end) {
                                ends.add(end.stream());
                            }
                        });
        return ends;
    }

    private static SessionSummary sealed(Path grant) {
        return Recorded.sealed(stand, grant).session();
    }

    private static Recordings recordings() {
        return new Recordings(stand.record());
    }

    private static void send(Process client, ByteArrayOutputStream sent, byte[] bytes)
            throws IOException {
        OutputStream stdin = client.getOutputStream();
        stdin.write(bytes);
        stdin.flush();
        sent.writeBytes(bytes);
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    /** Always the same bytes for the same length, so that a failure happens again. */
    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
