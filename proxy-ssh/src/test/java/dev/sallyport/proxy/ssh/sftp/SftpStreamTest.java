package dev.sallyport.proxy.ssh.sftp;

import static dev.sallyport.proxy.ssh.sftp.SftpPackets.concat;
import static dev.sallyport.proxy.ssh.sftp.SftpPackets.extension;
import static dev.sallyport.proxy.ssh.sftp.SftpPackets.handle;
import static dev.sallyport.proxy.ssh.sftp.SftpPackets.open;
import static dev.sallyport.proxy.ssh.sftp.SftpPackets.path;
import static dev.sallyport.proxy.ssh.sftp.SftpPackets.read;
import static dev.sallyport.proxy.ssh.sftp.SftpPackets.status;
import static dev.sallyport.proxy.ssh.sftp.SftpPackets.two;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SFTP is read strictly, wherever the bytes are cut. */
class SftpStreamTest {
    private static final byte[] INIT = new SftpWriter(Sftp.INIT).int32(3).packet();
    private static final byte[] VERSION =
            new SftpWriter(Sftp.VERSION)
                    .int32(3)
                    .text(Sftp.POSIX_RENAME)
                    .text("1")
                    .text("surprise@example.org")
                    .text("1")
                    .packet();

    /** Attributes (§5): permissions, and open for everybody. */
    private static final byte[] MODE = ByteBuffer.allocate(8).putInt(4).putInt(0777).array();

    private static final byte[] HOME =
            new SftpWriter(Sftp.NAME).int32(0).int32(1).text("/home/a").text("").int32(0).packet();

    private final Played channel = new Played(new SftpStream("a"), "secret");

    @Test
    void theHomeIsAskedForBeforeTheAgentHearsOfTheVersion() {
        // When
        channel.agent(INIT);
        channel.target(VERSION);

        // Then
        assertThat(channel.toAgent.size()).isZero();
        assertThat(channel.toTarget.toByteArray())
                .endsWith(new SftpWriter(Sftp.REALPATH).int32(0).text(".").packet());

        // When
        channel.target(HOME);

        // Then
        assertThat(text(channel.toAgent))
                .contains(Sftp.POSIX_RENAME)
                .doesNotContain("surprise@example.org");
    }

    @Test
    void everySplitGivesTheSame() {
        // Given
        byte[] agent = concat(INIT, open(1, "x", 1), path(Sftp.REMOVE, 2, "/secret/y"));
        byte[] later = concat(read(3, "h", 0, 3), handle(Sftp.CLOSE, 4, "h"));
        byte[] answers =
                concat(new SftpWriter(Sftp.DATA).int32(3).text("abc").packet(), status(4, Sftp.OK));
        Played whole = played(new byte[][] {agent}, later, answers);

        for (int cut = 0; cut <= agent.length; cut++) {
            // When
            Played parts =
                    played(
                            new byte[][] {
                                Arrays.copyOf(agent, cut),
                                Arrays.copyOfRange(agent, cut, agent.length)
                            },
                            later,
                            answers);

            // Then
            assertThat(parts.toTarget.toByteArray()).isEqualTo(whole.toTarget.toByteArray());
            assertThat(parts.asked).isEqualTo(whole.asked);
        }
        for (int cut = 0; cut <= answers.length; cut++) {
            Played parts = played(new byte[][] {agent}, later, answers, cut);
            assertThat(parts.toAgent.toByteArray()).isEqualTo(whole.toAgent.toByteArray());
            assertThat(parts.notes).isEqualTo(whole.notes).hasSize(1);
        }
        assertThat(whole.asked).containsExactly("open-read /home/a/x", "remove /secret/y");
        assertThat(whole.notes.getFirst())
                .containsEntry("read", 3L)
                .containsEntry(
                        "sha256",
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @ParameterizedTest
    @CsvSource({
        "/a/../secret/x, /secret/x",
        "../../secret/./x, /secret/x",
        "//secret//x/, /secret/x",
        "/../../../secret, /secret"
    })
    void whatIsJudgedIsWhatIsSent(String path, String resolved) {
        // Given
        ready();

        // When
        channel.agent(path(Sftp.STAT, 1, path));
        channel.agent(path(Sftp.STAT, 2, path.replace("secret", "open")));

        // Then
        assertThat(channel.asked.getFirst()).isEqualTo("stat " + resolved);
        assertThat(channel.toTarget.toByteArray())
                .endsWith(path(Sftp.STAT, 2, resolved.replace("secret", "open")));
        assertThat(text(channel.toTarget)).doesNotContain("secret");
        assertThat(text(channel.toAgent)).contains("\"verdict\":\"deny\"");
        assertThat(channel.ended).isFalse();
    }

    @Test
    @Attack(19)
    void everyPathOfAnOperationIsJudged() {
        ready();
        List<byte[]> requests =
                List.of(
                        two(Sftp.RENAME, 1, "/a", "/secret"),
                        two(Sftp.RENAME, 2, "/secret", "/a"),
                        two(Sftp.SYMLINK, 3, "/secret", "/a"),
                        two(Sftp.SYMLINK, 4, "/a", "/secret"),
                        two(Sftp.SYMLINK, 5, "../secret", "/x/y"),
                        two(Sftp.SYMLINK, 6, "y", "/secret/x"),
                        extension(7, Sftp.POSIX_RENAME, "/a", "/secret"),
                        extension(8, Sftp.HARDLINK, "/secret", "/a"),
                        extension(9, Sftp.EXPAND_PATH, "~/../secret"),
                        extension(10, Sftp.EXPAND_PATH, "~root/x"),
                        extension(11, Sftp.HOME_DIRECTORY, "root"),
                        extension(12, Sftp.STATVFS, "/secret"),
                        extension(13, "surprise@example.org", "/a"));
        int before = channel.toTarget.size();

        // When
        requests.forEach(channel::agent);

        // Then
        assertThat(channel.toTarget.size()).isEqualTo(before);
        assertThat(channel.asked).hasSize(requests.size());
        assertThat(channel.ended).isFalse();
    }

    @Test
    void aHandleServesOnlyWhatItWasOpenedFor() {
        // Given
        ready();
        channel.agent(open(1, "/x", 1));
        channel.target(new SftpWriter(Sftp.HANDLE).int32(1).text("h").packet());
        int before = channel.toTarget.size();

        // When
        channel.agent(new SftpWriter(Sftp.WRITE).int32(2).text("h").int64(0).text("data").packet());
        channel.agent(handle(Sftp.READDIR, 3, "h"));
        channel.agent(read(4, "another", 0, 1));

        // Then
        assertThat(channel.toTarget.size()).isEqualTo(before);
        assertThat(channel.asked).contains("an unknown handle");
        assertThat(channel.ended).isFalse();
    }

    /** Servers give a number again as soon as it is free: it may be another file's by then. */
    @Test
    @Attack(19)
    void aHandleServesNobodyAfterItsCloseWasSent() {
        // Given
        ready();
        channel.agent(open(1, "/mine", 2));
        channel.target(new SftpWriter(Sftp.HANDLE).int32(1).text("0").packet());

        // When: the target will open the second file under the first one's handle
        channel.agent(
                concat(
                        handle(Sftp.CLOSE, 2, "0"),
                        open(3, "/others", 1),
                        new SftpWriter(Sftp.FSETSTAT).int32(4).text("0").raw(MODE).packet(),
                        read(5, "0", 0, 1)));

        // Then
        assertThat(channel.toTarget.toByteArray())
                .endsWith(concat(handle(Sftp.CLOSE, 2, "0"), open(3, "/others", 1)));
        assertThat(channel.asked).last().isEqualTo("an unknown handle");

        // When
        channel.target(status(2, Sftp.OK));
        channel.target(new SftpWriter(Sftp.HANDLE).int32(3).text("0").packet());
        channel.agent(read(6, "0", 0, 1));

        // Then
        assertThat(channel.notes)
                .singleElement()
                .satisfies(note ->
                        assertThat(note)
                                .containsEntry("path", "/mine")
                                .containsEntry("result", "ok"));
        assertThat(channel.toTarget.toByteArray()).endsWith(read(6, "0", 0, 1));
    }

    @Test
    void aCloseWithoutAnswerIsNotedAsAborted() {
        ready();
        channel.agent(open(1, "/x", 1));
        channel.target(new SftpWriter(Sftp.HANDLE).int32(1).text("h").packet());
        channel.agent(handle(Sftp.CLOSE, 2, "h"));
        channel.end();
        assertThat(channel.notes)
                .singleElement()
                .satisfies(note ->
                        assertThat(note)
                                .containsEntry("path", "/x")
                                .containsEntry("result", "aborted"));
    }

    @Test
    void contentOutOfOrderHasNoHash() {
        // Given
        ready();
        channel.agent(open(1, "/x", 2));
        channel.target(new SftpWriter(Sftp.HANDLE).int32(1).text("h").packet());

        // When
        channel.agent(new SftpWriter(Sftp.WRITE).int32(2).text("h").int64(7).text("data").packet());
        channel.target(status(2, 4));
        channel.end();

        // Then
        assertThat(channel.notes.getFirst())
                .containsEntry("written", 4L)
                .containsEntry("sha256", "")
                .containsEntry("random", true)
                .containsEntry("result", "failure");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000", // empty
                "7fffffff03", // oversized
                "ffffffff03", // negative
                "00040001", // one too long
                "00000001ff", // unknown type, no id
                "0000000563000000" + "01", // unknown type
                "0000000911000000" + "01ffffffff", // negative string length
                "0000000911000000" + "0100000005", // string beyond the end
                "0000000a11000000" + "010000000000", // trailing
                "0000000a11000000" + "0100000001ff", // not UTF-8
                "0000000a11000000" + "010000000100", // NUL
                "0000000401000000", // short INIT
                "000000050100000003", // second INIT
                "0000001103000000" + "01000000012f000000ff00000000", // unknown open flags
                "0000001103000000" + "01000000012f0000000000000000", // no open flags
                "0000000e0e000000" + "01000000012f00000010" // unknown attributes
            })
    @Attack({13, 19})
    void malformedRequestsEndTheChannel(String hexadecimal) {
        // Given
        ready();
        int before = channel.toTarget.size();

        // When
        channel.agent(java.util.HexFormat.of().parseHex(hexadecimal));
        channel.agent(path(Sftp.STAT, 9, "/x"));

        // Then
        assertThat(channel.ended).isTrue();
        assertThat(channel.toTarget.size()).isEqualTo(before);
        assertThat(channel.asked.getFirst()).startsWith("SFTP from the agent");
    }

    @Test
    void malformedAnswersEndTheChannel() {
        List<byte[]> answers =
                List.of(
                        status(9, 0),
                        status(1, Sftp.OK),
                        new SftpWriter(Sftp.DATA).int32(1).text("x").packet(),
                        new SftpWriter(Sftp.NAME).int32(1).int32(-1).packet(),
                        new SftpWriter(Sftp.HANDLE).int32(1).text("h".repeat(257)).packet(),
                        new SftpWriter(Sftp.HANDLE).int32(1).text("h").int32(1).packet(),
                        new SftpWriter(99).int32(1).packet(),
                        VERSION);
        for (byte[] answer : answers) {
            // Given
            var fresh = new Played(new SftpStream("a"), "secret");
            ready(fresh);
            fresh.agent(open(1, "/x", 1));

            // When
            fresh.target(answer);

            // Then
            assertThat(fresh.ended).isTrue();
        }
    }

    @Test
    void noRequestPassesBeforeTheVersionAndNoIdIsUsedTwice() {
        // When
        channel.agent(concat(INIT, path(Sftp.STAT, 0, "/x")));
        var twice = new Played(new SftpStream("a"), "secret");
        ready(twice);
        twice.agent(concat(path(Sftp.STAT, 1, "/x"), path(Sftp.STAT, 1, "/y")));

        // Then
        assertThat(channel.ended).isTrue();
        assertThat(twice.ended).isTrue();
    }

    @Test
    @Attack(14)
    void noiseRaisesNothing() {
        var random = new Random(7);
        for (int round = 0; round < 5_000; round++) {
            var fresh = new Played(new SftpStream("a"), "secret");
            ready(fresh);
            byte[] noise = new byte[1 + random.nextInt(60)];
            random.nextBytes(noise);
            if (noise.length > 5) {
                ByteBuffer.wrap(noise).putInt(noise.length - 4).put((byte) (1 + round % 22));
            }
            fresh.agent(noise);
            fresh.target(noise);
            fresh.end();
        }
    }

    private static Played played(byte[][] agent, byte[] later, byte[] answers) {
        return played(agent, later, answers, 0);
    }

    private static Played played(byte[][] agent, byte[] later, byte[] answers, int cut) {
        var fresh = new Played(new SftpStream("a"), "secret");
        byte[] all = concat(agent);
        // The greeting comes first, or the rest would come before the version.
        fresh.agent(Arrays.copyOf(all, INIT.length));
        fresh.target(concat(VERSION, HOME));
        int seen = 0;
        for (byte[] part : agent) {
            int from = Math.max(0, Math.min(part.length, INIT.length - seen));
            fresh.agent(Arrays.copyOfRange(part, from, part.length));
            seen += part.length;
        }
        fresh.target(new SftpWriter(Sftp.HANDLE).int32(1).text("h").packet());
        fresh.agent(later);
        fresh.target(Arrays.copyOf(answers, cut));
        fresh.target(Arrays.copyOfRange(answers, cut, answers.length));
        return fresh;
    }

    private void ready() {
        ready(channel);
    }

    private static void ready(Played channel) {
        channel.agent(INIT);
        channel.target(VERSION);
        channel.target(HOME);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
