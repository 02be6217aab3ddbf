package dev.sallyport.proxy.ssh.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** scp's old protocol is read strictly, wherever the bytes are cut. */
class ScpStreamTest {
    /** What an agent says one after the other; the target says yes to each. */
    private static final List<String> TREE =
            List.of(
                    "T1 0 2 0\n",
                    "D0755 0 d\n",
                    "C0644 5 x\n",
                    "hello\0",
                    "C0600 0 empty\n",
                    "\0",
                    "E\n",
                    "C0644 1 last\n",
                    "z\0");

    private static final String YES = "\0";
    private static final String NO = "\1scp: no\n";

    @Test
    void everySplitGivesTheSame() {
        for (int cut = 0; cut < 14; cut++) {
            // Given
            var channel = played("secret", "scp", "-r", "-d", "-t", "/in");

            // When
            channel.target(bytes(YES));
            for (String said : TREE) {
                byte[] all = bytes(said);
                channel.agent(Arrays.copyOf(all, Math.min(cut, all.length)));
                channel.agent(Arrays.copyOfRange(all, Math.min(cut, all.length), all.length));
                channel.target(bytes(YES));
            }

            // Then
            assertThat(channel.toTarget.toByteArray()).isEqualTo(bytes(String.join("", TREE)));
            assertThat(channel.toAgent.toByteArray()).isEqualTo(bytes(YES.repeat(TREE.size() + 1)));
            assertTreeIsRecorded(channel);
        }
    }

    /** As clients do that do not wait for every answer, or no longer wait for the first. */
    @Test
    void whatComesBeforeItsTurnWaits() {
        // Given
        var channel = played("secret", "scp", "-r", "-d", "-t", "/in");
        channel.agent(bytes(String.join("", TREE)));

        for (int answered = 0; answered <= TREE.size(); answered++) {
            // Then
            assertThat(channel.toTarget.toByteArray())
                    .isEqualTo(bytes(String.join("", TREE.subList(0, answered))));

            // When
            channel.target(bytes(YES));
        }
        assertTreeIsRecorded(channel);
    }

    private static void assertTreeIsRecorded(Played channel) {
        assertThat(channel.asked)
                .containsExactly(
                        "scp-write /in/d",
                        "scp-write /in/d/x",
                        "scp-write /in/d/empty",
                        "scp-write /in/last");
        assertThat(channel.notes).hasSize(3);
        assertThat(channel.notes.getFirst())
                .containsEntry("path", "/in/d/x")
                .containsEntry("result", "ok")
                .containsEntry("written", 5L)
                .containsEntry(
                        "sha256",
                        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    }

    /** The target reads lines where the agent claims to send content (attack of our own). */
    @Test
    @Attack(19)
    void contentOfAFileThatTheTargetDoesNotTakeIsReadAsLines() {
        // Given
        var channel = started("secret", "scp", "-d", "-t", "/in");

        // When
        channel.agent(bytes("C0644 22 a\n"));
        channel.target(bytes(NO));
        channel.agent(bytes("C0644 5 secret\nhello\0"));

        // Then
        assertThat(channel.asked).containsExactly("scp-write /in/a", "scp-write /in/secret");
        assertThat(channel.toTarget.toByteArray()).isEqualTo(bytes("C0644 22 a\n"));
        assertThat(channel.notes.getFirst())
                .containsEntry("path", "/in/a")
                .containsEntry("result", "failure")
                .containsEntry("written", 0L);
    }

    @Test
    @Attack(19)
    void aDirectoryThatTheTargetDoesNotEnterIsNotEntered() {
        // Given
        var channel = started("/in/x", "scp", "-r", "-d", "-t", "/in");

        // When
        channel.agent(bytes("D0755 0 d\n"));
        channel.target(bytes(NO));
        channel.agent(bytes("C0644 1 x\n"));

        // Then
        assertThat(channel.asked).containsExactly("scp-write /in/d", "scp-write /in/x");
        assertThat(channel.toTarget.toByteArray()).isEqualTo(bytes("D0755 0 d\n"));
    }

    @Test
    @Attack(19)
    void contentEndsWithItsEndAndNotWithALine() {
        // Given
        var channel = started("secret", "scp", "-d", "-t", "/in");
        channel.agent(bytes("C0644 1 a\n"));
        channel.target(bytes(YES));

        // When
        channel.agent(bytes("xC0644 30 b\nC0644 5 secret\n"));

        // Then
        assertThat(channel.ended).isTrue();
        assertThat(channel.toTarget.toByteArray()).isEqualTo(bytes("C0644 1 a\nx"));
    }

    @Test
    @Attack(19)
    void whatASourceSendsAfterTheAgentsNoIsReadAsLines() {
        // Given: an agent that lets a file begin only to hide the next one in it
        var channel = played("secret", "scp", "-r", "-f", "/out");
        channel.agent(bytes(YES));
        channel.target(bytes("D0755 0 out\n"));
        channel.agent(bytes(YES));

        // When
        channel.target(bytes("C0644 1000 a\n"));
        channel.agent(bytes(NO));
        channel.target(bytes("C0644 5 secret\n"));

        // Then
        assertThat(channel.asked).last().isEqualTo("scp-read /out/secret");
        assertThat(channel.ended).isTrue();
        assertThat(channel.toAgent.toByteArray()).isEqualTo(bytes("D0755 0 out\nC0644 1000 a\n"));
    }

    @Test
    void anAnswerToNothingEndsTheChannel() {
        var channel = started("secret", "scp", "-t", "/in");
        channel.target(bytes(YES));
        assertThat(channel.ended).isTrue();
    }

    @Test
    void whoWaitsForAnAnswerThatNeverComesIsLetGo() {
        // Given
        var stream = ScpStream.of(List.of("scp", "-t", "/in")).orElseThrow();
        var channel = new Played(stream, "secret");
        channel.agent(bytes("C0644 1 a\n"));
        assertThat(channel.waits).isTrue();

        // When
        stream.gone();

        // Then
        assertThat(channel.waits).isFalse();
        assertThat(channel.toTarget.size()).isZero();
    }

    @Test
    @Attack(19)
    void aRefusedFileIsAnsweredAndTheNextOneGoesOn() {
        // Given
        var channel = started("secret", "scp", "-d", "-t", "/in");

        // When
        channel.agent(bytes("C0644 1 secret\n"));
        byte[] answered = channel.toAgent.toByteArray();
        channel.agent(bytes("C0644 1 open\n"));
        channel.target(bytes(YES));
        channel.agent(bytes("x\0"));

        // Then
        assertThat(channel.toTarget.toByteArray()).isEqualTo(bytes("C0644 1 open\nx\0"));
        assertThat(answered).startsWith(0, 1).endsWith('\n');
        assertThat(channel.ended).isFalse();
    }

    @Test
    void aSinkThatMayBeADirectoryIsJudgedAsBoth() {
        var channel = started("secret", "scp", "-t", "/in/x");
        channel.agent(bytes("C0644 1 secret\n"));
        assertThat(channel.asked).containsExactly("scp-write /in/x /in/x/secret");
        assertThat(channel.toTarget.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C0644 1 ..\n",
                "C0644 1 .\n",
                "C0644 1 a/b\n",
                "C0644 1 /etc/passwd\n",
                "C0644 -1 a\n",
                "C0644 99999999999999999999 a\n",
                "C644 1 a\n",
                "C0644 1 \n",
                "D0755 0 ../x\n",
                "E\n",
                "X\n",
                "\n",
                "\0C0644 1 a\n",
                "Tx\n"
            })
    @Attack(19)
    void malformedLinesEndTheChannel(String line) {
        // Given
        var channel = started("secret", "scp", "-r", "-t", "/in");

        // When
        channel.agent(bytes(line));
        channel.agent(bytes("C0644 1 a\n"));

        // Then
        assertThat(channel.ended).isTrue();
        assertThat(channel.toTarget.size()).isZero();
    }

    @Test
    void aLineThatNeverEndsEndsTheChannel() {
        var channel = started("secret", "scp", "-t", "/in");
        channel.agent(bytes("C0644 1 " + "a".repeat(10_000)));
        assertThat(channel.ended).isTrue();
    }

    @Test
    void aSourceMaySendOnlyWhatWasAskedFor() {
        // Given
        var honest = played("secret", "scp", "-f", "/out/a", "/out/b");
        var other = played("secret", "scp", "-f", "/out/a");

        // When
        honest.agent(bytes(YES));
        honest.target(bytes("C0644 2 b\n"));
        honest.agent(bytes(YES));
        honest.target(bytes("hi\0"));
        honest.agent(bytes(YES));
        other.agent(bytes(YES));
        other.target(bytes("C0644 2 .bashrc\n"));

        // Then
        assertThat(honest.asked).containsExactly("scp-read /out/a /out/b", "scp-read /out/b");
        assertThat(honest.notes.getFirst()).containsEntry("read", 2L);
        assertThat(other.ended).isTrue();
        assertThat(other.toAgent.size()).isZero();
    }

    @Test
    void aTransferThatStopsIsNoted() {
        var channel = started("secret", "scp", "-t", "/in");
        channel.agent(bytes("C0644 9 a\n"));
        channel.target(bytes(YES));
        channel.agent(bytes("half"));
        channel.end();
        assertThat(channel.notes.getFirst())
                .containsEntry("result", "aborted")
                .containsEntry("written", 4L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scp -t relative",
                "scp -t /a/../b",
                "scp -tf /a",
                "scp /a host:/b",
                "scp -t",
                "scp -t /a /b",
                "scp -S /bin/sh -t /a",
                "/usr/bin/scp -t /a",
                "cat /a"
            })
    void otherCommandsAreNotScp(String command) {
        assertThat(ScpStream.of(List.of(command.split(" ")))).isEmpty();
    }

    /** A sink that has said that it listens. */
    private static Played started(String forbidden, String... argv) {
        var channel = played(forbidden, argv);
        channel.target(bytes(YES));
        return channel;
    }

    private static Played played(String forbidden, String... argv) {
        return new Played(ScpStream.of(List.of(argv)).orElseThrow(), forbidden);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
