package dev.sallyport.proxy.ssh;

import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/** Small pieces of SSH's wire format, and text from it that is safe to keep. */
final class Wire {
    /** Longest piece of a peer's text that goes into an event or reason. */
    private static final int MAX_TEXT = 128;

    private Wire() {}

    /** A peer's text, cut and without control characters (CVE-2025-64494). */
    static String printable(String text) {
        String head = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
        return head.codePoints()
                .map(c ->
                        Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                                ? '\uFFFD'
                                : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** A string as RFC 4251 §5 encodes it. */
    static byte[] string(String text) {
        var buffer = new ByteArrayBuffer();
        buffer.putString(text);
        return buffer.getCompactData();
    }
}
