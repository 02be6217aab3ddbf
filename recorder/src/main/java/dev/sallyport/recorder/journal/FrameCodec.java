package dev.sallyport.recorder.journal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The journal's bytes, big endian. A file begins with 64 bytes, frames follow, each padded with
 * zeros to 8 bytes.
 *
 * <pre>
 * file   "RECWAL1\n" | salt 8 | first sequence u64 | crc32c u32 of these | zeros to 64
 * frame  len u32 | crc32c u32 | type u8 | flags u8 | header u16 = 32 | sequence u64 | synced u64
 *        | handle u32 | payload = number u64, bytes
 * </pre>
 *
 * crc32c covers salt || header without crc || payload. Not thread-safe.
 */
final class FrameCodec {
    static final int FILE_HEADER = 64;
    static final int FRAME_HEADER = 32;
    static final int NUMBER = 8;

    /** Longest payload: an event line of 1 MiB or a piece of a cast, with room. */
    static final int MAX_PAYLOAD = 2 * 1024 * 1024;

    static final long MAGIC = 0x52454357414C310AL;
    private static final int FILE_HEADER_CRC = 24;

    private final CRC32C crc = new CRC32C();
    private final byte[] salt;

    FrameCodec(byte[] salt) {
        this.salt = salt.clone();
    }

    static int paddedLength(int bytes) {
        return (FRAME_HEADER + NUMBER + bytes + 7) & ~7;
    }

    static byte[] fileHeader(byte[] salt, long firstSequence) {
        ByteBuffer header = ByteBuffer.allocate(FILE_HEADER);
        header.putLong(MAGIC).put(salt).putLong(firstSequence);
        CRC32C crc = new CRC32C();
        crc.update(header.array(), 0, FILE_HEADER_CRC);
        return header.putInt((int) crc.getValue()).array();
    }

    /** Position 0 of {@code file} holds a file header that nobody touched. */
    static boolean isFileHeader(ByteBuffer file) {
        if (file.limit() < FILE_HEADER || file.getLong(0) != MAGIC) {
            return false;
        }
        CRC32C crc = new CRC32C();
        crc.update(file.slice(0, FILE_HEADER_CRC));
        if (file.getInt(FILE_HEADER_CRC) != (int) crc.getValue()) {
            return false;
        }
        for (int i = FILE_HEADER_CRC + 4; i < FILE_HEADER; i++) {
            if (file.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    static byte[] salt(ByteBuffer file) {
        byte[] salt = new byte[8];
        file.get(8, salt);
        return salt;
    }

    static long firstSequence(ByteBuffer file) {
        return file.getLong(16);
    }

    /** Appends the entry's frame at {@code into}'s position; {@code view} is the same memory. */
    void encode(Entry entry, long synced, ByteBuffer into, ByteBuffer view) {
        int start = into.position();
        int length = NUMBER + entry.bytes().length;
        into.putInt(length)
                .putInt(0)
                .put(entry.type().code())
                .put((byte) entry.flags())
                .putShort((short) FRAME_HEADER)
                .putLong(entry.sequence())
                .putLong(synced)
                .putInt(entry.handle())
                .putLong(entry.number())
                .put(entry.bytes());
        into.putInt(start + 4, checksum(view, start, length));
        while ((into.position() & 7) != 0) {
            into.put((byte) 0);
        }
    }

    /** The valid frame at {@code at}, if there is one. */
    Optional<Frame> decode(ByteBuffer file, int at) {
        if (file.limit() - at < FRAME_HEADER + NUMBER) {
            return Optional.empty();
        }
        int length = file.getInt(at);
        if (length < NUMBER || length > MAX_PAYLOAD || file.getShort(at + 10) != FRAME_HEADER) {
            return Optional.empty();
        }
        int padded = (FRAME_HEADER + length + 7) & ~7;
        Optional<FrameType> type = FrameType.of(file.get(at + 8));
        if (file.limit() - at < padded
                || type.isEmpty()
                || file.getInt(at + 4) != checksum(file.duplicate(), at, length)) {
            return Optional.empty();
        }
        for (int i = at + FRAME_HEADER + length; i < at + padded; i++) {
            if (file.get(i) != 0) {
                return Optional.empty();
            }
        }
        byte[] bytes = new byte[length - NUMBER];
        file.get(at + FRAME_HEADER + NUMBER, bytes);
        return Optional.of(
                new Frame(
                        type.get(),
                        file.get(at + 9) & 0xff,
                        file.getLong(at + 12),
                        file.getLong(at + 20),
                        file.getInt(at + 28),
                        file.getLong(at + FRAME_HEADER),
                        bytes));
    }

    private int checksum(ByteBuffer view, int start, int length) {
        crc.reset();
        crc.update(salt, 0, salt.length);
        crc.update(view.limit(start + 4).position(start));
        crc.update(view.limit(start + FRAME_HEADER + length).position(start + 8));
        return (int) crc.getValue();
    }
}
