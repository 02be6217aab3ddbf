package dev.sallyport.broker.intent;

import dev.sallyport.broker.intent.FactLookup.FactsAnswer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Facts by HTTP: one bounded GET each, a JSON pointer into the answer, a check of its type.
 * Whatever goes wrong makes the fact unavailable, which is a no. Thread-safe; blocks.
 */
public final class HttpFacts implements FactLookup, AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final long MAX_ANSWER = 256 * 1024;

    private final HttpLookup http = new HttpLookup(LIMIT, MAX_ANSWER);

    /** An answer that can be read in two ways is none. */
    private final JsonMapper json =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    @Override
    public FactsAnswer lookUp(BoundIntent bound) {
        var values = new TreeMap<String, Object>();
        for (Fact fact : bound.intent().facts().values()) {
            try {
                JsonNode document = json.readTree(http.fetchJson(url(fact, bound.parameters())));
                JsonNode value = document.at(JsonPointer.compile(fact.pointer()));
                Optional<Object> typed = typed(fact, value);
                if (typed.isEmpty()) {
                    return new FactsAnswer.Unavailable(
                            fact.name(), "the answer holds no " + fact.type().word());
                }
                values.put(fact.name(), typed.get());
            } catch (IOException e) {
                return new FactsAnswer.Unavailable(fact.name(), String.valueOf(e.getMessage()));
            } catch (JacksonException e) {
                return new FactsAnswer.Unavailable(fact.name(), "the answer is not JSON");
            } catch (IllegalArgumentException e) {
                return new FactsAnswer.Unavailable(fact.name(), "the URL cannot be built");
            }
        }
        return new FactsAnswer.Known(Facts.of(values));
    }

    /** Every value is percent-encoded as one piece: it adds no path segment and no query. */
    static URI url(Fact fact, Map<String, String> parameters) {
        String url =
                new Template(fact.url())
                        .render(name -> {
                            String value = parameters.getOrDefault(name, "");
                            if (value.isEmpty() || value.matches("\\.+")) {
                                throw new IllegalArgumentException("unusable value");
                            }
                            return URLEncoder.encode(value, StandardCharsets.UTF_8)
                                    .replace("+", "%20");
                        });
        return URI.create(url);
    }

    private static Optional<Object> typed(Fact fact, JsonNode value) {
        return switch (fact.type()) {
            case BOOL -> value.isBoolean() ? Optional.of(value.booleanValue()) : Optional.empty();
            case LONG ->
                    value.isIntegralNumber() && value.canConvertToLong()
                            ? Optional.of(value.longValue())
                            : Optional.empty();
            case DECIMAL ->
                    value.isNumber() || value.isString()
                            ? fact.parse(value.asString())
                            : Optional.empty();
            case STRING, ENUM ->
                    value.isString() ? fact.parse(value.stringValue()) : Optional.empty();
        };
    }

    @Override
    public void close() {
        http.close();
    }
}
