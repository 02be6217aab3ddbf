package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.InMemoryRecorder;
import dev.sallyport.access.port.Cast;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import dev.sallyport.proxy.ssh.fixture.StockSsh;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Much data passes whole, in order and recorded, also when keys change on the way. */
class LongTransfersIT {
    private static final byte[] NOTHING = new byte[0];
    private static final long MEBIBYTE = 1024 * 1024;

    /** Bytes without an end that never repeat, made fast: AES of zeroes. */
    private static final String ENDLESS =
            "openssl enc -aes-128-ctr -K 00112233445566778899aabbccddeeff -iv 00 -in /dev/zero"
                    + " 2>/dev/null";

    /** Passes bytes on, and writes their count and hash into a file. */
    private static final String MEASURE =
            """
            import hashlib,sys
            count,digest=0,hashlib.sha256()
            while piece:=sys.stdin.buffer.read(1<<18):
                count+=len(piece)
                digest.update(piece)
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            print(count,digest.hexdigest(),file=open(sys.argv[1],'w'))
            """;

    @TempDir static Path directory;

    private static SshHouse house;
    private static StockSsh agent;
    private static Path measure;

    @BeforeAll
    static void open() throws Exception {
        measure = Files.writeString(directory.resolve("measure"), MEASURE);
        house = new SshHouse(directory);
        house.recorder().countOnly();
        agent = house.agent(SshHouse.everything());
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    @Test
    void aHundredMebibytesPassEachWayAndAreRecordedWhole() throws Exception {
        passes(100 * MEBIBYTE);
    }

    @Test
    @Tag("full")
    @Attack(11)
    void aGibibytePassesEachWay() throws Exception {
        passes(1024 * MEBIBYTE);
    }

    /** Both ends count and hash what they send or get, and the record counts what passed. */
    private static void passes(long bytes) throws Exception {
        // Given
        String source = ENDLESS + " | head -c " + bytes + " | ";
        String ssh = String.join(" ", agent.command("host")) + " ";
        String expected = bytes + " ";

        for (Cast.Stream way : List.of(Cast.Stream.STDOUT, Cast.Stream.STDIN)) {
            Path sent = directory.resolve("sent-" + way + bytes);
            Path got = directory.resolve("got-" + way + bytes);
            boolean down = way == Cast.Stream.STDOUT;
            String command = down ? source + measured(sent) : measured(got) + " >/dev/null";

            // When
            var result =
                    bash(
                            down
                                    ? ssh + "'" + command + "' | " + measured(got) + " >/dev/null"
                                    : source + measured(sent) + " | " + ssh + "'" + command + "'");

            // Then
            assertThat(result.exit()).as(result.err()).isZero();
            assertThat(sent).content().startsWith(expected);
            assertThat(got).hasSameTextualContentAs(sent);
            assertThat(house.recorder().recordings())
                    .flatExtracting(InMemoryRecorder.Recording::casts)
                    .filteredOn(cast -> cast.header().title().equals(command))
                    .singleElement()
                    .satisfies(cast -> assertThat(cast.passed(way)).isEqualTo(bytes));
        }
    }

    private static String measured(Path result) {
        return "/usr/bin/python3 " + measure + " " + result;
    }

    private static StockSsh.Result bash(String script) throws Exception {
        return agent.run(NOTHING, List.of("bash", "-c", script));
    }

    @Test
    @Attack(11)
    void changingKeysDoesNotDisturbATransfer() throws Exception {
        // Given
        int bytes = 40_000_000;
        Path sent = directory.resolve("sent");
        String there = ENDLESS + " | head -c " + bytes + " | " + measured(sent);

        // When
        var result = agent.run(NOTHING, agent.command("-v", "-o", "RekeyLimit=4M", "host", there));

        // Then
        assertThat(result.stdout()).hasSize(bytes);
        assertThat(Pattern.compile("SSH2_MSG_NEWKEYS received").matcher(result.err()).results())
                .hasSizeGreaterThan(5);
        assertThat(sent).content().isEqualTo(bytes + " " + sha256(result.stdout()) + "\n");
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
