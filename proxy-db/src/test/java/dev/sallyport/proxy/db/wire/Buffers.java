package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.HexFormat;
import java.util.function.Consumer;

/** Buffers that are counted: closing them fails the test when one was not released. */
final class Buffers implements AutoCloseable {
    private final boolean watched;
    private final UnpooledByteBufAllocator allocator;

    Buffers() {
        this(true);
    }

    /** Netty's leak detector tells who lost a buffer, at the price of a stack for each access. */
    Buffers(boolean watched) {
        this.watched = watched;
        allocator = new UnpooledByteBufAllocator(true, !watched);
    }

    boolean areWatched() {
        return watched;
    }

    ByteBuf empty() {
        return allocator.buffer();
    }

    ByteBuf of(byte[] bytes) {
        return allocator.buffer(Math.max(bytes.length, 1)).writeBytes(bytes);
    }

    /** What an encoder writes. */
    static byte[] written(Consumer<ByteBuf> encoder) {
        try (Buffers buffers = new Buffers()) {
            ByteBuf out = buffers.empty();
            encoder.accept(out);
            byte[] bytes = ByteBufUtil.getBytes(out);
            out.release();
            return bytes;
        }
    }

    /** Hex digits with any blanks between them. */
    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        assertThat(allocator.metric().usedDirectMemory()).as("direct bytes left").isZero();
        assertThat(allocator.metric().usedHeapMemory()).as("heap bytes left").isZero();
    }
}
