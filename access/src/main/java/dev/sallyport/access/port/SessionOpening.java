package dev.sallyport.access.port;

import dev.sallyport.access.Protocol;
import dev.sallyport.access.event.EventContext;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known when a session opens.
 *
 * @param fields the {@code session.opened} event's own fields: peer, login, client version, …
 */
public record SessionOpening(
        String session, Protocol protocol, EventContext context, Map<String, Object> fields) {
    public SessionOpening {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
}
