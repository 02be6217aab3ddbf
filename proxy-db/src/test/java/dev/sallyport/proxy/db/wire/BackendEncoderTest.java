package dev.sallyport.proxy.db.wire;

import static dev.sallyport.proxy.db.wire.Buffers.hex;
import static dev.sallyport.proxy.db.wire.Buffers.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class BackendEncoderTest {
    private static final ErrorFields DENIED =
            ErrorFields.of("ERROR", "42501", "denied by policy").with(ErrorField.HINT, "ask");

    static Stream<Arguments> messages() {
        return Stream.of(
                message("'R' 00000008 00000000", BackendEncoder::authenticationOk),
                message(
                        "'S' 00000008 'a' 00 'b' 00",
                        o -> BackendEncoder.parameterStatus(o, "a", "b")),
                message(
                        "'K' 0000000C 00000007 01020304",
                        o ->
                                BackendEncoder.backendKeyData(
                                        o, CancelKey.of(7, new byte[] {1, 2, 3, 4}))),
                message(
                        "'v' 00000013 00030002 00000001 '_pq_.x' 00",
                        o ->
                                BackendEncoder.negotiateProtocolVersion(
                                        o, ProtocolVersion.V3_2, List.of("_pq_.x"))),
                message(
                        "'Z' 00000005 'E'",
                        o -> BackendEncoder.readyForQuery(o, TransactionStatus.FAILED)),
                message(
                        "'E' 00000031 'SERROR' 00 'VERROR' 00 'C42501' 00"
                                + " 'Mdenied by policy' 00 'Hask' 00 00",
                        o -> BackendEncoder.errorResponse(o, DENIED)),
                message(
                        "'N' 0000001E 'SNOTICE' 00 'VNOTICE' 00 'C00000' 00 'M' 00 00",
                        o ->
                                BackendEncoder.noticeResponse(
                                        o, ErrorFields.of("NOTICE", "00000", ""))));
    }

    private static Arguments message(String bytes, Consumer<ByteBuf> encoder) {
        return Arguments.of(bytes, encoder);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void writesTheBytesOfTheManualThatItsDecoderReads(String bytes, Consumer<ByteBuf> encoder) {
        try (Buffers buffers = new Buffers()) {
            // Given
            byte[] written = written(encoder);
            ByteBuf in = buffers.of(written);

            // When
            BackendMessage message =
                    new BackendDecoder(BackendLimits.DEFAULT, ProtocolVersion.V3_2)
                            .decode(in)
                            .orElseThrow();

            // Then
            assertThat(hex(written)).isEqualTo(hex(Golden.bytes(bytes)));
            assertThat(in.isReadable()).isFalse();
            message.release();
            in.release();
        }
    }

    @Test
    void keepsAllFieldsOfAnError() {
        try (Buffers buffers = new Buffers()) {
            // Given
            ByteBuf in = buffers.empty();
            BackendEncoder.errorResponse(in, DENIED);

            // When
            BackendMessage.ErrorResponse error =
                    (BackendMessage.ErrorResponse)
                            new BackendDecoder(BackendLimits.DEFAULT, ProtocolVersion.V3_0)
                                    .decode(in)
                                    .orElseThrow();

            // Then
            assertThat(error.fields()).isEqualTo(DENIED);
            assertThat(error.fields().code()).isEqualTo("42501");
            assertThat(error.fields().severity()).isEqualTo("ERROR");
            assertThat(error).asString().doesNotContain("denied");
            error.release();
            in.release();
        }
    }

    @Test
    void leavesNothingOfAnErrorThatCannotBeSent() {
        try (Buffers buffers = new Buffers()) {
            // Given
            ByteBuf out = buffers.empty();
            ErrorFields fields = ErrorFields.of("ERROR", "42501", "a\0b");

            // When // Then
            assertThatThrownBy(() -> BackendEncoder.errorResponse(out, fields))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(out.readableBytes()).isZero();
            out.release();
        }
    }

    @ParameterizedTest
    @EnumSource(SslResponse.class)
    void answersTheRequestForEncryptionInOneByte(SslResponse response) {
        try (Buffers buffers = new Buffers()) {
            // Given
            ByteBuf in = buffers.empty();
            boolean early = SslResponse.decode(in).isPresent();
            BackendEncoder.sslResponse(in, response);

            // When // Then
            assertThat(early).isFalse();
            assertThat(in.readableBytes()).isEqualTo(1);
            assertThat(SslResponse.decode(in)).contains(response);
            in.release();
        }
    }

    /** CVE-2021-23222, on the leg to the server. */
    @Test
    void refusesAnAnswerWithBytesBehindIt() {
        try (Buffers buffers = new Buffers()) {
            // Given
            ByteBuf behind = buffers.of(Golden.bytes("'S' 'R'"));
            ByteBuf error = buffers.of(Golden.bytes("'E'"));

            // When // Then
            assertThatThrownBy(() -> SslResponse.decode(behind))
                    .hasMessage("answer to SSLRequest is followed by bytes in clear text");
            assertThatThrownBy(() -> SslResponse.decode(error))
                    .hasMessage("answer to SSLRequest is neither S nor N");
            behind.release();
            error.release();
        }
    }

    @Test
    void writesARowWithSomeValuesMasked() {
        try (Buffers buffers = new Buffers()) {
            // Given
            ByteBuf in =
                    buffers.of(
                            Golden.frame(
                                    'D',
                                    Golden.bytes(
                                            "0004 00000001 'a' FFFFFFFF 00000003 'pin'"
                                                    + " 00000004 'iban'")));
            BackendMessage.DataRow row =
                    (BackendMessage.DataRow)
                            new BackendDecoder(BackendLimits.DEFAULT, ProtocolVersion.V3_0)
                                    .decode(in)
                                    .orElseThrow();

            // When
            byte[] masked =
                    written(out ->
                            new DataRowWriter(out, 4)
                                    .copy(row.values(), 0)
                                    .copy(row.values(), 1)
                                    .value(Golden.bytes("'***'"))
                                    .nothing()
                                    .end());

            // Then
            assertThat(hex(masked))
                    .isEqualTo(
                            hex(
                                    Golden.frame(
                                            'D',
                                            Golden.bytes(
                                                    "0004 00000001 'a' FFFFFFFF 00000003 '***'"
                                                            + " FFFFFFFF"))));
            row.release();
            in.release();
        }
    }

    @Test
    void writesExactlyTheColumnsThatWereAnnounced() {
        try (Buffers buffers = new Buffers()) {
            // Given
            ByteBuf out = buffers.empty();
            DataRowWriter row = new DataRowWriter(out, 1);

            // When // Then
            assertThatThrownBy(row::end).isInstanceOf(IllegalStateException.class);
            row.nothing().end();
            assertThatThrownBy(row::nothing).isInstanceOf(IllegalStateException.class);
            out.release();
        }
    }
}
