package dev.sallyport.proxy.ssh.mina;

import java.util.concurrent.CompletableFuture;

/**
 * One end of a channel whose messages are sent as they are told. All methods may be called from any
 * thread and return at once; on a closed channel they do nothing.
 */
public sealed interface RawChannel permits AcceptedChannel, OpenedChannel {
    /** The channel type of RFC 4254 §5.1. */
    String type();

    /**
     * Sends data within the peer's window. At most one write per stream may be under way.
     *
     * @return completes when the bytes were handed to the socket, exceptionally when the channel is
     *     gone
     */
    CompletableFuture<Void> write(boolean stderr, byte[] bytes);

    /** The peer wants no more data (not stderr): a write that waits fails, and so do later ones. */
    void dropData();

    /** Sends a channel request. */
    void request(String type, boolean wantReply, byte[] payload);

    /** Answers the peer's oldest unanswered request. */
    void reply(boolean success);

    /** Half-closes: no more data will be sent. */
    void eof();

    /**
     * Sends CLOSE after everything that was sent before; a write that waits for window is dropped.
     */
    void close();

    /** Gives {@code bytes} of the local window back to the peer. */
    void release(long bytes);
}
