package dev.sallyport.recorder.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * An open file. Positions and sizes are bytes. One thread at a time may write; every call may fail,
 * and after a failed {@link #force} nothing that was written since the last good one may be
 * trusted: it MUST NOT be retried.
 */
public interface DiskFile extends AutoCloseable {
    /** The name under which the file was opened. */
    Path path();

    /** Current length. */
    long size() throws IOException;

    /** Writes all remaining bytes at {@code position}. */
    void write(ByteBuffer bytes, long position) throws IOException;

    /** Fills {@code into} from {@code position} as far as the file goes; returns the bytes read. */
    int read(ByteBuffer into, long position) throws IOException;

    /** Cuts the file to {@code size}. */
    void truncate(long size) throws IOException;

    /** Returns when everything written, and the file's length, is on the device. */
    void force() throws IOException;

    @Override
    void close() throws IOException;
}
