package dev.sallyport.broker.intent;

import java.util.List;
import java.util.Optional;

/**
 * Something that the broker looks up itself, over HTTP, before it asks policy.
 *
 * @param url URL template over the intent's parameters, for example {@code
 *     https://crm.internal/customers/{customer}}; a value is percent-encoded into it
 * @param pointer JSON pointer (RFC 6901) to the value in the answer
 * @param type what the value must be; anything else counts as unavailable
 */
public record Fact(String name, String url, String pointer, Parameter.Type type) {
    /** The typed value of {@code text}, or empty when it is not of this fact's type. */
    public Optional<Object> parse(String text) {
        return new Parameter(name, type, false, "", List.of()).parse(text);
    }
}
