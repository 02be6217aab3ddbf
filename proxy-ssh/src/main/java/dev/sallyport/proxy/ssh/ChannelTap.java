package dev.sallyport.proxy.ssh;

import dev.sallyport.access.port.Cast;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Writes one channel's bytes to its cast before they are forwarded. Calls for one stream come in
 * order; nothing blocks.
 */
final class ChannelTap {
    private final Cast cast;

    ChannelTap(Cast cast) {
        this.cast = cast;
    }

    /** Completes when the bytes may be forwarded; exceptionally when they cannot be kept. */
    CompletableFuture<Void> accept(Cast.Stream stream, byte[] bytes) {
        return cast.write(stream, ByteBuffer.wrap(bytes));
    }

    /** Bytes whose content events describe: counted, not kept. */
    void count(Cast.Stream stream, int bytes) {
        cast.count(stream, bytes);
    }

    /** Half-close. */
    void end(Cast.Stream stream) {
        cast.end(stream);
    }

    void resize(int columns, int rows) {
        cast.resize(columns, rows);
    }

    /** The channel is over; {@code exit} as in {@link Cast#close}. */
    CompletableFuture<Void> close(int exit) {
        return cast.close(exit);
    }
}
