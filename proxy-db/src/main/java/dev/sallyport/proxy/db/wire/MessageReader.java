package dev.sallyport.proxy.db.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the body of one complete message without touching the buffer's own indices. Whatever does
 * not fit is a {@link ProtocolViolation}; {@link #end} MUST be called last.
 */
final class MessageReader {
    private final String title;
    private final ByteBuf bytes;
    private final int end;
    private int at;

    /** Reads {@code bytes} from the absolute index {@code from} to its writer index. */
    MessageReader(String title, ByteBuf bytes, int from) {
        this.title = title;
        this.bytes = bytes;
        this.end = bytes.writerIndex();
        this.at = from;
    }

    ProtocolViolation violation(String wrong) {
        return new ProtocolViolation(title, wrong);
    }

    int int8(String what) {
        return bytes.getByte(advance(Byte.BYTES, what));
    }

    /** Signed. */
    int int16(String what) {
        return bytes.getShort(advance(Short.BYTES, what));
    }

    /** Signed. */
    int int32(String what) {
        return bytes.getInt(advance(Integer.BYTES, what));
    }

    /** An object identifier: 32 bits without a sign. */
    long oid(String what) {
        return bytes.getUnsignedInt(advance(Integer.BYTES, what));
    }

    /**
     * An {@code Int16} that counts things, without a sign as in the server. Checked against the
     * bytes that are left, so that a list of this size may be allocated.
     *
     * @param least bytes that each of the things takes at least
     */
    int count(String what, int least) {
        int count = bytes.getUnsignedShort(advance(Short.BYTES, what));
        if ((long) count * least > remaining()) {
            throw violation("is too short for " + what);
        }
        return count;
    }

    /**
     * {@code String}: bytes up to a NUL, which MUST be UTF-8. Encoding the text again gives the
     * same bytes, so what is judged is what the server reads: overlong forms, surrogates and stray
     * bytes fail here.
     */
    String string(String what) {
        byte[] encoded = terminated(what);
        String text = new String(encoded, StandardCharsets.UTF_8);
        if (!Arrays.equals(encoded, text.getBytes(StandardCharsets.UTF_8))) {
            throw violation("has " + what + " that is not UTF-8");
        }
        return text;
    }

    /** As {@link #string}, with U+FFFD for what is not UTF-8: only for texts nobody judges. */
    String lenientString(String what) {
        return new String(terminated(what), StandardCharsets.UTF_8);
    }

    private byte[] terminated(String what) {
        int terminator = bytes.indexOf(at, end, (byte) 0);
        if (terminator < 0) {
            throw violation("has " + what + " without its terminator");
        }
        byte[] encoded = ByteBufUtil.getBytes(bytes, at, terminator - at, true);
        at = terminator + 1;
        return encoded;
    }

    /**
     * {@code Int32} length, then as many bytes; −1 is NULL.
     *
     * @return the absolute index of the bytes, or −1 for NULL
     */
    int value(String what) {
        int length = int32(what);
        if (length == -1) {
            return -1;
        }
        if (length < 0) {
            throw violation("has a negative length of " + what);
        }
        return advance(length, what);
    }

    int remaining() {
        return end - at;
    }

    /** The absolute index of the next byte. */
    int at() {
        return at;
    }

    /** Everything that is left. */
    int rest(String what) {
        return advance(remaining(), what);
    }

    void end() {
        if (at != end) {
            throw violation("has bytes behind its end");
        }
    }

    private int advance(int length, String what) {
        if (length > end - at) {
            throw violation("ends within " + what);
        }
        int start = at;
        at += length;
        return start;
    }
}
