package dev.sallyport.recorder.session;

import java.nio.charset.StandardCharsets;

/** Where UTF-8 is well-formed (Unicode 16, table 3-7) and how long what is not stays together. */
final class Utf8 {
    static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);

    private Utf8() {}

    /**
     * The length of the character at {@code at}; 0 when the bytes end within it; negative for the
     * length of an ill-formed sequence, which becomes one U+FFFD (maximal subpart).
     */
    static int length(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (length == 0) {
            return -1;
        }
        for (int i = 1; i < length; i++) {
            if (at + i == end) {
                return 0;
            }
            int next = bytes[at + i] & 0xff;
            int low = i > 1 ? 0x80 : first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
            int high = i > 1 ? 0xBF : first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
            if (next < low || next > high) {
                return -i;
            }
        }
        return length;
    }
}
