package dev.sallyport.broker.intent;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the broker looked up itself.
 *
 * @param texts as text, for the grant, the record and approvers
 * @param values String, Long, BigDecimal or Boolean, for policy's context
 */
public record Facts(Map<String, String> texts, Map<String, Object> values) {
    /** An intent without facts. */
    public static final Facts NONE = new Facts(Map.of(), Map.of());

    public Facts {
        texts = Collections.unmodifiableMap(new TreeMap<>(texts));
        values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    /** Facts of typed values. */
    public static Facts of(Map<String, Object> values) {
        var texts = new TreeMap<String, String>();
        values.forEach((name, value) -> texts.put(name, text(value)));
        return new Facts(texts, values);
    }

    private static String text(Object value) {
        return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }
}
