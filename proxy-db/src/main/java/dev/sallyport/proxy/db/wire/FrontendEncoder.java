package dev.sallyport.proxy.db.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes what a proxy says to a server. Each call appends one message to {@code out}, which stays
 * the caller's, so that a pipeline is one buffer; a message that cannot be written, for example
 * because of a NUL in a text, is an {@link IllegalArgumentException} and leaves {@code out} as it
 * was.
 */
public final class FrontendEncoder {
    private static final int PACKET_HEADER = 8;

    private FrontendEncoder() {}

    /** {@code Int32(8), Int32 code}. */
    public static void sslRequest(ByteBuf out) {
        out.writeInt(PACKET_HEADER).writeInt(StartupDecoder.SSL_REQUEST);
    }

    /** {@code Int32, Int32 code, Int32 process id, Byten key}. */
    public static void cancelRequest(ByteBuf out, CancelKey key) {
        FrameWriter.packet(
                out,
                () -> {
                    out.writeInt(StartupDecoder.CANCEL_REQUEST);
                    key.write(out);
                });
    }

    /** {@code Int32, Int32 version, (String name, String value)*, Byte1(0)}. */
    public static void startupMessage(
            ByteBuf out, ProtocolVersion version, List<StartupParameter> parameters) {
        FrameWriter.packet(
                out,
                () -> {
                    out.writeInt(version.code());
                    for (StartupParameter parameter : parameters) {
                        FrameWriter.string(out, parameter.name());
                        FrameWriter.string(out, parameter.value());
                    }
                    out.writeByte(0);
                });
    }

    /** {@code 'p' Int32 | String password}; the caller wipes {@code password}. */
    public static void passwordMessage(ByteBuf out, byte[] password) {
        for (byte each : password) {
            if (each == 0) {
                throw new IllegalArgumentException("a password has no NUL");
            }
        }
        message(out, FrontendType.PASSWORD, () -> out.writeBytes(password).writeByte(0));
    }

    /** {@code 'p' Int32 | String mechanism, Int32 length, Byte[length]}. */
    public static void saslInitialResponse(ByteBuf out, String mechanism, byte[] response) {
        message(
                out,
                FrontendType.PASSWORD,
                () -> {
                    FrameWriter.string(out, mechanism);
                    out.writeInt(response.length).writeBytes(response);
                });
    }

    /** {@code 'p' Int32 | Byten}. */
    public static void saslResponse(ByteBuf out, byte[] response) {
        message(out, FrontendType.PASSWORD, () -> out.writeBytes(response));
    }

    /** {@code 'Q' Int32 | String text}. */
    public static void query(ByteBuf out, String text) {
        message(out, FrontendType.QUERY, () -> FrameWriter.string(out, text));
    }

    /** {@code 'P' Int32 | String statement, String text, Int16 n, Int32[n] type OIDs}. */
    public static void parse(ByteBuf out, String statement, String text, List<Long> types) {
        message(
                out,
                FrontendType.PARSE,
                () -> {
                    FrameWriter.string(out, statement);
                    FrameWriter.string(out, text);
                    FrameWriter.count(out, types.size());
                    types.forEach(type -> out.writeInt(type.intValue()));
                });
    }

    /** As laid out in {@link FrontendBodies}; parameters and results are text, none is NULL. */
    public static void bind(ByteBuf out, String portal, String statement, List<String> values) {
        message(
                out,
                FrontendType.BIND,
                () -> {
                    FrameWriter.string(out, portal);
                    FrameWriter.string(out, statement);
                    FrameWriter.count(out, 0);
                    FrameWriter.count(out, values.size());
                    for (String value : values) {
                        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
                        out.writeInt(encoded.length).writeBytes(encoded);
                    }
                    FrameWriter.count(out, 0);
                });
    }

    /** {@code 'D' Int32 | Byte1 'S' or 'P', String name}. */
    public static void describe(ByteBuf out, StatementOrPortal kind, String name) {
        message(out, FrontendType.DESCRIBE, () -> named(out, kind, name));
    }

    /** {@code 'C' Int32 | Byte1 'S' or 'P', String name}. */
    public static void close(ByteBuf out, StatementOrPortal kind, String name) {
        message(out, FrontendType.CLOSE, () -> named(out, kind, name));
    }

    private static void named(ByteBuf out, StatementOrPortal kind, String name) {
        out.writeByte(kind.code());
        FrameWriter.string(out, name);
    }

    /** {@code 'E' Int32 | String portal, Int32 maximum number of rows, 0 for all}. */
    public static void execute(ByteBuf out, String portal, int maxRows) {
        message(
                out,
                FrontendType.EXECUTE,
                () -> {
                    FrameWriter.string(out, portal);
                    out.writeInt(maxRows);
                });
    }

    /** {@code 'S' Int32(4)}. */
    public static void sync(ByteBuf out) {
        message(out, FrontendType.SYNC, () -> {});
    }

    /** {@code 'f' Int32 | String reason}. */
    public static void copyFail(ByteBuf out, String reason) {
        message(out, FrontendType.COPY_FAIL, () -> FrameWriter.string(out, reason));
    }

    /** {@code 'X' Int32(4)}. */
    public static void terminate(ByteBuf out) {
        message(out, FrontendType.TERMINATE, () -> {});
    }

    private static void message(ByteBuf out, FrontendType type, Runnable body) {
        FrameWriter.message(out, type.code(), body);
    }
}
