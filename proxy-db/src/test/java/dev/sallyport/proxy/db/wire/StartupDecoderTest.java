package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.proxy.db.wire.StartupPacket.CancelRequest;
import dev.sallyport.proxy.db.wire.StartupPacket.DirectTls;
import dev.sallyport.proxy.db.wire.StartupPacket.GssEncRequest;
import dev.sallyport.proxy.db.wire.StartupPacket.SslRequest;
import dev.sallyport.proxy.db.wire.StartupPacket.StartupMessage;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StartupDecoderTest {
    private static final String SSL = "00000008 04D2162F";
    private static final String GSSENC = "00000008 04D21630";
    private static final byte[] STARTUP =
            packet(0x0003_0000, "'user' 00 'anna' 00 'database' 00 'sales' 00 00");

    private static byte[] packet(int code, String body) {
        byte[] bytes = Golden.bytes(body);
        return ByteBuffer.allocate(bytes.length + 8)
                .putInt(bytes.length + 8)
                .putInt(code)
                .put(bytes)
                .array();
    }

    static Map<String, byte[]> goldens() {
        return Map.of(
                "SslRequest[]",
                Golden.bytes(SSL),
                "GssEncRequest[]",
                Golden.bytes(GSSENC),
                "CancelRequest[key=CancelKey[processId=7, redacted]]",
                packet(80_877_102, "00000007 01020304"),
                "CancelRequest[key=CancelKey[processId=8, redacted]]",
                packet(80_877_102, "00000008" + " AB".repeat(256)),
                "StartupMessage[version=3.0, parameters=["
                        + "StartupParameter[name=user, value=anna],"
                        + " StartupParameter[name=database, value=sales]]]",
                STARTUP,
                "StartupMessage[version=3.9999, parameters=[]]",
                packet(0x0003_270F, "00"));
    }

    static List<Map.Entry<String, byte[]>> entries() {
        return List.copyOf(goldens().entrySet());
    }

    @ParameterizedTest
    @MethodSource("entries")
    @Attack(32)
    void readsThePacketWhereverItIsSplit(Map.Entry<String, byte[]> golden) {
        byte[] bytes = golden.getValue();
        for (int split = 0; split < bytes.length; split++) {
            try (Buffers buffers = new Buffers()) {
                // Given
                StartupDecoder decoder = new StartupDecoder();
                ByteBuf in = buffers.empty();
                in.writeBytes(bytes, 0, split);
                Optional<StartupPacket> early = decoder.decode(in);
                in.writeBytes(bytes, split, bytes.length - split);

                // When
                StartupPacket packet = decoder.decode(in).orElseThrow();

                // Then
                assertThat(early).isEmpty();
                assertThat(packet).hasToString(golden.getKey());
                assertThat(in.isReadable()).isFalse();
                in.release();
            }
        }
    }

    @Test
    void keepsParametersInOrderWithTheirDuplicates() {
        // Given
        byte[] packet =
                packet(
                        0x0003_0002,
                        "'user' 00 'a' 00 '_pq_.x' 00 '1' 00 'user' 00 'b' 00 '_pq_.y' 00 00 00");

        // When
        StartupMessage message = (StartupMessage) decodeAll(packet).getLast();

        // Then
        assertThat(message.version()).isEqualTo(ProtocolVersion.V3_2);
        assertThat(message.values("user")).containsExactly("a", "b");
        assertThat(message.values("database")).isEmpty();
        assertThat(message.protocolOptions()).containsExactly("_pq_.x", "_pq_.y");
    }

    @Test
    void readsTheKeyOfACancelRequest() {
        // When
        CancelRequest request =
                (CancelRequest) decodeAll(packet(80_877_102, "00000007 01020304")).getLast();

        // Then
        assertThat(request.key().matches(CancelKey.of(7, new byte[] {1, 2, 3, 4}))).isTrue();
        assertThat(request.key().length()).isEqualTo(4);
    }

    @Test
    void seesTlsInTheFirstByteAndLeavesItWhereItIs() {
        try (Buffers buffers = new Buffers()) {
            // Given
            ByteBuf in = buffers.of(Buffers.hex("16"));

            // When
            Optional<StartupPacket> packet = new StartupDecoder().decode(in);

            // Then
            assertThat(packet).contains(new DirectTls());
            assertThat(in.readableBytes()).isEqualTo(1);
            in.release();
        }
    }

    @Test
    void takesEachEncryptionRequestOnceInEitherOrder() {
        // When
        List<StartupPacket> sslFirst = decodeAll(Golden.bytes(SSL), Golden.bytes(GSSENC), STARTUP);
        List<StartupPacket> gssFirst = decodeAll(Golden.bytes(GSSENC), Golden.bytes(SSL), STARTUP);

        // Then
        assertThat(sslFirst).startsWith(new SslRequest(), new GssEncRequest()).hasSize(3);
        assertThat(gssFirst).startsWith(new GssEncRequest(), new SslRequest()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        SSL + "," + SSL + ",SSLRequest comes a second time",
        GSSENC + "," + GSSENC + ",GSSENCRequest comes a second time",
        "16," + SSL + ",SSLRequest comes a second time",
        "16,160301,startup packet does not begin with a length",
        SSL + ",160301,startup packet does not begin with a length",
        GSSENC + ",160301,startup packet does not begin with a length",
    })
    void refusesASecondRequestForEncryption(String first, String second, String wrong) {
        try (Buffers buffers = new Buffers()) {
            // Given
            StartupDecoder decoder = new StartupDecoder();
            ByteBuf in = buffers.of(Buffers.hex(first));
            assertThat(decoder.decode(in)).isPresent();
            in.clear().writeBytes(Buffers.hex(second));

            // When // Then
            assertThatThrownBy(() -> decoder.decode(in))
                    .isInstanceOf(ProtocolViolation.class)
                    .hasMessage(wrong);
            in.release();
        }
    }

    /** CVE-2021-23214: what comes in clear text before TLS must not pass for what comes in it. */
    @ParameterizedTest
    @CsvSource({
        SSL + ",00,SSLRequest is followed by bytes in clear text",
        SSL + ",16030100,SSLRequest is followed by bytes in clear text",
        GSSENC + "," + SSL + ",GSSENCRequest is followed by bytes in clear text",
    })
    @Attack(23)
    void refusesBytesBehindARequestForEncryption(String request, String behind, String wrong) {
        assertRefused(Buffers.hex(request + behind), wrong);
    }

    @Test
    void leavesWhatIsBehindTheStartupMessage() {
        try (Buffers buffers = new Buffers()) {
            // Given
            ByteBuf in = buffers.of(STARTUP);
            FrontendEncoder.sync(in);

            // When
            new StartupDecoder().decode(in);

            // Then
            assertThat(in.readableBytes()).isEqualTo(5);
            in.release();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000", "00000007", "00002711", "00FFFFFF"})
    void refusesALengthOutOfBoundsBeforeAnythingElseArrives(String length) {
        assertRefused(Buffers.hex(length), "startup packet has a length out of bounds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"80000000", "FFFFFFFF", "7FFFFFFF", "01000000", "474554", "5353482D"})
    void refusesWhatBeginsWithNoSmallLength(String bytes) {
        assertRefused(Buffers.hex(bytes), "startup packet does not begin with a length");
    }

    @Test
    void takesAStartupMessageOfTheLargestSize() {
        // Given
        String value = " 61".repeat(10_000 - 8 - 2 - 2);

        // When
        List<StartupPacket> packets = decodeAll(packet(0x0003_0000, "61 00" + value + " 00 00"));

        // Then
        assertThat(packets).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "00030000,'',StartupMessage has a parameter's name without its terminator",
                "00030000,'user',StartupMessage has a parameter's name without its terminator",
                "00030000,'user' 00,StartupMessage has a parameter's value without its terminator",
                "00030000,'user' 00 'a' 00,"
                        + "StartupMessage has a parameter's name without its terminator",
                "00030000,'user' 00 'a' 00 00 00,StartupMessage has bytes behind its end",
                "00030000,00 'user' 00 'a' 00 00,StartupMessage has bytes behind its end",
                "00030000,FF 00 00 00,StartupMessage has a parameter's name that is not UTF-8",
                "00030000,61 00 C0 80 00 00,"
                        + "StartupMessage has a parameter's value that is not UTF-8",
                "00020000,00,StartupMessage asks for a protocol other than 3",
                "00040000,00,StartupMessage asks for a protocol other than 3",
                "04D2162E,00000001 010203,"
                        + "CancelRequest has a key of fewer than 4 or more than 256 bytes",
                "04D2162E,000001,CancelRequest ends within the process id",
                "04D2162F,00,SSLRequest has bytes behind its end",
                "04D21630,00,GSSENCRequest has bytes behind its end",
                "04D21631,00,StartupMessage asks for a protocol other than 3",
            })
    void refusesABodyThatDoesNotFit(String code, String body, String wrong) {
        assertRefused(packet(Integer.parseUnsignedInt(code, 16), body), wrong);
    }

    @Test
    void refusesAKeyThatIsTooLong() {
        assertRefused(
                packet(80_877_102, "00000001" + " 00".repeat(257)),
                "CancelRequest has a key of fewer than 4 or more than 256 bytes");
    }

    @Test
    void staysShutAfterAViolation() {
        try (Buffers buffers = new Buffers()) {
            // Given
            StartupDecoder decoder = new StartupDecoder();
            ByteBuf bad = buffers.of(Buffers.hex("FF"));
            assertThatThrownBy(() -> decoder.decode(bad)).isInstanceOf(ProtocolViolation.class);
            ByteBuf good = buffers.of(STARTUP);

            // When // Then
            assertThatThrownBy(() -> decoder.decode(good)).isInstanceOf(ProtocolViolation.class);
            bad.release();
            good.release();
        }
    }

    @Test
    void readsNothingAfterTheStartupMessage() {
        try (Buffers buffers = new Buffers()) {
            // Given
            StartupDecoder decoder = new StartupDecoder();
            ByteBuf in = buffers.of(STARTUP);
            decoder.decode(in);
            in.clear().writeBytes(STARTUP);

            // When // Then
            assertThatThrownBy(() -> decoder.decode(in))
                    .hasMessage("startup packet follows the end of the start");
            in.release();
        }
    }

    /** Each packet in a buffer of its own, as a client that waits for the answers sends them. */
    private static List<StartupPacket> decodeAll(byte[]... packets) {
        try (Buffers buffers = new Buffers()) {
            StartupDecoder decoder = new StartupDecoder();
            return Arrays.stream(packets)
                    .map(packet -> {
                        ByteBuf in = buffers.of(packet);
                        StartupPacket decoded = decoder.decode(in).orElseThrow();
                        in.release();
                        return decoded;
                    })
                    .toList();
        }
    }

    private static void assertRefused(byte[] bytes, String wrong) {
        try (Buffers buffers = new Buffers()) {
            ByteBuf in = buffers.of(bytes);
            assertThatThrownBy(() -> new StartupDecoder().decode(in))
                    .isInstanceOf(ProtocolViolation.class)
                    .hasMessage(wrong);
            in.release();
        }
    }
}
