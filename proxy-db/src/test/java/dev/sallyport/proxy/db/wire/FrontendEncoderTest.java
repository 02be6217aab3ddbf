package dev.sallyport.proxy.db.wire;

import static dev.sallyport.proxy.db.wire.Buffers.hex;
import static dev.sallyport.proxy.db.wire.Buffers.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.proxy.db.wire.StartupPacket.CancelRequest;
import io.netty.buffer.ByteBuf;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class FrontendEncoderTest {
    private static final CancelKey KEY = CancelKey.of(7, new byte[] {1, 2, 3, 4});

    static Stream<Arguments> messages() {
        return Stream.of(
                message("'Q' 0000000D 'select 1' 00", o -> FrontendEncoder.query(o, "select 1")),
                message(
                        "'P' 0000000F 's' 00 '$1' 00 0001 FFFFFFFF",
                        o -> FrontendEncoder.parse(o, "s", "$1", List.of(0xFFFF_FFFFL))),
                message(
                        "'B' 00000015 'p' 00 's' 00 0000 0001 00000003 'x' C3A9 0000",
                        o -> FrontendEncoder.bind(o, "p", "s", List.of("xé"))),
                message(
                        "'D' 00000007 'S' 's' 00",
                        o -> FrontendEncoder.describe(o, StatementOrPortal.STATEMENT, "s")),
                message(
                        "'C' 00000006 'P' 00",
                        o -> FrontendEncoder.close(o, StatementOrPortal.PORTAL, "")),
                message("'E' 00000009 00 00000064", o -> FrontendEncoder.execute(o, "", 100)),
                message("'S' 00000004", FrontendEncoder::sync),
                message("'f' 00000008 'why' 00", o -> FrontendEncoder.copyFail(o, "why")),
                message("'X' 00000004", FrontendEncoder::terminate));
    }

    static Stream<Arguments> packetsAndPasswords() {
        return Stream.of(
                message("00000008 04D2162F", FrontendEncoder::sslRequest),
                message(
                        "00000010 04D2162E 00000007 01020304",
                        o -> FrontendEncoder.cancelRequest(o, KEY)),
                message(
                        "00000010 00030002 'user' 00 'a' 00 00",
                        o ->
                                FrontendEncoder.startupMessage(
                                        o,
                                        ProtocolVersion.V3_2,
                                        List.of(new StartupParameter("user", "a")))),
                message(
                        "'p' 0000000B 'secret' 00",
                        o -> FrontendEncoder.passwordMessage(o, Golden.bytes("'secret'"))),
                message(
                        "'p' 0000000C 'M' 00 00000002 'ab'",
                        o -> FrontendEncoder.saslInitialResponse(o, "M", Golden.bytes("'ab'"))),
                message(
                        "'p' 00000006 'ab'",
                        o -> FrontendEncoder.saslResponse(o, Golden.bytes("'ab'"))));
    }

    private static Arguments message(String bytes, Consumer<ByteBuf> encoder) {
        return Arguments.of(bytes, encoder);
    }

    @ParameterizedTest
    @MethodSource({"messages", "packetsAndPasswords"})
    void writesTheBytesOfTheManual(String bytes, Consumer<ByteBuf> encoder) {
        assertThat(hex(written(encoder))).isEqualTo(hex(Golden.bytes(bytes)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void writesWhatItsDecoderReads(String bytes, Consumer<ByteBuf> encoder) {
        try (Buffers buffers = new Buffers()) {
            // Given
            ByteBuf in = buffers.empty();
            encoder.accept(in);

            // When
            FrontendMessage message =
                    new FrontendDecoder(FrontendLimits.DEFAULT).decode(in).orElseThrow();

            // Then
            assertThat(Words.of(message)).isNotEmpty();
            message.release();
            in.release();
        }
    }

    @Test
    void writesTheKeyThatTheStartupDecoderReads() {
        try (Buffers buffers = new Buffers()) {
            // Given
            ByteBuf in = buffers.empty();
            FrontendEncoder.cancelRequest(in, KEY);

            // When
            CancelRequest request = (CancelRequest) new StartupDecoder().decode(in).orElseThrow();

            // Then
            assertThat(request.key().matches(KEY)).isTrue();
            in.release();
        }
    }

    static Stream<Arguments> textsThatCannotBeSent() {
        return Stream.of(
                message("NUL in SQL", o -> FrontendEncoder.query(o, "select\0 1")),
                message("NUL in a name", o -> FrontendEncoder.execute(o, "a\0b", 0)),
                message("half a character", o -> FrontendEncoder.query(o, "\uD83D")),
                message(
                        "NUL in a password",
                        o -> FrontendEncoder.passwordMessage(o, new byte[] {1, 0, 1})),
                message(
                        "NUL in a parameter",
                        o ->
                                FrontendEncoder.startupMessage(
                                        o,
                                        ProtocolVersion.V3_0,
                                        List.of(new StartupParameter("user", "a\0")))),
                message(
                        "65,536 values",
                        o -> FrontendEncoder.bind(o, "", "", Collections.nCopies(65_536, ""))));
    }

    @ParameterizedTest
    @MethodSource("textsThatCannotBeSent")
    void leavesNothingOfAMessageThatCannotBeSent(String why, Consumer<ByteBuf> encoder) {
        try (Buffers buffers = new Buffers()) {
            // Given
            ByteBuf out = buffers.empty();
            FrontendEncoder.sync(out);

            // When // Then
            assertThatThrownBy(() -> encoder.accept(out))
                    .as(why)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(out.readableBytes()).isEqualTo(5);
            out.release();
        }
    }
}
