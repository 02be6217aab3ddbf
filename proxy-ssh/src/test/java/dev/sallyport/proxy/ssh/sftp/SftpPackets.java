package dev.sallyport.proxy.ssh.sftp;

import java.io.ByteArrayOutputStream;

/** SFTP packets, as an agent or a target writes them. */
final class SftpPackets {
    private SftpPackets() {}

    static byte[] open(int id, String path, int flags) {
        return new SftpWriter(Sftp.OPEN).int32(id).text(path).int32(flags).int32(0).packet();
    }

    static byte[] path(int type, int id, String path) {
        return new SftpWriter(type).int32(id).text(path).packet();
    }

    static byte[] two(int type, int id, String first, String second) {
        return new SftpWriter(type).int32(id).text(first).text(second).packet();
    }

    static byte[] extension(int id, String name, String... values) {
        var packet = new SftpWriter(Sftp.EXTENDED).int32(id).text(name);
        for (String value : values) {
            packet.text(value);
        }
        return packet.packet();
    }

    static byte[] handle(int type, int id, String handle) {
        return new SftpWriter(type).int32(id).text(handle).packet();
    }

    static byte[] read(int id, String handle, long offset, int length) {
        return new SftpWriter(Sftp.READ)
                .int32(id)
                .text(handle)
                .int64(offset)
                .int32(length)
                .packet();
    }

    static byte[] status(int id, int code) {
        return new SftpWriter(Sftp.STATUS).int32(id).int32(code).text("").text("").packet();
    }

    static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
