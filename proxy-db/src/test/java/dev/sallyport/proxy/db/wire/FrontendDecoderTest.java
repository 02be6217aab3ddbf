package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FrontendDecoderTest {
    static List<Golden> goldens() {
        return FrontendGoldens.ALL;
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void readsTheMessageWhereverItIsSplit(Golden golden) {
        for (int split = 0; split <= golden.bytes().length; split++) {
            try (Buffers buffers = new Buffers()) {
                // Given
                FrontendDecoder decoder = new FrontendDecoder(FrontendLimits.DEFAULT);
                ByteBuf in = buffers.empty();
                in.writeBytes(golden.bytes(), 0, split);
                Optional<FrontendMessage> early = decoder.decode(in);
                in.writeBytes(golden.bytes(), split, golden.bytes().length - split);

                // When
                FrontendMessage message = early.or(() -> decoder.decode(in)).orElseThrow();

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
            FrontendDecoder decoder = new FrontendDecoder(FrontendLimits.DEFAULT);

            // When
            List<FrontendMessage> messages =
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
            FrontendDecoder decoder = new FrontendDecoder(FrontendLimits.DEFAULT);
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

    @ParameterizedTest
    @MethodSource("kinds")
    void readsThePasswordFamilyByWhatWasAskedFor(PasswordKind kind) {
        try (Buffers buffers = new Buffers()) {
            // Given
            Golden golden = Objects.requireNonNull(FrontendGoldens.PASSWORDS.get(kind));
            ByteBuf in = buffers.of(golden.bytes());
            FrontendDecoder decoder = new FrontendDecoder(FrontendLimits.DEFAULT);
            decoder.expect(kind);

            // When
            FrontendMessage message = decoder.decode(in).orElseThrow();

            // Then
            assertSays(message, golden);
            message.release();
            in.release();
        }
    }

    static Stream<PasswordKind> kinds() {
        return Stream.of(PasswordKind.values()).filter(kind -> kind != PasswordKind.NONE);
    }

    private static void assertSays(WireMessage message, Golden golden) {
        assertThat(Words.of(message)).isEqualTo(golden.says());
        assertThat(ByteBufUtil.getBytes(message.frame())).isEqualTo(golden.bytes());
    }
}
