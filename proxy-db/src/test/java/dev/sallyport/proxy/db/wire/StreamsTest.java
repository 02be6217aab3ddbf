package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.fake.Attack;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CopyData and DataRow that are too long to be kept. */
final class StreamsTest {
    private static final int LONG = 70_000;
    private static final byte[] ROW = row(30_000, -1, 40_000, 0, 5);

    private static byte[] row(int... lengths) {
        int size = 2 + Arrays.stream(lengths).map(length -> 4 + Math.max(length, 0)).sum();
        ByteBuffer body = ByteBuffer.allocate(size).putShort((short) lengths.length);
        for (int length : lengths) {
            body.putInt(length);
            body.put(new byte[Math.max(length, 0)]);
        }
        return Golden.frame('D', body.array());
    }

    private static Function<ByteBuf, Optional<? extends WireMessage>> frontend() {
        return new FrontendDecoder(FrontendLimits.DEFAULT)::decode;
    }

    private static Function<ByteBuf, Optional<? extends WireMessage>> backend() {
        return new BackendDecoder(BackendLimits.DEFAULT, ProtocolVersion.V3_0)::decode;
    }

    /** Joins the pieces and describes each. */
    private static List<String> pieces(
            Function<ByteBuf, Optional<? extends WireMessage>> decoder,
            ByteBuf in,
            ByteArrayOutputStream joined) {
        List<String> pieces = new ArrayList<>();
        Optional<? extends WireMessage> message = decoder.apply(in);
        while (message.isPresent()) {
            WireMessage piece = message.get();
            joined.writeBytes(ByteBufUtil.getBytes(piece.frame()));
            pieces.add(
                    switch (piece) {
                        case FrontendMessage.CopyData copy ->
                                shape(copy.length(), copy.first(), copy.last());
                        case BackendMessage.CopyData copy ->
                                shape(copy.length(), copy.first(), copy.last());
                        case BackendMessage.DataRow row ->
                                row.columns() + " " + shape(row.length(), row.first(), row.last());
                        default -> Words.of(piece);
                    });
            piece.release();
            message = decoder.apply(in);
        }
        return pieces;
    }

    private static String shape(int length, boolean first, boolean last) {
        return length + (first ? " first" : "") + (last ? " last" : "");
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 100, LONG + 4})
    void handsOutALongCopyDataAsItArrives(int split) {
        byte[] frame = Golden.frame('d', new byte[LONG]);
        for (var decoder : List.of(frontend(), backend())) {
            try (Buffers buffers = new Buffers()) {
                // Given
                ByteBuf in = buffers.of(Arrays.copyOf(frame, split));
                ByteArrayOutputStream joined = new ByteArrayOutputStream();

                // When
                List<String> before = pieces(decoder, in, joined);
                in.writeBytes(frame, split, frame.length - split);
                List<String> after = pieces(decoder, in, joined);

                // Then
                assertThat(before).containsExactly("70000 first");
                assertThat(after).containsExactly("70000 last");
                assertThat(joined.toByteArray()).isEqualTo(frame);
                in.release();
            }
        }
    }

    @Test
    void handsOutALongCopyDataInOnePieceWhenAllOfItIsThere() {
        byte[] frame = Golden.frame('d', new byte[LONG]);
        for (var decoder : List.of(frontend(), backend())) {
            try (Buffers buffers = new Buffers()) {
                // Given
                ByteBuf in = buffers.of(frame).writeBytes(Golden.frame('c', new byte[0]));

                // When
                List<String> pieces = pieces(decoder, in, new ByteArrayOutputStream());

                // Then
                assertThat(pieces).containsExactly("70000 first last", "CopyDone");
                in.release();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"65531,false", "65532,true"})
    void keepsACopyDataWholeUpTo64KiB(int length, boolean streamed) {
        byte[] frame = Golden.frame('d', new byte[length]);
        for (var decoder : List.of(frontend(), backend())) {
            try (Buffers buffers = new Buffers()) {
                // Given
                ByteBuf in = buffers.of(Arrays.copyOf(frame, frame.length - 1));

                // When
                List<String> pieces = pieces(decoder, in, new ByteArrayOutputStream());

                // Then
                assertThat(pieces).hasSize(streamed ? 1 : 0);
                in.release();
            }
        }
    }

    /** Splits near everything that has a meaning, and within values. */
    static IntStream splitsOfTheRow() {
        return Stream.of(
                        IntStream.range(0, 20),
                        IntStream.range(30_005, 30_025),
                        IntStream.range(ROW.length - 20, ROW.length))
                .flatMapToInt(Function.identity());
    }

    @ParameterizedTest
    @MethodSource("splitsOfTheRow")
    void handsOutALongRowAsItArrives(int split) {
        try (Buffers buffers = new Buffers()) {
            // Given
            var decoder = backend();
            ByteBuf in = buffers.of(Arrays.copyOf(ROW, split));
            ByteArrayOutputStream joined = new ByteArrayOutputStream();

            // When
            List<String> before = pieces(decoder, in, joined);
            in.writeBytes(ROW, split, ROW.length - split);
            List<String> after = pieces(decoder, in, joined);

            // Then
            int length = ROW.length - 5;
            String shape = "5 " + length;
            if (split < 7) {
                assertThat(before).isEmpty();
                assertThat(after).containsExactly(shape + " first last");
            } else {
                assertThat(before).containsExactly(shape + " first");
                assertThat(after).containsExactly(shape + " last");
            }
            assertThat(joined.toByteArray()).isEqualTo(ROW);
            in.release();
        }
    }

    @Test
    @Attack(32)
    void handsOutALongRowByteByByte() {
        try (Buffers buffers = new Buffers()) {
            // Given
            var decoder = backend();
            ByteBuf in = buffers.empty();
            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            List<String> pieces = new ArrayList<>();

            // When
            for (byte each : ROW) {
                in.discardReadBytes().writeByte(each);
                pieces.addAll(pieces(decoder, in, joined));
            }

            // Then
            assertThat(pieces).hasSize(ROW.length - 6);
            assertThat(pieces.getFirst()).endsWith("first");
            assertThat(pieces.getLast()).endsWith("last");
            assertThat(joined.toByteArray()).isEqualTo(ROW);
            in.release();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "30011,FFFFFFFE,DataRow has a negative length of a column",
        "30011,80000000,DataRow has a negative length of a column",
        "30015,00009C41,DataRow has a column that reaches beyond its end",
        "30015,7FFFFFFF,DataRow has a column that reaches beyond its end",
        "70023,00000004,DataRow has bytes behind its end",
        "70023,00000006,DataRow has a column that reaches beyond its end",
    })
    void refusesALengthInsideALongRowWhereverItIsSplit(int at, String length, String wrong) {
        byte[] bad = ROW.clone();
        byte[] field = Buffers.hex(length);
        System.arraycopy(field, 0, bad, at, field.length);
        for (int split = at; split <= at + field.length; split++) {
            try (Buffers buffers = new Buffers()) {
                // Given
                var decoder = backend();
                ByteBuf in = buffers.of(Arrays.copyOf(bad, split));
                int behind = split;

                // When // Then
                assertThatThrownBy(
                                () -> {
                                    pieces(decoder, in, new ByteArrayOutputStream());
                                    in.writeBytes(bad, behind, bad.length - behind);
                                    pieces(decoder, in, new ByteArrayOutputStream());
                                })
                        .isInstanceOf(ProtocolViolation.class)
                        .hasMessage(wrong);
                in.release();
            }
        }
    }

    @Test
    void keepsEveryRowWholeWhenAskedTo() {
        try (Buffers buffers = new Buffers()) {
            // Given
            BackendDecoder decoder =
                    new BackendDecoder(BackendLimits.DEFAULT, ProtocolVersion.V3_0);
            decoder.deliver(RowDelivery.WHOLE);
            ByteBuf in = buffers.of(Arrays.copyOf(ROW, ROW.length - 1));
            Optional<BackendMessage> early = decoder.decode(in);
            in.writeBytes(ROW, ROW.length - 1, 1);

            // When
            BackendMessage.DataRow row = (BackendMessage.DataRow) decoder.decode(in).orElseThrow();

            // Then
            assertThat(early).isEmpty();
            assertThat(row.first() && row.last()).isTrue();
            assertThat(row.values().count()).isEqualTo(5);
            assertThat(row.values().length(2)).isEqualTo(40_000);
            assertThat(row.values().isNull(1)).isTrue();
            row.release();
            in.release();
        }
    }

    @Test
    void refusesARowThatIsTooLongToBeKeptWhole() {
        try (Buffers buffers = new Buffers()) {
            // Given
            BackendDecoder decoder =
                    new BackendDecoder(new BackendLimits(30_000, 30_000), ProtocolVersion.V3_0);
            decoder.deliver(RowDelivery.WHOLE);
            ByteBuf in = buffers.of(Golden.frame('D', 30_001, new byte[0]));

            // When // Then
            assertThatThrownBy(() -> decoder.decode(in))
                    .hasMessage("DataRow is longer than 30000 bytes");
            in.release();
        }
    }

    @Test
    void endsARowAsItBegan() {
        try (Buffers buffers = new Buffers()) {
            // Given
            BackendDecoder decoder =
                    new BackendDecoder(BackendLimits.DEFAULT, ProtocolVersion.V3_0);
            ByteBuf in = buffers.of(Arrays.copyOf(ROW, 100));
            pieces(decoder::decode, in, new ByteArrayOutputStream());
            decoder.deliver(RowDelivery.WHOLE);
            in.writeBytes(ROW, 100, ROW.length - 100);

            // When
            List<String> pieces = pieces(decoder::decode, in, new ByteArrayOutputStream());

            // Then
            assertThat(pieces).hasSize(1).first().asString().endsWith(" last");
            in.release();
        }
    }

    @Test
    void hasNoValuesInAPiece() {
        try (Buffers buffers = new Buffers()) {
            // Given
            ByteBuf in = buffers.of(Arrays.copyOf(ROW, 100));
            BackendMessage.DataRow piece =
                    (BackendMessage.DataRow)
                            new BackendDecoder(BackendLimits.DEFAULT, ProtocolVersion.V3_0)
                                    .decode(in)
                                    .orElseThrow();

            // When // Then
            assertThatThrownBy(piece::values).isInstanceOf(IllegalStateException.class);
            piece.release();
            in.release();
        }
    }

    @Test
    void streamsALongMessageInConstantMemory() {
        try (Buffers buffers = new Buffers()) {
            // Given
            int length = 64 << 20;
            var decoder = frontend();
            ByteBuf in = buffers.of(Golden.frame('d', length + 4L, new byte[0]));
            byte[] chunk = new byte[1 << 20];
            long seen = 0;
            boolean last = false;

            // When
            while (!last) {
                FrontendMessage.CopyData piece =
                        (FrontendMessage.CopyData) decoder.apply(in).orElseThrow();
                seen += piece.data().readableBytes();
                last = piece.last();
                piece.release();
                int rest = (int) Math.min(chunk.length, length - seen);
                in.clear().writeBytes(chunk, 0, rest);
            }

            // Then
            assertThat(seen).isEqualTo(length);
            assertThat(in.capacity()).isLessThanOrEqualTo(2 * chunk.length);
            in.release();
        }
    }
}
