package dev.sallyport.access.json;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON object that is read field by field and must hold exactly the fields that were asked for.
 * Every method throws {@link IllegalArgumentException}, which names the field and never the value,
 * when the field is missing or of another type. Not thread-safe.
 */
public final class JsonObject {
    /** Deep enough for a grant with scopes; shallow enough that no stack is at risk. */
    private static final int MAX_DEPTH = 16;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private final JsonNode node;
    private final String path;
    private final Set<String> seen = new HashSet<>();

    private JsonObject(JsonNode node, String path) {
        if (!node.isObject()) {
            throw new IllegalArgumentException(path + " is not an object");
        }
        this.node = node;
        this.path = path;
    }

    /**
     * Parses one JSON object in UTF-8.
     *
     * @param maxBytes refused unread when longer
     * @throws IllegalArgumentException when it is not exactly one JSON object
     */
    public static JsonObject parse(byte[] json, int maxBytes) {
        if (json.length > maxBytes) {
            throw new IllegalArgumentException("JSON is longer than " + maxBytes + " bytes");
        }
        try {
            return new JsonObject(MAPPER.readTree(json), "JSON");
        } catch (JacksonException refused) {
            // Its message quotes the input, which may hold what must not be logged.
            throw new IllegalArgumentException("not one well-formed JSON object" + place(refused));
        }
    }

    /** A string. */
    public String text(String field) {
        JsonNode value = value(field);
        if (!value.isString()) {
            throw wrong(field, "text");
        }
        return value.stringValue();
    }

    /** A whole number that fits in 64 bits. */
    public long number(String field) {
        JsonNode value = value(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(field, "a whole number");
        }
        return value.longValue();
    }

    /** {@code true} or {@code false}. */
    public boolean bool(String field) {
        JsonNode value = value(field);
        if (!value.isBoolean()) {
            throw wrong(field, "true or false");
        }
        return value.booleanValue();
    }

    /** An array of strings. */
    public List<String> texts(String field) {
        var texts = new ArrayList<String>();
        for (JsonNode entry : array(field)) {
            if (!entry.isString()) {
                throw wrong(field, "a list of texts");
            }
            texts.add(entry.stringValue());
        }
        return texts;
    }

    /** An object whose values are all strings, in the order of the text. */
    public Map<String, String> textMap(String field) {
        var texts = new LinkedHashMap<String, String>();
        object(field)
                .node
                .forEachEntry((key, value) -> {
                    if (!value.isString()) {
                        throw wrong(field, "an object of texts");
                    }
                    texts.put(key, value.stringValue());
                });
        return texts;
    }

    /** An object whose values are all whole numbers. */
    public Map<String, Long> numberMap(String field) {
        JsonObject object = object(field);
        var numbers = new LinkedHashMap<String, Long>();
        object.node.propertyNames().forEach(key -> numbers.put(key, object.number(key)));
        return numbers;
    }

    /** An object; ask {@link #end} of it too. */
    public JsonObject object(String field) {
        return new JsonObject(value(field), path + "." + field);
    }

    /** An array of objects. */
    public List<JsonObject> objects(String field) {
        var objects = new ArrayList<JsonObject>();
        for (JsonNode entry : array(field)) {
            objects.add(new JsonObject(entry, path + "." + field + "[" + objects.size() + "]"));
        }
        return objects;
    }

    /** True when the object has this field. */
    public boolean has(String field) {
        return node.has(field);
    }

    /** Refuses every field that was not asked for. MUST be called when all were read. */
    public void end() {
        for (String field : node.propertyNames()) {
            if (!seen.contains(field)) {
                // An unknown name is not repeated: whoever wrote it chose its text.
                throw new IllegalArgumentException(path + " has an unknown field");
            }
        }
    }

    private static String place(JacksonException refused) {
        TokenStreamLocation location = refused.getLocation();
        return location == null
                ? ""
                : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    private JsonNode array(String field) {
        JsonNode value = value(field);
        if (!value.isArray()) {
            throw wrong(field, "a list");
        }
        return value;
    }

    private JsonNode value(String field) {
        seen.add(field);
        return node.optional(field)
                .orElseThrow(
                        () -> new IllegalArgumentException(path + "." + field + " is missing"));
    }

    private IllegalArgumentException wrong(String field, String expected) {
        return new IllegalArgumentException(path + "." + field + " is not " + expected);
    }
}
