package dev.sallyport.proxy.db;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;

/** Counts and hashes what is copied in one direction. Owned by the event loop. */
final class CopyMeter {
    private final DbTap tap;
    private final String direction;
    private final MessageDigest digest;
    private long messages;
    private long bytes;

    CopyMeter(DbTap tap, String direction) {
        this.tap = tap;
        this.direction = direction;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A piece of data; {@code data} is read by absolute index and stays as it is. */
    void passed(ByteBuf data, boolean begins) {
        if (begins) {
            messages++;
        }
        bytes += data.readableBytes();
        for (ByteBuffer part : data.nioBuffers()) {
            digest.update(part);
        }
    }

    /** The copy is over: it is written down and counting begins anew. */
    CompletableFuture<Void> end() {
        CompletableFuture<Void> recorded =
                tap.copy(direction, messages, bytes, HexFormat.of().formatHex(digest.digest()));
        messages = 0;
        bytes = 0;
        return recorded;
    }
}
