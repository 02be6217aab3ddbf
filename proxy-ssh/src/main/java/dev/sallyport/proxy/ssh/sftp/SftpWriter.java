package dev.sallyport.proxy.ssh.sftp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Builds one packet, length included. Owned by one thread. */
final class SftpWriter {
    private final ByteArrayOutputStream fields = new ByteArrayOutputStream();

    SftpWriter(int type) {
        fields.write(type);
    }

    SftpWriter int32(int value) {
        return raw(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    SftpWriter int64(long value) {
        return raw(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    SftpWriter string(byte[] value) {
        return int32(value.length).raw(value);
    }

    SftpWriter text(String value) {
        return string(value.getBytes(StandardCharsets.UTF_8));
    }

    SftpWriter raw(byte[] value) {
        fields.writeBytes(value);
        return this;
    }

    byte[] packet() {
        return framed(fields.toByteArray());
    }

    /** A packet as it came, with its length. */
    static byte[] framed(byte[] packet) {
        return ByteBuffer.allocate(Integer.BYTES + packet.length)
                .putInt(packet.length)
                .put(packet)
                .array();
    }
}
