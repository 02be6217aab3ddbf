package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.fake.Attack;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FrontendViolationsTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "Q,'',Query has a text without its terminator",
                "Q,'select 1',Query has a text without its terminator",
                "Q,'a' 00 'b',Query has bytes behind its end",
                "Q,'a' 00 00,Query has bytes behind its end",
                "Q,C0 AF 00,Query has a text that is not UTF-8",
                "Q,C1 81 00,Query has a text that is not UTF-8",
                "Q,E0 80 AF 00,Query has a text that is not UTF-8",
                "Q,F0 80 80 AF 00,Query has a text that is not UTF-8",
                "Q,ED A0 80 00,Query has a text that is not UTF-8",
                "Q,ED A0 BD ED B8 80 00,Query has a text that is not UTF-8",
                "Q,F4 90 80 80 00,Query has a text that is not UTF-8",
                "Q,F8 88 80 80 80 00,Query has a text that is not UTF-8",
                "Q,83 5C 00,Query has a text that is not UTF-8",
                "Q,'a' C3 00,Query has a text that is not UTF-8",
                "Q,FF 00,Query has a text that is not UTF-8",
                "P,00 00,Parse ends within the number of parameter types",
                "P,00 00 0001,Parse is too short for the number of parameter types",
                "P,00 00 FFFF 00000017,Parse is too short for the number of parameter types",
                "P,00 00 0000 00,Parse has bytes behind its end",
                "P,FF 00 00 0000,Parse has a statement's name that is not UTF-8",
                "P,00 FF 00 0000,Parse has a text that is not UTF-8",
                "B,00 00 0000 0000,Bind ends within the number of format codes",
                "B,00 00 0001 0002 0000 0000,Bind has a format code other than 0 and 1",
                "B,00 00 0001 FFFF 0000 0000,Bind has a format code other than 0 and 1",
                "B,00 00 0000 0000 0001 0002,Bind has a format code other than 0 and 1",
                "B,00 00 0002 0000 0000 0001 FFFFFFFF 0000,"
                        + "Bind has neither one format code nor one for each value",
                "B,00 00 0002 0000 0000 0000 0000,"
                        + "Bind has neither one format code nor one for each value",
                "B,00 00 0000 0001 FFFFFFFE 0000,Bind has a negative length of a parameter",
                "B,00 00 0000 0001 80000000 0000,Bind has a negative length of a parameter",
                "B,00 00 0000 0001 00000003 0000,Bind ends within a parameter",
                "B,00 00 0000 0001 7FFFFFFF 0000,Bind ends within a parameter",
                "B,00 00 0000 8000 FFFFFFFF 0000,Bind is too short for the number of values",
                "B,00 00 0000 FFFF FFFFFFFF 0000,Bind is too short for the number of values",
                "B,00 00 FFFF 0000 0000 0000,Bind is too short for the number of format codes",
                "B,00 00 0000 0000 0000 00,Bind has bytes behind its end",
                "D,'X' 00,Describe names neither a statement nor a portal",
                "D,'S',Describe has a name without its terminator",
                "D,'S' 00 00,Describe has bytes behind its end",
                "C,'s' 00,Close names neither a statement nor a portal",
                "E,00 000000,Execute ends within the number of rows",
                "E,00 FFFFFFFF,Execute has a negative number of rows",
                "E,00 00000000 00,Execute has bytes behind its end",
                "F,00000001 0000 0001 FFFFFFFD 0000,FunctionCall has a negative length of an"
                        + " argument",
                "F,00000001 0000 0000,FunctionCall ends within a format code",
                "F,00000001 0000 0000 0000 00,FunctionCall has bytes behind its end",
                "S,00,Sync is longer than 4 bytes",
                "H,00,Flush is longer than 4 bytes",
                "c,00,CopyDone is longer than 4 bytes",
                "X,00,Terminate is longer than 4 bytes",
                "f,'why',CopyFail has a reason without its terminator",
                "p,'secret' 00,PasswordMessage comes although no password was asked for",
            })
    void refusesABodyThatDoesNotFit(char type, String body, String wrong) {
        assertRefused(Golden.frame(type, Golden.bytes(body)), FrontendLimits.DEFAULT, wrong);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "PASSWORD_MESSAGE,'',PasswordMessage has a password that does not end with the"
                        + " message",
                "PASSWORD_MESSAGE,'a',PasswordMessage has a password that does not end with the"
                        + " message",
                "PASSWORD_MESSAGE,'a' 00 'b' 00,"
                        + "PasswordMessage has a password that does not end with the message",
                "SASL_INITIAL_RESPONSE,'M' 00 FFFFFFFE,"
                        + "PasswordMessage has a negative length of the initial response",
                "SASL_INITIAL_RESPONSE,'M' 00 00000000 00,PasswordMessage has bytes behind its end",
                "SASL_INITIAL_RESPONSE,'M' 00,PasswordMessage ends within the initial response",
            })
    void refusesAPasswordThatDoesNotFit(PasswordKind kind, String body, String wrong) {
        try (Buffers buffers = new Buffers()) {
            // Given
            FrontendDecoder decoder = new FrontendDecoder(FrontendLimits.DEFAULT);
            decoder.expect(kind);
            ByteBuf in = buffers.of(Golden.frame('p', Golden.bytes(body)));

            // When // Then
            assertThatThrownBy(() -> decoder.decode(in)).hasMessage(wrong);
            in.release();
        }
    }

    @Test
    void takesOnePasswordForEachTimeItWasAskedFor() {
        try (Buffers buffers = new Buffers()) {
            // Given
            FrontendDecoder decoder = new FrontendDecoder(FrontendLimits.DEFAULT);
            decoder.expect(PasswordKind.SASL_RESPONSE);
            byte[] frame = Golden.frame('p', new byte[0]);
            ByteBuf in = buffers.of(frame);
            decoder.decode(in).orElseThrow().release();
            in.writeBytes(frame);

            // When // Then
            assertThatThrownBy(() -> decoder.decode(in))
                    .hasMessage("PasswordMessage comes although no password was asked for");
            in.release();
        }
    }

    /** CVE-2024-27304: a length never wraps, and nothing is kept for one that is too large. */
    static Stream<Arguments> lengthsOutOfBounds() {
        List<Long> lengths = List.of(0x4000_0000L, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL);
        return Stream.of(FrontendType.values())
                .flatMap(type -> lengths.stream().map(length -> Arguments.of(type, length)));
    }

    @ParameterizedTest
    @MethodSource("lengthsOutOfBounds")
    @Attack(24)
    void refusesALengthOutOfBoundsByTheHeaderAlone(FrontendType type, long length) {
        assertRefused(
                Golden.frame((char) type.code(), length, new byte[0]),
                FrontendLimits.DEFAULT,
                type.title() + " is longer than " + FrontendLimits.DEFAULT.of(type) + " bytes");
    }

    @ParameterizedTest
    @EnumSource(FrontendType.class)
    void refusesALengthThatDoesNotCountItself(FrontendType type) {
        for (int length = 0; length < 4; length++) {
            assertRefused(
                    Golden.frame((char) type.code(), length, new byte[0]),
                    FrontendLimits.DEFAULT,
                    type.title() + " has a length below four");
        }
    }

    @ParameterizedTest
    @EnumSource(FrontendType.class)
    void waitsAtTheLimitAndRefusesOneMore(FrontendType type) {
        try (Buffers buffers = new Buffers()) {
            // Given
            FrontendLimits limits = new FrontendLimits(20_000, 30_000);
            int limit = limits.of(type);
            char code = (char) type.code();
            FrontendDecoder decoder = new FrontendDecoder(limits);
            decoder.expect(PasswordKind.SASL_RESPONSE);
            ByteBuf in = buffers.of(Golden.frame(code, limit, new byte[0]));

            // When
            boolean taken =
                    decoder.decode(in)
                            .map(message -> {
                                message.release();
                                return true;
                            })
                            .orElse(false);

            // Then
            boolean isEmptyOrStreamed = limit == 4 || type == FrontendType.COPY_DATA;
            assertThat(taken).isEqualTo(isEmptyOrStreamed);
            assertRefused(
                    Golden.frame(code, limit + 1L, new byte[0]),
                    limits,
                    type.title() + " is longer than " + limit + " bytes");
            in.release();
        }
    }

    static IntStream unknownTypes() {
        List<Integer> known =
                Stream.of(FrontendType.values()).map(type -> (int) type.code()).toList();
        return IntStream.range(-128, 128).filter(code -> !known.contains(code));
    }

    @ParameterizedTest
    @MethodSource("unknownTypes")
    void refusesAnUnknownTypeByItsFirstByte(int type) {
        assertRefused(
                new byte[] {(byte) type},
                FrontendLimits.DEFAULT,
                "frontend message is of no known type");
    }

    @Test
    void staysShutAfterAViolation() {
        try (Buffers buffers = new Buffers()) {
            // Given
            FrontendDecoder decoder = new FrontendDecoder(FrontendLimits.DEFAULT);
            ByteBuf in = buffers.of(Golden.frame('Q', Golden.bytes("FF 00")));
            FrontendEncoder.sync(in);
            assertThatThrownBy(() -> decoder.decode(in)).isInstanceOf(ProtocolViolation.class);

            // When // Then
            assertThatThrownBy(() -> decoder.decode(in))
                    .hasMessage("frontend message follows a violation");
            in.release();
        }
    }

    @Test
    void costsNoStackTraceAndTellsNothingThatThePeerChose() {
        try (Buffers buffers = new Buffers()) {
            // Given
            ByteBuf in = buffers.of(Golden.frame('Q', Golden.bytes("'sesame' FF 00")));
            FrontendDecoder decoder = new FrontendDecoder(FrontendLimits.DEFAULT);

            // When // Then
            assertThatThrownBy(() -> decoder.decode(in))
                    .isInstanceOfSatisfying(
                            ProtocolViolation.class,
                            violation -> {
                                assertThat(violation.getStackTrace()).isEmpty();
                                assertThat(violation.subject()).isEqualTo("Query");
                                assertThat(violation.getMessage()).doesNotContain("sesame");
                            });
            in.release();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9_999, 0x4000_0000})
    void limitsAreThemselvesLimited(int limit) {
        assertThatThrownBy(() -> new FrontendLimits(limit, 10_000))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FrontendLimits(10_000, limit))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertRefused(byte[] bytes, FrontendLimits limits, String wrong) {
        try (Buffers buffers = new Buffers()) {
            ByteBuf in = buffers.of(bytes);
            assertThatThrownBy(() -> new FrontendDecoder(limits).decode(in))
                    .isInstanceOf(ProtocolViolation.class)
                    .hasMessage(wrong);
            in.release();
        }
    }
}
