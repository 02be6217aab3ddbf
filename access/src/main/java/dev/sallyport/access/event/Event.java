package dev.sallyport.access.event;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One structured fact for the record, before the recorder gives it id, time, sequence number and
 * node.
 *
 * @param fields the type's own fields in the order to write them; values are String, Long, Integer,
 *     Boolean, Instant, List or Map of these. No secret may be in them; what looks like one is
 *     masked here, before anybody hashes or writes it
 */
public record Event(EventType type, EventContext context, Map<String, Object> fields) {
    public Event {
        var masked = new LinkedHashMap<String, Object>();
        fields.forEach((name, value) -> masked.put(name, SecretMask.masked(value)));
        fields = Collections.unmodifiableMap(masked);
    }
}
