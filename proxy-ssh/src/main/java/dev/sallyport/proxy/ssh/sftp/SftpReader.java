package dev.sallyport.proxy.ssh.sftp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the fields of one packet and never beyond it. Owned by one thread. */
final class SftpReader {
    private static final int SIZE = 0x1;
    private static final int OWNER = 0x2;
    private static final int PERMISSIONS = 0x4;
    private static final int TIMES = 0x8;
    private static final int EXTENDED = 0x80000000;
    private static final int KNOWN = SIZE | OWNER | PERMISSIONS | TIMES | EXTENDED;

    private final ByteBuffer bytes;

    SftpReader(byte[] packet) {
        bytes = ByteBuffer.wrap(packet);
    }

    int octet() throws MalformedStreamException {
        need(1);
        return Byte.toUnsignedInt(bytes.get());
    }

    int int32() throws MalformedStreamException {
        need(Integer.BYTES);
        return bytes.getInt();
    }

    long int64() throws MalformedStreamException {
        need(Long.BYTES);
        return bytes.getLong();
    }

    byte[] string() throws MalformedStreamException {
        int length = int32();
        need(length);
        byte[] value = new byte[length];
        bytes.get(value);
        return value;
    }

    /** A string as a view, for data that is only counted and hashed. */
    ByteBuffer data() throws MalformedStreamException {
        int length = int32();
        need(length);
        ByteBuffer view = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return view;
    }

    /** A string that has to be text. */
    String text() throws MalformedStreamException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(data()).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedStreamException("a name is not UTF-8");
        }
    }

    /** File attributes (§5), as the bytes that they are. */
    byte[] attributes() throws MalformedStreamException {
        int from = bytes.position();
        int flags = int32();
        if ((flags & ~KNOWN) != 0) {
            throw new MalformedStreamException("unknown attributes");
        }
        skip((flags & SIZE) != 0 ? Long.BYTES : 0);
        skip((flags & OWNER) != 0 ? 2 * Integer.BYTES : 0);
        skip((flags & PERMISSIONS) != 0 ? Integer.BYTES : 0);
        skip((flags & TIMES) != 0 ? 2 * Integer.BYTES : 0);
        if ((flags & EXTENDED) != 0) {
            int count = int32();
            for (int i = 0; i != count; i++) {
                data();
                data();
            }
        }
        return Arrays.copyOfRange(bytes.array(), from, bytes.position());
    }

    /** What follows does not matter, because nothing of this packet is sent on. */
    void skipRest() {
        bytes.position(bytes.limit());
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    /** Nothing may follow. */
    void done() throws MalformedStreamException {
        if (bytes.hasRemaining()) {
            throw new MalformedStreamException("a packet is longer than its fields");
        }
    }

    private void skip(int length) throws MalformedStreamException {
        need(length);
        bytes.position(bytes.position() + length);
    }

    private void need(int length) throws MalformedStreamException {
        if (length < 0 || length > bytes.remaining()) {
            throw new MalformedStreamException("a field reaches over the end of its packet");
        }
    }
}
