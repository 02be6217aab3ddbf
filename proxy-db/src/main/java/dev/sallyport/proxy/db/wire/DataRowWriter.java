package dev.sallyport.proxy.db.wire;

import io.netty.buffer.ByteBuf;

/**
 * Writes one DataRow, column by column: how a row is sent with some of its values masked. Appends
 * to a buffer that stays the caller's; {@link #end} MUST be called, and only then the row counts.
 */
public final class DataRowWriter {
    private final ByteBuf out;
    private final int start;
    private int columnsLeft;

    /** Begins a row of {@code columns}. */
    public DataRowWriter(ByteBuf out, int columns) {
        this.out = out;
        this.columnsLeft = columns;
        out.writeByte(BackendType.DATA_ROW.code());
        this.start = out.writerIndex();
        out.writeInt(0);
        FrameWriter.count(out, columns);
    }

    /** The next column as it was. */
    public DataRowWriter copy(Values row, int index) {
        if (row.isNull(index)) {
            return nothing();
        }
        take();
        out.writeInt(row.length(index)).writeBytes(row.value(index));
        return this;
    }

    /** The next column with other bytes. */
    public DataRowWriter value(byte[] bytes) {
        take();
        out.writeInt(bytes.length).writeBytes(bytes);
        return this;
    }

    /** The next column is NULL. */
    public DataRowWriter nothing() {
        take();
        out.writeInt(-1);
        return this;
    }

    /** Ends a row that has all its columns. */
    public void end() {
        if (columnsLeft != 0) {
            throw new IllegalStateException("a row has all its columns");
        }
        out.setInt(start, out.writerIndex() - start);
    }

    private void take() {
        if (columnsLeft == 0) {
            throw new IllegalStateException("a row has no more than its columns");
        }
        columnsLeft--;
    }
}
