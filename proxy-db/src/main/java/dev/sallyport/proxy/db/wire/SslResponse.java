package dev.sallyport.proxy.db.wire;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** The one byte, without a frame, that answers an SSLRequest. */
public enum SslResponse {
    /** TLS begins with the client's next byte. */
    WILLING('S'),
    /** The client may go on in clear text, or leave. Also the answer to a GSSENCRequest. */
    UNWILLING('N');

    private static final String TITLE = "answer to SSLRequest";

    private final byte code;

    SslResponse(char code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    /**
     * Reads a server's answer; empty until it came. Bytes behind it came in clear text before TLS
     * (CVE-2021-23222) and are a violation, and so is an ErrorResponse in this place: its text is
     * not authenticated.
     */
    public static Optional<SslResponse> decode(ByteBuf in) {
        if (!in.isReadable()) {
            return Optional.empty();
        }
        byte code = in.readByte();
        if (in.isReadable()) {
            throw new ProtocolViolation(TITLE, "is followed by bytes in clear text");
        }
        for (SslResponse response : values()) {
            if (response.code == code) {
                return Optional.of(response);
            }
        }
        throw new ProtocolViolation(TITLE, "is neither S nor N");
    }
}
