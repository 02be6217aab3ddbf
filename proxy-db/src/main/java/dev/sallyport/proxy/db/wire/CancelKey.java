package dev.sallyport.proxy.db.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * What proves that a CancelRequest comes from the session it cancels: a process id, which is not
 * secret, and a key, which is. Compared in constant time and never printed.
 */
public final class CancelKey {
    /** Protocol 3.0 knows no other length. */
    static final int SHORT = 4;

    /** The longest key of protocol 3.2. */
    static final int LONGEST = 256;

    /** As long as the keys of PostgreSQL 18. */
    private static final int LONG = 32;

    private final int processId;
    private final byte[] secret;

    private CancelKey(int processId, byte[] secret) {
        if (secret.length < SHORT || secret.length > LONGEST) {
            throw new IllegalArgumentException("a cancel key has 4 to 256 bytes");
        }
        this.processId = processId;
        this.secret = secret;
    }

    /** Copies {@code secret}, which has 4 to 256 bytes. */
    public static CancelKey of(int processId, byte[] secret) {
        return new CancelKey(processId, secret.clone());
    }

    /** A fresh key for a session of ours: 32 bytes where the version has long keys, else 4. */
    public static CancelKey random(int processId, ProtocolVersion version, SecureRandom random) {
        byte[] secret = new byte[version.hasLongCancelKeys() ? LONG : SHORT];
        random.nextBytes(secret);
        return new CancelKey(processId, secret);
    }

    /** {@code Int32} process id, then a key of 4 to 256 bytes up to the end of the message. */
    static CancelKey read(MessageReader reader, ByteBuf bytes) {
        int processId = reader.int32("the process id");
        int length = reader.remaining();
        if (length < SHORT || length > LONGEST) {
            throw reader.violation("has a key of fewer than 4 or more than 256 bytes");
        }
        return new CancelKey(
                processId, ByteBufUtil.getBytes(bytes, reader.rest("the key"), length, true));
    }

    void write(ByteBuf out) {
        out.writeInt(processId).writeBytes(secret);
    }

    /** Finds the session; proves nothing. */
    public int processId() {
        return processId;
    }

    /** Of the secret, in bytes. */
    public int length() {
        return secret.length;
    }

    /** True when both parts are equal; takes the same time wherever the secrets differ. */
    public boolean matches(CancelKey other) {
        return MessageDigest.isEqual(secret, other.secret) && processId == other.processId;
    }

    @Override
    public String toString() {
        return "CancelKey[processId=" + processId + ", redacted]";
    }
}
