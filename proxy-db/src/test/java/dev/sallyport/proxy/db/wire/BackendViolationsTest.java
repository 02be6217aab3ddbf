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

final class BackendViolationsTest {
    /** CVE-2026-32286 is the line of DataRow with a negative length. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "R,00000001,Authentication is of a kind that is not spoken",
                "R,00000002,Authentication is of a kind that is not spoken",
                "R,00000007,Authentication is of a kind that is not spoken",
                "R,FFFFFFFF,Authentication is of a kind that is not spoken",
                "R,000000,Authentication ends within the kind",
                "R,00000000 00,Authentication has bytes behind its end",
                "R,00000005 010203,Authentication ends within the salt",
                "R,0000000A 'M' 00,Authentication has a mechanism without its terminator",
                "R,0000000A 00 00,Authentication has bytes behind its end",
                "S,'a' 00,ParameterStatus has a value without its terminator",
                "S,'a' 00 FF 00,ParameterStatus has a value that is not UTF-8",
                "K,00000001 010203,BackendKeyData has a key of fewer than 4 or more than 256 bytes",
                "Z,'X',ReadyForQuery has an unknown transaction status",
                "Z,'',ReadyForQuery ends within the status",
                "Z,'II',ReadyForQuery has bytes behind its end",
                "T,0001,RowDescription is too short for the number of columns",
                "T,FFFF 00,RowDescription is too short for the number of columns",
                "T,0001 00 00000000 0000 00000017 0004 FFFFFFFF 0002,"
                        + "RowDescription has a format code other than 0 and 1",
                "D,00,DataRow ends within the number of columns",
                "D,0001,DataRow is too short for the number of columns",
                "D,FFFF 00000000,DataRow is too short for the number of columns",
                "D,0001 FFFFFFFE,DataRow has a negative length of a column",
                "D,0001 80000000,DataRow has a negative length of a column",
                "D,0001 00000001,DataRow has a column that reaches beyond its end",
                "D,0001 7FFFFFFF 00,DataRow has a column that reaches beyond its end",
                "D,0002 00000001 FFFFFFFF,DataRow has a column that reaches beyond its end",
                "D,0000 00,DataRow has bytes behind its end",
                "D,0001 FFFFFFFF 00,DataRow has bytes behind its end",
                "C,'SELECT 1',CommandComplete has a tag without its terminator",
                "I,00,EmptyQueryResponse is longer than 4 bytes",
                "E,'',ErrorResponse ends within a field",
                "E,'SERROR' 00,ErrorResponse ends within a field",
                "E,'SERROR',ErrorResponse has a field's text without its terminator",
                "E,00 00,ErrorResponse has bytes behind its end",
                "E,'Ma' 00 'Mb' 00 00,ErrorResponse has a field twice",
                "A,00000001 'c' 00 'p',NotificationResponse has a payload without its terminator",
                "t,0001,ParameterDescription is too short for the number of parameters",
                "t,0000 00,ParameterDescription has bytes behind its end",
                "1,00,ParseComplete is longer than 4 bytes",
                "G,02 0000,CopyInResponse has a format code other than 0 and 1",
                "G,00 0001 0001,CopyInResponse has a binary column in a textual stream",
                "H,00 0002 0000,CopyOutResponse is too short for the number of format codes",
                "W,00 0000 00,CopyBothResponse has bytes behind its end",
                "V,FFFFFFFE,FunctionCallResponse has a negative length of the result",
                "V,00000002 00,FunctionCallResponse ends within the result",
                "V,00000000 00,FunctionCallResponse has bytes behind its end",
                "v,00020000 00000000,NegotiateProtocolVersion offers a protocol other than 3",
                "v,00030003 00000000,NegotiateProtocolVersion offers a newer version",
                "v,00030000 00000001,NegotiateProtocolVersion is too short for the number of"
                        + " options",
                "v,00030000 FFFFFFFF,NegotiateProtocolVersion is too short for the number of"
                        + " options",
                "v,00030000 7FFFFFFF 00,"
                        + "NegotiateProtocolVersion is too short for the number of options",
                "v,00030000 00000000 00,NegotiateProtocolVersion has bytes behind its end",
            })
    @Attack(25)
    void refusesABodyThatDoesNotFit(char type, String body, String wrong) {
        assertRefused(Golden.frame(type, Golden.bytes(body)), wrong);
    }

    static Stream<Arguments> lengthsOutOfBounds() {
        List<Long> lengths = List.of(0x4000_0000L, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL);
        return Stream.of(BackendType.values())
                .flatMap(type -> lengths.stream().map(length -> Arguments.of(type, length)));
    }

    @ParameterizedTest
    @MethodSource("lengthsOutOfBounds")
    @Attack(24)
    void refusesALengthOutOfBoundsByTheHeaderAlone(BackendType type, long length) {
        int limit = BackendLimits.DEFAULT.of(type, RowDelivery.STREAMED);
        assertRefused(
                Golden.frame((char) type.code(), length, new byte[0]),
                type.title() + " is longer than " + limit + " bytes");
    }

    @ParameterizedTest
    @EnumSource(BackendType.class)
    void refusesALengthThatDoesNotCountItself(BackendType type) {
        for (int length = 0; length < 4; length++) {
            assertRefused(
                    Golden.frame((char) type.code(), length, new byte[0]),
                    type.title() + " has a length below four");
        }
    }

    static IntStream unknownTypes() {
        List<Integer> known =
                Stream.of(BackendType.values()).map(type -> (int) type.code()).toList();
        return IntStream.range(-128, 128).filter(code -> !known.contains(code));
    }

    @ParameterizedTest
    @MethodSource("unknownTypes")
    void refusesAnUnknownTypeByItsFirstByte(int type) {
        assertRefused(new byte[] {(byte) type}, "backend message is of no known type");
    }

    @Test
    void negotiatesOnce() {
        // Given
        byte[] negotiation = Golden.frame('v', Golden.bytes("00030000 00000000"));

        // When // Then
        assertRefusedAfter(
                negotiation, negotiation, "NegotiateProtocolVersion comes a second time");
    }

    @Test
    void takesAShortKeyOnlyOnceTheServerFellBackTo30() {
        assertRefusedAfter(
                Golden.frame('v', Golden.bytes("00030000 00000000")),
                Golden.frame('K', Golden.bytes("00000001" + " 00".repeat(32))),
                "BackendKeyData has a long key in protocol 3.0");
    }

    @Test
    void remembersTheVersionThatIsSpoken() {
        try (Buffers buffers = new Buffers()) {
            // Given
            BackendDecoder decoder =
                    new BackendDecoder(BackendLimits.DEFAULT, ProtocolVersion.V3_2);
            ByteBuf in = buffers.of(Golden.frame('v', Golden.bytes("00030000 00000000")));

            // When
            decoder.decode(in).orElseThrow().release();

            // Then
            assertThat(decoder.version()).isEqualTo(ProtocolVersion.V3_0);
            in.release();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 29_999, 0x4000_0000})
    void limitsAreThemselvesLimited(int limit) {
        assertThatThrownBy(() -> new BackendLimits(limit, 30_000))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BackendLimits(30_000, limit))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertRefused(byte[] bytes, String wrong) {
        assertRefusedAfter(new byte[0], bytes, wrong);
    }

    private static void assertRefusedAfter(byte[] before, byte[] bytes, String wrong) {
        try (Buffers buffers = new Buffers()) {
            BackendDecoder decoder =
                    new BackendDecoder(BackendLimits.DEFAULT, ProtocolVersion.V3_2);
            ByteBuf in = buffers.of(before);
            decoder.decode(in).ifPresent(BackendMessage::release);
            in.writeBytes(bytes);
            assertThatThrownBy(() -> decoder.decode(in))
                    .isInstanceOf(ProtocolViolation.class)
                    .hasMessage(wrong);
            assertThatThrownBy(() -> decoder.decode(in))
                    .hasMessage("backend message follows a violation");
            in.release();
        }
    }
}
