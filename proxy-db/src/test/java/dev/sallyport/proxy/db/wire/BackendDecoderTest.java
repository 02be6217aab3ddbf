package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class BackendDecoderTest {
    static List<Golden> goldens() {
        return BackendGoldens.ALL;
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void readsTheMessageWhereverItIsSplit(Golden golden) {
        for (int split = 0; split <= golden.bytes().length; split++) {
            try (Buffers buffers = new Buffers()) {
                // Given
                BackendDecoder decoder =
                        new BackendDecoder(BackendLimits.DEFAULT, ProtocolVersion.V3_2);
                ByteBuf in = buffers.empty();
                in.writeBytes(golden.bytes(), 0, split);
                Optional<BackendMessage> early = decoder.decode(in);
                in.writeBytes(golden.bytes(), split, golden.bytes().length - split);

                // When
                BackendMessage message = early.or(() -> decoder.decode(in)).orElseThrow();

                // Then
                assertThat(early.isPresent()).isEqualTo(split == golden.bytes().length);
                assertSays(message, golden);
                assertThat(in.isReadable()).isFalse();
                message.release();
                in.release();
            }
        }
    }

    @Test
    void readsManyMessagesOutOfOneBuffer() {
        try (Buffers buffers = new Buffers()) {
            // Given
            ByteBuf in = buffers.empty();
            goldens().forEach(golden -> in.writeBytes(golden.bytes()));
            BackendDecoder decoder =
                    new BackendDecoder(BackendLimits.DEFAULT, ProtocolVersion.V3_2);

            // When
            List<BackendMessage> messages =
                    Stream.generate(() -> decoder.decode(in))
                            .takeWhile(Optional::isPresent)
                            .flatMap(Optional::stream)
                            .toList();

            // Then
            in.release();
            assertThat(messages).hasSameSizeAs(goldens());
            for (int i = 0; i < messages.size(); i++) {
                assertSays(messages.get(i), goldens().get(i));
                messages.get(i).release();
            }
        }
    }

    @Test
    void readsManyMessagesByteByByte() {
        try (Buffers buffers = new Buffers()) {
            // Given
            BackendDecoder decoder =
                    new BackendDecoder(BackendLimits.DEFAULT, ProtocolVersion.V3_2);
            ByteBuf in = buffers.empty();
            List<String> said = new ArrayList<>();

            // When
            for (Golden golden : goldens()) {
                for (byte each : golden.bytes()) {
                    in.writeByte(each);
                    decoder.decode(in)
                            .ifPresent(message -> {
                                said.add(Words.of(message));
                                message.release();
                            });
                    in.discardReadBytes();
                }
            }

            // Then
            in.release();
            assertThat(said).isEqualTo(goldens().stream().map(Golden::says).toList());
        }
    }

    private static void assertSays(WireMessage message, Golden golden) {
        assertThat(Words.of(message)).isEqualTo(golden.says());
        assertThat(ByteBufUtil.getBytes(message.frame())).isEqualTo(golden.bytes());
    }
}
