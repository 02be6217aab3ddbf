package dev.sallyport.recorder.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.TreeMap;

/** The bytes of a file, without the pages that hold only zeros. Used under its owner's lock. */
final class SparseBytes {
    private static final int PAGE = 64 * 1024;

    private final TreeMap<Long, byte[]> pages = new TreeMap<>();
    private long size;

    /** Cuts the bytes to {@code size}, or adds zeros. */
    void resize(long size) {
        pages.tailMap((size + PAGE - 1) / PAGE).clear();
        byte[] last = pages.get(size / PAGE);
        if (last != null) {
            Arrays.fill(last, (int) (size % PAGE), PAGE, (byte) 0);
        }
        this.size = size;
    }

    /** Takes what {@code file} holds in {@code [from, to)}. */
    void read(DiskFile file, long from, long to) throws IOException {
        size = Math.max(size, to);
        for (long at = from; at < to; ) {
            int offset = (int) (at % PAGE);
            int length = (int) Math.min(PAGE - offset, to - at);
            byte[] bytes = new byte[length];
            if (file.read(ByteBuffer.wrap(bytes), at) != length) {
                throw new EOFException(file.path() + " ended early");
            }
            put(at / PAGE, offset, bytes);
            at += length;
        }
    }

    private void put(long number, int offset, byte[] bytes) {
        byte[] page = pages.get(number);
        if (page == null && isZero(bytes)) {
            return;
        }
        if (page == null) {
            page = new byte[PAGE];
            pages.put(number, page);
        }
        System.arraycopy(bytes, 0, page, offset, bytes.length);
    }

    private static boolean isZero(byte[] bytes) {
        for (byte each : bytes) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    /** Writes everything into {@code file}, which MUST be empty. */
    void writeTo(DiskFile file) throws IOException {
        for (var page : pages.entrySet()) {
            long at = page.getKey() * PAGE;
            int length = (int) Math.min(PAGE, size - at);
            file.write(ByteBuffer.wrap(page.getValue(), 0, length), at);
        }
        if (file.size() < size) {
            file.write(ByteBuffer.allocate(1), size - 1);
        }
    }
}
