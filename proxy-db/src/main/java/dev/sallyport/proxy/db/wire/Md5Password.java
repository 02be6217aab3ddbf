package dev.sallyport.proxy.db.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The answer to AuthenticationMD5Password, for targets that are configured to allow it: MD5 is
 * broken, and the stored hash is itself a password.
 */
public final class Md5Password {
    private Md5Password() {}

    /**
     * {@code "md5" + hex(md5(hex(md5(password + user)) + salt))}, for {@link
     * FrontendEncoder#passwordMessage}.
     *
     * @param password in UTF-8; the caller wipes it
     * @param salt as in the request
     */
    public static byte[] answer(String user, byte[] password, int salt) {
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        byte[] stored = hash(password, name);
        byte[] salted = hash(stored, ByteBuffer.allocate(Integer.BYTES).putInt(salt).array());
        Arrays.fill(stored, (byte) 0);
        return ("md5" + new String(salted, StandardCharsets.US_ASCII))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hash(byte[] first, byte[] second) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            md5.update(first);
            return HexFormat.of().formatHex(md5.digest(second)).getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no MD5", e);
        }
    }
}
