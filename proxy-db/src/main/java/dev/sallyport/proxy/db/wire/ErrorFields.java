package dev.sallyport.proxy.db.wire;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What an ErrorResponse or NoticeResponse says. Its text is not printed by {@link #toString}: a
 * server's messages repeat the data they complain about.
 *
 * @param texts by field; iterates in the order in which PostgreSQL sends them
 */
public record ErrorFields(Map<ErrorField, String> texts) {
    public ErrorFields {
        Map<ErrorField, String> copy = new EnumMap<>(ErrorField.class);
        copy.putAll(texts);
        texts = Collections.unmodifiableMap(copy);
    }

    /**
     * What every error or notice says at least.
     *
     * @param severity ERROR, FATAL, PANIC, WARNING, NOTICE, DEBUG, INFO or LOG
     * @param sqlState five characters
     */
    public static ErrorFields of(String severity, String sqlState, String message) {
        return new ErrorFields(
                Map.of(
                        ErrorField.SEVERITY, severity,
                        ErrorField.SEVERITY_NONLOCALIZED, severity,
                        ErrorField.CODE, sqlState,
                        ErrorField.MESSAGE, message));
    }

    /** The same with one field added or replaced. */
    public ErrorFields with(ErrorField field, String text) {
        Map<ErrorField, String> more = new EnumMap<>(ErrorField.class);
        more.putAll(texts);
        more.put(field, text);
        return new ErrorFields(more);
    }

    /** The text of one field; empty where it was not sent. */
    public String text(ErrorField field) {
        return texts.getOrDefault(field, "");
    }

    /** The severity in English; servers before 9.6 sent only the translated one. */
    public String severity() {
        String plain = text(ErrorField.SEVERITY_NONLOCALIZED);
        return plain.isEmpty() ? text(ErrorField.SEVERITY) : plain;
    }

    /** The SQLSTATE. */
    public String code() {
        return text(ErrorField.CODE);
    }

    @Override
    public String toString() {
        return "ErrorFields[" + texts.keySet() + "]";
    }
}
