package dev.sallyport.proxy.db.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Writes what a proxy says to a client. Each call appends one message to {@code out}, which stays
 * the caller's; a message that cannot be written is an {@link IllegalArgumentException} and leaves
 * {@code out} as it was. Rows are written by {@link DataRowWriter}.
 */
public final class BackendEncoder {
    private BackendEncoder() {}

    /** One byte without a frame: answers SSLRequest and GSSENCRequest. */
    public static void sslResponse(ByteBuf out, SslResponse response) {
        out.writeByte(response.code());
    }

    /** {@code 'R' Int32(8) | Int32(0)}. */
    public static void authenticationOk(ByteBuf out) {
        message(out, BackendType.AUTHENTICATION, () -> out.writeInt(0));
    }

    /** {@code 'S' Int32 | String name, String value}. */
    public static void parameterStatus(ByteBuf out, String name, String value) {
        message(
                out,
                BackendType.PARAMETER_STATUS,
                () -> {
                    FrameWriter.string(out, name);
                    FrameWriter.string(out, value);
                });
    }

    /** {@code 'K' Int32 | Int32 process id, Byten key}: four bytes in 3.0, up to 256 in 3.2. */
    public static void backendKeyData(ByteBuf out, CancelKey key) {
        message(out, BackendType.BACKEND_KEY_DATA, () -> key.write(out));
    }

    /** {@code 'v' Int32 | Int32 version, Int32 n, String[n]}: to be sent once at most. */
    public static void negotiateProtocolVersion(
            ByteBuf out, ProtocolVersion newest, List<String> unrecognized) {
        message(
                out,
                BackendType.NEGOTIATE_PROTOCOL_VERSION,
                () -> {
                    out.writeInt(newest.code()).writeInt(unrecognized.size());
                    unrecognized.forEach(option -> FrameWriter.string(out, option));
                });
    }

    /** {@code 'Z' Int32(5) | Byte1 status}. */
    public static void readyForQuery(ByteBuf out, TransactionStatus status) {
        message(out, BackendType.READY_FOR_QUERY, () -> out.writeByte(status.code()));
    }

    /** {@code 'E' Int32 | (Byte1 field, String text)*, Byte1(0)}. */
    public static void errorResponse(ByteBuf out, ErrorFields fields) {
        message(out, BackendType.ERROR_RESPONSE, () -> fields(out, fields));
    }

    /** {@code 'N' Int32 | (Byte1 field, String text)*, Byte1(0)}. */
    public static void noticeResponse(ByteBuf out, ErrorFields fields) {
        message(out, BackendType.NOTICE_RESPONSE, () -> fields(out, fields));
    }

    private static void fields(ByteBuf out, ErrorFields fields) {
        fields.texts()
                .forEach((field, text) -> {
                    out.writeByte(field.code());
                    FrameWriter.string(out, text);
                });
        out.writeByte(0);
    }

    private static void message(ByteBuf out, BackendType type, Runnable body) {
        FrameWriter.message(out, type.code(), body);
    }
}
