package dev.sallyport.proxy.db.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A message as it is on the wire, and what it says.
 *
 * @param digits the whole frame in hex
 * @param says as by {@link Words}
 */
record Golden(String digits, String says) {
    /** The length is computed; the body is written in hex, with texts in quotes: {@code 'a' 00}. */
    static Golden of(char type, String body, String says) {
        return new Golden(Buffers.hex(frame(type, bytes(body))), says);
    }

    byte[] bytes() {
        return Buffers.hex(digits);
    }

    static byte[] frame(char type, byte[] body) {
        return ByteBuffer.allocate(body.length + 5)
                .put((byte) type)
                .putInt(body.length + 4)
                .put(body)
                .array();
    }

    /** A frame whose declared length is not that of its body. */
    static byte[] frame(char type, long declared, byte[] body) {
        return ByteBuffer.wrap(frame(type, body)).putInt(1, (int) declared).array();
    }

    /** Hex digits with blanks, and {@code 'texts'} in UTF-8. */
    static byte[] bytes(String written) {
        StringBuilder digits = new StringBuilder();
        String[] parts = written.split("'", -1);
        for (int i = 0; i < parts.length; i++) {
            digits.append(
                    i % 2 == 0 ? parts[i] : Buffers.hex(parts[i].getBytes(StandardCharsets.UTF_8)));
        }
        return Buffers.hex(digits.toString());
    }

    @Override
    public String toString() {
        return says;
    }
}
