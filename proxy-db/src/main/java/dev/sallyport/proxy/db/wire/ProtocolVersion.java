package dev.sallyport.proxy.db.wire;

/**
 * A version of the frontend/backend protocol.
 *
 * @param major the upper 16 bits of its code
 * @param minor the lower 16 bits of its code
 * @see <a href="https://www.postgresql.org/docs/18/protocol-overview.html">Protocol versions</a>
 */
public record ProtocolVersion(int major, int minor) implements Comparable<ProtocolVersion> {
    /** Spoken by every server since 7.4. */
    public static final ProtocolVersion V3_0 = new ProtocolVersion(3, 0);

    /** PostgreSQL 18: cancel keys of up to 256 bytes. There never was a 3.1. */
    public static final ProtocolVersion V3_2 = new ProtocolVersion(3, 2);

    private static final int LARGEST = 0xFFFF;

    public ProtocolVersion {
        if (major < 0 || major > LARGEST || minor < 0 || minor > LARGEST) {
            throw new IllegalArgumentException("a version has two parts of 16 bits");
        }
    }

    static ProtocolVersion of(int code) {
        return new ProtocolVersion(code >>> 16, code & LARGEST);
    }

    /** Both parts in one Int32, as on the wire. */
    public int code() {
        return major << 16 | minor;
    }

    /** True from 3.2 on: keys longer than four bytes are understood. */
    public boolean hasLongCancelKeys() {
        return compareTo(V3_2) >= 0;
    }

    @Override
    public int compareTo(ProtocolVersion other) {
        return Integer.compareUnsigned(code(), other.code());
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
