package dev.sallyport.proxy.db.value;

import dev.sallyport.proxy.db.catalogue.Catalogue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Reads parameters of Bind messages. Pure and thread-safe; it holds nothing of a session.
 *
 * <p>A value in text format is shown as the client wrote it. One in binary format is shown as
 * PostgreSQL writes it with {@code DateStyle} ISO, time zone UTC, {@code IntervalStyle} postgres
 * and {@code bytea_output} hex, whatever the session's own settings are: the record says what was
 * sent, not how the client likes to see it.
 */
public final class ParameterText {
    /** Larger values are hashed: an event has 1 MiB for the statement and all its parameters. */
    public static final int MAX_BYTES = 64 * 1024;

    /** Format code of Bind: https://www.postgresql.org/docs/18/protocol-overview.html */
    private static final int TEXT = 0;

    private final BinaryText binary;

    /**
     * @param catalogue tells of domains, enums, arrays, ranges and rows what they are made of
     */
    public ParameterText(Catalogue catalogue) {
        binary = new BinaryText(catalogue);
    }

    /**
     * One parameter that is not null.
     *
     * @param type OID of its type as Parse or ParameterDescription has it, or 0
     * @param format 0 for text, 1 for binary
     * @param value neither released nor moved
     */
    public ParameterValue of(long type, int format, ByteBuf value) {
        int length = value.readableBytes();
        if (length > MAX_BYTES) {
            return new ParameterValue.Large(type, length, sha256(value));
        }
        byte[] bytes = ByteBufUtil.getBytes(value);
        try {
            return new ParameterValue.Text(format == TEXT ? utf8(bytes) : binary.text(type, bytes));
        } catch (UndecodableException e) {
            return new ParameterValue.Undecoded(type, Base64.getEncoder().encodeToString(bytes));
        }
    }

    private static String sha256(ByteBuf value) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (ByteBuffer part : value.nioBuffers()) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Strictly: what PostgreSQL would refuse is not shown as if it were something else. */
    static String utf8(byte[] bytes) throws UndecodableException {
        for (byte each : bytes) {
            if (each == 0) {
                throw new UndecodableException();
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new UndecodableException();
        }
    }
}
