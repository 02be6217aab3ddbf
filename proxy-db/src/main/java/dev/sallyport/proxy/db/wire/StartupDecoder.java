package dev.sallyport.proxy.db.wire;

import dev.sallyport.proxy.db.wire.StartupPacket.CancelRequest;
import dev.sallyport.proxy.db.wire.StartupPacket.DirectTls;
import dev.sallyport.proxy.db.wire.StartupPacket.GssEncRequest;
import dev.sallyport.proxy.db.wire.StartupPacket.SslRequest;
import dev.sallyport.proxy.db.wire.StartupPacket.StartupMessage;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the start of a connection, where packets have a length but no type. One decoder serves one
 * connection, in clear text and again inside TLS, so that it sees a second SSLRequest:
 *
 * <pre>
 *                 ┌─ 0x16: DirectTls ───────────┐
 * first byte ─────┤                             ├─ TLS ─┐
 *                 └─ GSSENCRequest? SSLRequest? ┘       ├─ StartupMessage or CancelRequest: the end
 *                              └────────────────────────┘
 * </pre>
 *
 * <p>Called by one thread at a time. A violation is final: every later call fails as well.
 */
public final class StartupDecoder {
    /** The server's own limit (MAX_STARTUP_PACKET_LENGTH): parameters are short. */
    private static final int LONGEST = 10_000;

    private static final int LENGTH_AND_CODE = 8;
    private static final int TLS_HANDSHAKE = 0x16;

    static final int CANCEL_REQUEST = 1234 << 16 | 5678;
    static final int SSL_REQUEST = 1234 << 16 | 5679;
    private static final int GSSENC_REQUEST = 1234 << 16 | 5680;

    private static final String TITLE = "startup packet";

    private boolean untouched = true;
    private boolean sslAsked;
    private boolean gssEncAsked;
    private boolean over;
    private boolean broken;

    /**
     * Takes one packet from {@code in}, which stays the caller's; empty when more bytes are needed.
     * {@link DirectTls} takes nothing.
     *
     * @throws ProtocolViolation when the connection MUST be closed
     */
    public Optional<StartupPacket> decode(ByteBuf in) {
        if (broken || over) {
            throw new ProtocolViolation(TITLE, "follows the end of the start");
        }
        broken = true;
        Optional<StartupPacket> packet = next(in);
        broken = false;
        return packet;
    }

    /** {@code Int32} length including itself, {@code Int32} code or version, then the rest. */
    private Optional<StartupPacket> next(ByteBuf in) {
        if (!in.isReadable()) {
            return Optional.empty();
        }
        byte first = in.getByte(in.readerIndex());
        if (first == TLS_HANDSHAKE && untouched) {
            untouched = false;
            sslAsked = true;
            return Optional.of(new DirectTls());
        }
        if (first != 0) {
            throw new ProtocolViolation(TITLE, "does not begin with a length");
        }
        untouched = false;
        if (in.readableBytes() < Integer.BYTES) {
            return Optional.empty();
        }
        long length = in.getUnsignedInt(in.readerIndex());
        if (length < LENGTH_AND_CODE || length > LONGEST) {
            throw new ProtocolViolation(TITLE, "has a length out of bounds");
        }
        if (in.readableBytes() < length) {
            return Optional.empty();
        }
        return Optional.of(packet(in, in.readSlice((int) length)));
    }

    private StartupPacket packet(ByteBuf in, ByteBuf packet) {
        int code = packet.getInt(Integer.BYTES);
        return switch (code) {
            case SSL_REQUEST -> {
                demandAlone("SSLRequest", in, packet, sslAsked);
                sslAsked = true;
                yield new SslRequest();
            }
            case GSSENC_REQUEST -> {
                demandAlone("GSSENCRequest", in, packet, gssEncAsked);
                gssEncAsked = true;
                yield new GssEncRequest();
            }
            case CANCEL_REQUEST -> cancelRequest(packet);
            default -> startupMessage(ProtocolVersion.of(code), packet);
        };
    }

    /**
     * {@code Int32(8)}, {@code Int32} code, and nothing else. The client has to wait for the
     * answer, so what is behind the request came in clear text and would pass for TLS
     * (CVE-2021-23214).
     */
    private static void demandAlone(String title, ByteBuf in, ByteBuf packet, boolean asked) {
        if (asked) {
            throw new ProtocolViolation(title, "comes a second time");
        }
        new MessageReader(title, packet, LENGTH_AND_CODE).end();
        if (in.isReadable()) {
            throw new ProtocolViolation(title, "is followed by bytes in clear text");
        }
    }

    /** {@code Int32} length, {@code Int32(80877102)}, {@code Int32} process id, {@code Byten}. */
    private CancelRequest cancelRequest(ByteBuf packet) {
        MessageReader reader = new MessageReader("CancelRequest", packet, LENGTH_AND_CODE);
        CancelKey key = CancelKey.read(reader, packet);
        reader.end();
        over = true;
        return new CancelRequest(key);
    }

    /**
     * {@code Int32} length, {@code Int32} version, then {@code String} name and {@code String}
     * value any number of times, then one zero byte.
     */
    private StartupMessage startupMessage(ProtocolVersion version, ByteBuf packet) {
        MessageReader reader = new MessageReader("StartupMessage", packet, LENGTH_AND_CODE);
        if (version.major() != ProtocolVersion.V3_0.major()) {
            throw reader.violation("asks for a protocol other than 3");
        }
        List<StartupParameter> parameters = new ArrayList<>();
        String name = reader.string("a parameter's name");
        while (!name.isEmpty()) {
            parameters.add(new StartupParameter(name, reader.string("a parameter's value")));
            name = reader.string("a parameter's name");
        }
        reader.end();
        over = true;
        return new StartupMessage(version, parameters);
    }
}
