package dev.sallyport.access.event;

import dev.sallyport.access.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/**
 * The one JSON form (RFC 8259) of events and refusals: one line, UTF-8, no spaces, always valid.
 * What could move a terminal's cursor or turn a text around is escaped, so that {@code cat} of a
 * record is harmless. An unpaired surrogate, which UTF-8 cannot hold, becomes U+FFFD. Stateless and
 * fast: it stands on the path of every act.
 */
public final class EventJson {
    /** Deeper than any event of ours. */
    private static final int MAX_DEPTH = 16;

    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private EventJson() {}

    /**
     * The one line that tells an agent's program about a refusal, without line end. {@code verdict}
     * and {@code reason} are always there; whatever else is empty or 0 is left out.
     */
    public static byte[] refusal(Refusal refusal) {
        var out = new StringBuilder(256);
        out.append("{\"sallyport\":{\"verdict\":");
        appendText(out, refusal.verdict().word());
        appendUnlessEmpty(out, "rule", refusal.rule());
        out.append(",\"reason\":");
        appendText(out, refusal.reason());
        appendUnlessEmpty(out, "session", refusal.session());
        appendUnlessEmpty(out, "grant", refusal.grant());
        appendUnlessEmpty(out, "next", refusal.next());
        if (refusal.retryAfterSeconds() > 0) {
            out.append(",\"retryAfterSeconds\":").append(refusal.retryAfterSeconds());
        }
        return utf8(out.append("}}"));
    }

    /**
     * Appends a value: String, Long, Integer, Boolean, Instant (RFC 3339 in UTC with six decimals),
     * or List or Map (with String keys, in their order) of these.
     *
     * @throws IllegalArgumentException when it is anything else, or nested too deeply
     */
    public static void append(StringBuilder out, Object value) {
        append(out, value, 0);
    }

    /** Appends {@code ,"key":} and the value. */
    public static void appendField(StringBuilder out, String key, Object value) {
        out.append(',');
        appendText(out, key);
        out.append(':');
        append(out, value, 0);
    }

    /** Appends a JSON string with its quotes. */
    public static void appendText(StringBuilder out, String text) {
        out.append('"');
        int plain = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                continue;
            }
            boolean paired =
                    i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
            if (paired) {
                i++;
                continue;
            }
            out.append(text, plain, i);
            appendEscaped(out, c);
            plain = i + 1;
        }
        out.append(text, plain, text.length()).append('"');
    }

    /** Appends a time as an RFC 3339 text with microseconds, with its quotes. */
    public static void appendTime(StringBuilder out, Instant instant) {
        if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
            throw new IllegalArgumentException("RFC 3339 has years of four digits");
        }
        LocalDateTime time = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        out.append('"');
        appendDigits(out, time.getYear(), 4);
        appendDigits(out.append('-'), time.getMonthValue(), 2);
        appendDigits(out.append('-'), time.getDayOfMonth(), 2);
        appendDigits(out.append('T'), time.getHour(), 2);
        appendDigits(out.append(':'), time.getMinute(), 2);
        appendDigits(out.append(':'), time.getSecond(), 2);
        appendDigits(out.append('.'), time.getNano() / 1000, 6);
        out.append("Z\"");
    }

    /** The bytes of what was appended. */
    public static byte[] utf8(StringBuilder json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void append(StringBuilder out, Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("an event is at most " + MAX_DEPTH + " levels deep");
        }
        switch (value) {
            case String text -> appendText(out, text);
            case Long number -> out.append(number.longValue());
            case Integer number -> out.append(number.intValue());
            case Boolean truth -> out.append(truth.booleanValue());
            case Instant instant -> appendTime(out, instant);
            case List<?> list -> appendList(out, list, depth);
            case Map<?, ?> map -> appendMap(out, map, depth);
            default ->
                    throw new IllegalArgumentException(
                            "an event cannot hold a " + value.getClass().getSimpleName());
        }
    }

    private static void appendList(StringBuilder out, List<?> list, int depth) {
        char separator = '[';
        for (Object entry : list) {
            append(out.append(separator), entry, depth + 1);
            separator = ',';
        }
        out.append(separator == '[' ? "[]" : "]");
    }

    private static void appendMap(StringBuilder out, Map<?, ?> map, int depth) {
        char separator = '{';
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key)) {
                throw new IllegalArgumentException("an event's keys are text");
            }
            appendText(out.append(separator), key);
            append(out.append(':'), entry.getValue(), depth + 1);
            separator = ',';
        }
        out.append(separator == '{' ? "{}" : "}");
    }

    private static void appendUnlessEmpty(StringBuilder out, String key, String value) {
        if (!value.isEmpty()) {
            appendField(out, key, value);
        }
    }

    /** The characters that stand for themselves: all but controls, quotes, marks and surrogates. */
    private static boolean isPlain(char c) {
        if (c < 0x7f) {
            return c >= ' ' && c != '"' && c != '\\';
        }
        return c >= 0xa0 && !Character.isSurrogate(c) && !turnsText(c);
    }

    /** Line separators and the marks that change a text's direction (CVE-2021-42574). */
    private static boolean turnsText(char c) {
        return c >= '\u200e' && c <= '\u200f'
                || c >= '\u2028' && c <= '\u202e'
                || c >= '\u2066' && c <= '\u2069'
                || c == '\u061c'
                || c == '\ufeff';
    }

    private static void appendEscaped(StringBuilder out, char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> appendHex(out, Character.isSurrogate(c) ? '\ufffd' : c);
        }
    }

    private static void appendHex(StringBuilder out, char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(HEX[c >> shift & 15]);
        }
    }

    private static void appendDigits(StringBuilder out, int number, int width) {
        int limit = 1;
        for (int i = 1; i < width; i++) {
            limit *= 10;
        }
        for (int left = limit; left > 1 && number < left; left /= 10) {
            out.append('0');
        }
        out.append(number);
    }
}
