package dev.sallyport.access.certificate;

import java.security.PublicKey;
import java.util.Base64;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * One line of OpenSSH's public key format: type, base64, optional comment; no options before it.
 */
final class SshKeyLines {
    /** A certificate with the largest grant, in base64. */
    private static final int MAX_LINE = 128 * 1024;

    private SshKeyLines() {}

    /** The key or certificate, of whatever kind MINA knows. */
    static PublicKey parse(String line) throws GrantRefusedException {
        if (line.length() > MAX_LINE) {
            throw malformed("the public key is too long");
        }
        String[] parts = line.strip().split("[ \\t]+", 3);
        if (parts.length < 2 || line.strip().indexOf('\n') >= 0) {
            throw malformed("a public key is one line: type, base64, comment");
        }
        PublicKey key = parse(decode(parts[1]));
        if (!typeName(decode(parts[1])).equals(parts[0])) {
            throw malformed("the public key's type is not what its line says");
        }
        return key;
    }

    private static PublicKey parse(byte[] blob) throws GrantRefusedException {
        try {
            var buffer = new ByteArrayBuffer(blob);
            PublicKey key = buffer.getRawPublicKey();
            if (key == null || buffer.available() != 0) {
                throw malformed("the public key has bytes to spare");
            }
            return key;
        } catch (SshException | RuntimeException refused) {
            // MINA reports hostile bytes by many unchecked exceptions, whose texts quote them.
            throw malformed("the public key is malformed");
        }
    }

    private static String typeName(byte[] blob) {
        return new ByteArrayBuffer(blob).getString();
    }

    private static byte[] decode(String base64) throws GrantRefusedException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException refused) {
            throw malformed("the public key is not base64");
        }
    }

    private static GrantRefusedException malformed(String reason) {
        return new GrantRefusedException("key-encoding", reason);
    }
}
