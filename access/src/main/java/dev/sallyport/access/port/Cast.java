package dev.sallyport.access.port;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * The byte-exact recording of one channel. Calls for one stream must come in order (one thread at a
 * time per stream); nothing blocks.
 */
public interface Cast {
    /** The three byte streams of a channel. */
    enum Stream {
        STDIN,
        STDOUT,
        STDERR
    }

    /**
     * Appends bytes, which are copied before the call returns. Completes when they are
     * <em>accepted</em>, which is when they may be forwarded: at once while the recorder's lag is
     * within bounds, later when it is not (that is the back-pressure), exceptionally with {@link
     * UnrecordableException} when they cannot be kept.
     */
    CompletableFuture<Void> write(Stream stream, ByteBuffer bytes);

    /**
     * Bytes that passed and whose content events describe instead (files, by name and hash): they
     * count in the session's totals and are not kept.
     */
    void count(Stream stream, long bytes);

    /** Half-close of a stream was seen. */
    void end(Stream stream);

    /** Window change. */
    void resize(int columns, int rows);

    /** A labelled place to jump to. */
    void mark(String label);

    /** Closes the cast; {@code exit} is the exit status, 128 + signal, or -1 when unknown. */
    CompletableFuture<Void> close(int exit);
}
