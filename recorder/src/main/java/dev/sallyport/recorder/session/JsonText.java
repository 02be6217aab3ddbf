package dev.sallyport.recorder.session;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Builds JSON as UTF-8 bytes, without intermediate strings: this is the hot path of the record. No
 * control character is left raw, so that a line stays a line and printing it is harmless. Not
 * thread-safe.
 */
public final class JsonText {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int DEPTH = 32;

    private byte[] bytes;
    private int length;

    public JsonText(int capacity) {
        bytes = new byte[capacity];
    }

    public int length() {
        return length;
    }

    /** A copy of what was built. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** Appends ASCII text as it is. */
    @SuppressWarnings("deprecation") // the one copy from a Latin-1 string without an encoder
    public JsonText raw(String ascii) {
        int count = ascii.length();
        require(count);
        ascii.getBytes(0, count, bytes, length);
        length += count;
        return this;
    }

    /** Appends bytes as they are. */
    public JsonText raw(byte[] source, int from, int to) {
        require(to - from);
        System.arraycopy(source, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    public JsonText raw(byte[] source) {
        return raw(source, 0, source.length);
    }

    public JsonText raw(char ascii) {
        require(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    public JsonText number(long value) {
        if (value >= 0 && value < 10) {
            return raw((char) ('0' + value));
        }
        return raw(Long.toString(value));
    }

    /** Appends {@code value} with leading zeros to {@code digits}. */
    public JsonText padded(long value, int digits) {
        require(digits);
        long rest = value;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /** Appends {@code ,"name":}. */
    public JsonText key(String name) {
        return raw(',').string(name).raw(':');
    }

    /** Appends a quoted string. */
    public JsonText string(String text) {
        int count = text.length();
        // A UTF-16 unit takes at most six bytes, as an escape.
        require(2 + 6 * count);
        bytes[length++] = '"';
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
                bytes[length++] = (byte) c;
            } else {
                i = special(text, i, c);
            }
        }
        bytes[length++] = '"';
        return this;
    }

    /** Appends, within a string, a character that may not stand there as it is. */
    JsonText escaped(int c) {
        require(6);
        escape(c);
        return this;
    }

    private int special(String text, int i, char c) {
        if (c == '"' || c == '\\' || Character.isISOControl(c)) {
            escape(c);
        } else if (Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1))) {
            codePoint(Character.toCodePoint(c, text.charAt(i + 1)));
            return i + 1;
        } else {
            // A lone surrogate is no character; strict readers refuse its escape.
            codePoint(Character.isSurrogate(c) ? 0xFFFD : c);
        }
        return i;
    }

    /** Appends an escape below U+0100; capacity is the caller's. */
    private void escape(int control) {
        bytes[length++] = '\\';
        int letter = letter(control);
        if (letter != 0) {
            bytes[length++] = (byte) letter;
            return;
        }
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = HEX[control >> 4 & 15];
        bytes[length++] = HEX[control & 15];
    }

    private static int letter(int c) {
        return switch (c) {
            case '"', '\\' -> c;
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
        };
    }

    private void codePoint(int point) {
        if (point < 0x800) {
            bytes[length++] = (byte) (0xC0 | point >> 6);
        } else {
            if (point < 0x10000) {
                bytes[length++] = (byte) (0xE0 | point >> 12);
            } else {
                bytes[length++] = (byte) (0xF0 | point >> 18);
                bytes[length++] = (byte) (0x80 | point >> 12 & 0x3F);
            }
            bytes[length++] = (byte) (0x80 | point >> 6 & 0x3F);
        }
        bytes[length++] = (byte) (0x80 | point & 0x3F);
    }

    /** Appends an RFC 3339 time with microseconds, quoted. */
    public JsonText time(Instant instant) {
        ZonedDateTime time = instant.atZone(ZoneOffset.UTC);
        return raw('"').padded(time.getYear(), 4)
                .raw('-')
                .padded(time.getMonthValue(), 2)
                .raw('-')
                .padded(time.getDayOfMonth(), 2)
                .raw('T')
                .padded(time.getHour(), 2)
                .raw(':')
                .padded(time.getMinute(), 2)
                .raw(':')
                .padded(time.getSecond(), 2)
                .raw('.')
                .padded(time.getNano() / 1000, 6)
                .raw("Z\"");
    }

    /**
     * Appends an event field's value.
     *
     * @throws IllegalArgumentException for a type that events do not have
     */
    public JsonText value(Object value) {
        return value(value, 0);
    }

    private JsonText value(Object value, int depth) {
        if (depth > DEPTH) {
            throw new IllegalArgumentException("event fields are nested too deeply");
        }
        return switch (value) {
            case String text -> string(text);
            case Long number -> number(number);
            case Integer number -> number(number);
            case Boolean truth -> raw(truth ? "true" : "false");
            case Instant instant -> time(instant);
            case Map<?, ?> map -> map(map, depth);
            case List<?> list -> list(list, depth);
            default ->
                    throw new IllegalArgumentException(
                            "an event field cannot be a " + value.getClass().getName());
        };
    }

    private JsonText map(Map<?, ?> map, int depth) {
        raw('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!first) {
                raw(',');
            }
            first = false;
            string(String.valueOf(entry.getKey())).raw(':').value(entry.getValue(), depth + 1);
        }
        return raw('}');
    }

    private JsonText list(List<?> list, int depth) {
        raw('[');
        boolean first = true;
        for (Object item : list) {
            if (!first) {
                raw(',');
            }
            first = false;
            value(item, depth + 1);
        }
        return raw(']');
    }

    private void require(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
