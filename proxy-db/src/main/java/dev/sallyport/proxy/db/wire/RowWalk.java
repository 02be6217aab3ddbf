package dev.sallyport.proxy.db.wire;

import io.netty.buffer.ByteBuf;

/**
 * Walks over the lengths inside one DataRow, in as many pieces as it arrives, and keeps no bytes. A
 * negative length other than −1, a value that reaches beyond the row and bytes behind the last
 * value are violations (CVE-2026-32286).
 */
final class RowWalk {
    private final int columns;
    private int rowLeft;
    private int columnsLeft;
    private int valueLeft;
    private int lengthSoFar;
    private int lengthBytes;

    /**
     * @param length of the body, with its two bytes of count
     */
    RowWalk(int columns, int length) {
        this.columns = columns;
        this.columnsLeft = columns;
        this.rowLeft = length - Short.BYTES;
        demand((long) columns * Integer.BYTES <= rowLeft, "is too short for its columns");
    }

    int columns() {
        return columns;
    }

    /** Walks over the bytes between two absolute indices; the caller keeps them within the row. */
    void over(ByteBuf bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (valueLeft > 0) {
                int step = Math.min(valueLeft, to - at);
                valueLeft -= step;
                rowLeft -= step;
                at += step;
            } else {
                at += length(bytes, at, to);
            }
        }
        demand(rowLeft > 0 || columnsLeft == 0, "ends within its columns");
    }

    /** Reads a length, or as much of it as there is, and returns how many bytes that took. */
    private int length(ByteBuf bytes, int at, int to) {
        demand(columnsLeft > 0, "has bytes behind its end");
        if (lengthBytes == 0 && to - at >= Integer.BYTES) {
            rowLeft -= Integer.BYTES;
            begin(bytes.getInt(at));
            return Integer.BYTES;
        }
        lengthSoFar = lengthSoFar << Byte.SIZE | bytes.getUnsignedByte(at);
        lengthBytes++;
        rowLeft--;
        if (lengthBytes == Integer.BYTES) {
            begin(lengthSoFar);
            lengthSoFar = 0;
            lengthBytes = 0;
        }
        return 1;
    }

    private void begin(int length) {
        demand(length >= -1, "has a negative length of a column");
        columnsLeft--;
        valueLeft = Math.max(length, 0);
        demand(
                valueLeft + (long) columnsLeft * Integer.BYTES <= rowLeft,
                "has a column that reaches beyond its end");
    }

    private static void demand(boolean holds, String wrong) {
        if (!holds) {
            throw new ProtocolViolation("DataRow", wrong);
        }
    }
}
