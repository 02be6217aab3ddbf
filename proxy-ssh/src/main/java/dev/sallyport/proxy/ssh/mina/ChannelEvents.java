package dev.sallyport.proxy.ssh.mina;

/**
 * What arrives on one channel, in the order of the wire (RFC 4254 §5). Called on the connection's
 * reading thread, so implementations MUST return at once. The arrays belong to the receiver.
 */
public interface ChannelEvents {
    /** Data; {@code stderr} for extended data of type 1. The window stays taken until released. */
    void data(boolean stderr, byte[] bytes);

    /** A channel request and the bytes that belong to its type. */
    void request(String type, boolean wantReply, byte[] payload);

    /** The peer's answer to the oldest request that wanted one. */
    void reply(boolean success);

    /** The peer sends no more data. */
    void eof();

    /** The peer has closed the channel, or the connection is gone. Called exactly once. */
    void closed();
}
