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
    private static final String TREE =
            "T1 0 2 0\nD0755 0 d\nC0644 5 x\nhello\0C0600 0 empty\n\0E\nC0644 1 last\nz\0";

    @Test
    void everySplitGivesTheSame() {
        byte[] all = bytes(TREE);
        for (int cut = 0; cut <= all.length; cut++) {
            // Given
            var channel = played("secret", "scp", "-r", "-d", "-t", "/in");

            // When
            channel.agent(Arrays.copyOf(all, cut));
            channel.agent(Arrays.copyOfRange(all, cut, all.length));

            // Then
            assertThat(channel.toTarget.toByteArray()).isEqualTo(all);
            assertThat(channel.asked)
                    .containsExactly(
                            "scp-write /in/d",
                            "scp-write /in/d/x",
                            "scp-write /in/d/empty",
                            "scp-write /in/last");
            assertThat(channel.notes).hasSize(3);
            assertThat(channel.notes.getFirst())
                    .containsEntry("path", "/in/d/x")
                    .containsEntry("written", 5L)
                    .containsEntry(
                            "sha256",
                            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
        }
    }

    @Test
    @Attack(19)
    void aRefusedFileIsAnsweredAndTheNextOneGoesOn() {
        // Given
        var channel = played("secret", "scp", "-d", "-t", "/in");

        // When
        channel.agent(bytes("C0644 1 secret\n"));
        channel.agent(bytes("C0644 1 open\nx\0"));

        // Then
        assertThat(channel.toTarget.toByteArray()).isEqualTo(bytes("C0644 1 open\nx\0"));
        assertThat(channel.toAgent.toByteArray()).startsWith(1).endsWith('\n');
        assertThat(channel.ended).isFalse();
    }

    @Test
    void aSinkThatMayBeADirectoryIsJudgedAsBoth() {
        var channel = played("secret", "scp", "-t", "/in/x");
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
        var channel = played("secret", "scp", "-r", "-t", "/in");

        // When
        channel.agent(bytes(line));
        channel.agent(bytes("C0644 1 a\n"));

        // Then
        assertThat(channel.ended).isTrue();
        assertThat(channel.toTarget.size()).isZero();
    }

    @Test
    void aLineThatNeverEndsEndsTheChannel() {
        var channel = played("secret", "scp", "-t", "/in");
        channel.agent(bytes("C0644 1 " + "a".repeat(10_000)));
        assertThat(channel.ended).isTrue();
    }

    @Test
    void aSourceMaySendOnlyWhatWasAskedFor() {
        // Given
        var honest = played("secret", "scp", "-f", "/out/a", "/out/b");
        var other = played("secret", "scp", "-f", "/out/a");

        // When
        honest.agent(new byte[1]);
        honest.target(bytes("C0644 2 b\nhi\0"));
        other.agent(new byte[1]);
        other.target(bytes("C0644 2 .bashrc\nhi\0"));

        // Then
        assertThat(honest.asked).containsExactly("scp-read /out/a /out/b", "scp-read /out/b");
        assertThat(honest.notes.getFirst()).containsEntry("read", 2L);
        assertThat(other.ended).isTrue();
        assertThat(other.toAgent.size()).isZero();
    }

    @Test
    void aTransferThatStopsIsNoted() {
        var channel = played("secret", "scp", "-t", "/in");
        channel.agent(bytes("C0644 9 a\nhalf"));
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

    private static Played played(String forbidden, String... argv) {
        return new Played(ScpStream.of(List.of(argv)).orElseThrow(), forbidden);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
