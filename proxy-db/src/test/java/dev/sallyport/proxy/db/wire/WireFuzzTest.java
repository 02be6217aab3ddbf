package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Golden messages, mutated and cut at random. Whatever comes: the only exception is {@link
 * ProtocolViolation}, the frames are the bytes that went in, no buffer is left, and memory follows
 * what arrived and not what was declared. One round of eight is watched by Netty's leak detector.
 *
 * <p>Two seconds for each decoder; {@code -Dfuzz.seconds=600} for more, {@code -Dfuzz.seed} to
 * repeat.
 */
final class WireFuzzTest {
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("fuzz.seconds", 2));
    private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());

    /** Of the heap, for a call that reads {@code n} bytes: strings are copied and compared. */
    private static final long ALLOWED_AT_ONCE = 8 * 1024;

    private static final long ALLOWED_EACH_BYTE = 40;

    private static final long[] LENGTHS = {
        0,
        1,
        3,
        4,
        5,
        8,
        0xFFFF,
        0x1_0000,
        0x10_0000,
        0x3FFF_FFFF,
        0x4000_0000,
        0x7FFF_FFFF,
        0x8000_0000L,
        0xFFFF_FFFEL,
        0xFFFF_FFFFL
    };

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void frontendDecoderWithstandsAnyBytes() {
        fuzz(
                FrontendGoldens.ALL.stream().map(Golden::bytes).toList(),
                random -> {
                    FrontendDecoder decoder =
                            new FrontendDecoder(new FrontendLimits(20_000, 200_000));
                    return in -> {
                        decoder.expect(pick(random, PasswordKind.values()));
                        return decoder.decode(in);
                    };
                });
    }

    @Test
    void backendDecoderWithstandsAnyBytes() {
        List<byte[]> goldens =
                new ArrayList<>(BackendGoldens.ALL.stream().map(Golden::bytes).toList());
        goldens.add(Golden.frame('D', longRow()));
        fuzz(
                goldens,
                random -> {
                    BackendDecoder decoder =
                            new BackendDecoder(
                                    new BackendLimits(100_000, 30_000),
                                    random.nextBoolean()
                                            ? ProtocolVersion.V3_0
                                            : ProtocolVersion.V3_2);
                    return in -> {
                        decoder.deliver(pick(random, RowDelivery.values()));
                        return decoder.decode(in);
                    };
                });
    }

    @Test
    void startupDecoderWithstandsAnyBytes() {
        // Given
        List<byte[]> goldens = List.copyOf(StartupDecoderTest.goldens().values());
        long[] taken = {0};

        // When
        rounds(random -> {
            byte[] bytes = mutated(random, goldens);
            StartupDecoder decoder = new StartupDecoder();
            try (Buffers buffers = new Buffers(random.nextInt(8) == 0)) {
                ByteBuf in = buffers.empty();
                try {
                    feed(random, bytes, buffers, in, decoder::decode, _ -> taken[0]++);
                } finally {
                    in.release();
                }
            }
        });

        // Then
        assertThat(taken[0]).as("packets that were taken").isGreaterThan(100);
    }

    private static byte[] longRow() {
        ByteBuffer body = ByteBuffer.allocate(2 + 3 * 4 + 70_000).putShort((short) 3);
        body.putInt(30_000).position(body.position() + 30_000);
        body.putInt(-1).putInt(40_000);
        return body.array();
    }

    private static void fuzz(
            List<byte[]> goldens,
            Function<Random, Function<ByteBuf, Optional<? extends WireMessage>>> decoders) {
        // Given
        long[] messages = {0};

        // When
        rounds(random -> {
            byte[] bytes = mutated(random, goldens);
            var decoder = decoders.apply(random);
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            try (Buffers buffers = new Buffers(random.nextInt(8) == 0)) {
                ByteBuf in = buffers.empty();
                try {
                    feed(random, bytes, buffers, in, decoder, each -> consume(each, frames));
                } finally {
                    in.release();
                }
            }
            byte[] passed = frames.toByteArray();
            assertThat(passed).isEqualTo(Arrays.copyOf(bytes, passed.length));
            messages[0] += passed.length;
        });

        // Then
        assertThat(messages[0]).as("bytes in messages that were taken").isGreaterThan(10_000);
    }

    /** Reads all that a message offers, and lets it go. */
    private static void consume(WireMessage message, ByteArrayOutputStream frames) {
        try {
            assertThat(Words.of(message)).isNotEmpty();
            frames.writeBytes(ByteBufUtil.getBytes(message.frame()));
        } finally {
            message.release();
        }
    }

    /** Hands out the bytes in random pieces until they end or break the rules. */
    private static <T> void feed(
            Random random,
            byte[] bytes,
            Buffers buffers,
            ByteBuf in,
            Function<ByteBuf, Optional<? extends T>> decoder,
            Consumer<T> consumer) {
        int at = 0;
        Heap heap = new Heap(buffers, 0);
        try {
            while (at < bytes.length) {
                int size = Math.min(bytes.length - at, 1 + random.nextInt(1 << random.nextInt(17)));
                in.writeBytes(bytes, at, size);
                at += size;
                boolean taken = true;
                while (taken) {
                    heap = new Heap(buffers, in.readableBytes());
                    Optional<? extends T> decoded = decoder.apply(in);
                    long used = heap.used();
                    decoded.ifPresent(consumer);
                    heap.demandLittle(used);
                    taken = decoded.isPresent();
                    in.discardReadBytes();
                }
            }
        } catch (ProtocolViolation expected) {
            heap.demandLittle(heap.used());
            assertThat(expected.getMessage()).isNotEmpty();
            assertThat(expected.getStackTrace()).isEmpty();
        }
    }

    /** What this thread takes of the heap while it decodes. */
    private record Heap(long before, long allowed) {
        Heap(Buffers buffers, int readable) {
            this(
                    THREADS.getCurrentThreadAllocatedBytes(),
                    buffers.areWatched()
                            ? Long.MAX_VALUE
                            : ALLOWED_AT_ONCE + ALLOWED_EACH_BYTE * readable);
        }

        long used() {
            return THREADS.getCurrentThreadAllocatedBytes() - before;
        }

        void demandLittle(long used) {
            assertThat(used).as("bytes of heap").isLessThan(allowed);
        }
    }

    /** A failure has to repeat itself: the first time a path is taken, it loads classes. */
    private static void rounds(Consumer<Random> round) {
        long end = System.nanoTime() + TIME.toNanos();
        for (long seed = SEED; System.nanoTime() < end; seed++) {
            try {
                round.accept(new Random(seed));
            } catch (AssertionError first) {
                repeat(round, seed);
            } catch (RuntimeException failure) {
                throw new AssertionError("repeat with -Dfuzz.seed=" + seed, failure);
            }
        }
    }

    private static void repeat(Consumer<Random> round, long seed) {
        try {
            round.accept(new Random(seed));
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError("repeat with -Dfuzz.seed=" + seed, failure);
        }
    }

    /** A few messages, of which some bytes and lengths are not what they were. */
    private static byte[] mutated(Random random, List<byte[]> goldens) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        int messages = 1 + random.nextInt(6);
        for (int i = 0; i < messages; i++) {
            byte[] message = goldens.get(random.nextInt(goldens.size())).clone();
            stream.writeBytes(random.nextInt(3) == 0 ? mutated(random, message) : message);
        }
        return stream.toByteArray();
    }

    private static byte[] mutated(Random random, byte[] message) {
        int at = random.nextInt(message.length);
        ByteBuffer bytes = ByteBuffer.wrap(message);
        switch (random.nextInt(6)) {
            case 0 -> message[at] = (byte) random.nextInt();
            case 1 -> message[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> {
                if (message.length >= 5) {
                    bytes.putInt(random.nextInt(2), (int) length(random));
                }
            }
            case 3 -> {
                if (at + 4 <= message.length) {
                    bytes.putInt(at, (int) length(random));
                }
            }
            case 4 -> {
                return Arrays.copyOf(message, at);
            }
            default -> {
                return Arrays.copyOf(message, message.length + random.nextInt(20));
            }
        }
        return message;
    }

    private static long length(Random random) {
        return LENGTHS[random.nextInt(LENGTHS.length)];
    }

    private static <T> T pick(Random random, T[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
