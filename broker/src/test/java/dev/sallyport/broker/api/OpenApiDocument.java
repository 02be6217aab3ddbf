package dev.sallyport.broker.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The published OpenAPI document, held against what goes over the wire. Knows the part of JSON
 * Schema that the document uses, and refuses a keyword that it does not know.
 */
final class OpenApiDocument {
    private static final String SCHEMAS = "#/components/schemas/";

    private final JsonNode document;

    OpenApiDocument() {
        try (InputStream stream = Route.class.getResourceAsStream("openapi.json")) {
            document = JsonMapper.shared().readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode root() {
        return document;
    }

    /** What is not as documented about an answer; empty when all is. */
    List<String> answer(Route route, int status, String mediaType, String body) {
        JsonNode response = operation(route).path("responses").path(Integer.toString(status));
        if (response.isMissingNode()) {
            return List.of(route + " answers " + status + ", which the document does not name");
        }
        return content(route + " " + status, response, mediaType, body);
    }

    /** What is not as documented about a request's body; empty when all is. */
    List<String> request(Route route, String body) {
        return content(
                route + " body", operation(route).path("requestBody"), "application/json", body);
    }

    private JsonNode operation(Route route) {
        return document.path("paths")
                .path(route.path())
                .path(route.method().toLowerCase(Locale.ROOT));
    }

    private List<String> content(String what, JsonNode holder, String mediaType, String body) {
        String type = mediaType.split(";", 2)[0];
        JsonNode schema = holder.path("content").path(type).path("schema");
        if (schema.isMissingNode()) {
            return List.of(what + " is " + type + ", which the document does not name");
        }
        var wrong = new ArrayList<String>();
        if (type.equals("application/json")) {
            try {
                check(what, schema, JsonMapper.shared().readTree(body), wrong);
            } catch (JacksonException e) {
                wrong.add(what + " is no JSON");
            }
        }
        return wrong;
    }

    private void check(String at, JsonNode schema, JsonNode value, List<String> wrong) {
        schema.propertyNames()
                .forEach(keyword -> {
                    JsonNode rule = schema.get(keyword);
                    switch (keyword) {
                        case "$ref" -> check(at, referred(rule.stringValue()), value, wrong);
                        case "oneOf" -> oneOf(at, rule, value, wrong);
                        case "type" -> type(at, rule.stringValue(), value, wrong);
                        case "format" -> format(at, rule.stringValue(), value, wrong);
                        case "enum" -> {
                            if (!value.isMissingNode()
                                    && !rule.valueStream().toList().contains(value)) {
                                wrong.add(at + " is none of " + rule);
                            }
                        }
                        case "required" ->
                                rule.forEach(name -> {
                                    if (value.isObject() && !value.has(name.stringValue())) {
                                        wrong.add(at + " has no " + name.stringValue());
                                    }
                                });
                        case "items" -> value.forEach(item -> check(at + "[]", rule, item, wrong));
                        case "properties" ->
                                rule.properties()
                                        .forEach(property -> {
                                            if (value.has(property.getKey())) {
                                                check(
                                                        at + "." + property.getKey(),
                                                        property.getValue(),
                                                        value.get(property.getKey()),
                                                        wrong);
                                            }
                                        });
                        case "additionalProperties" -> others(at, schema, rule, value, wrong);
                        default -> wrong.add(at + ": the test does not know " + keyword);
                    }
                });
    }

    private JsonNode referred(String reference) {
        JsonNode schema =
                document.path("components")
                        .path("schemas")
                        .path(reference.substring(SCHEMAS.length()));
        if (schema.isMissingNode()) {
            throw new IllegalStateException(reference + " refers to nothing");
        }
        return schema;
    }

    private void oneOf(String at, JsonNode choices, JsonNode value, List<String> wrong) {
        var reasons = new ArrayList<String>();
        int fitting = 0;
        for (JsonNode choice : choices) {
            var reason = new ArrayList<String>();
            check(at, choice, value, reason);
            fitting += reason.isEmpty() ? 1 : 0;
            reasons.addAll(reason);
        }
        if (fitting != 1) {
            wrong.add(at + " fits " + fitting + " of its choices: " + reasons);
        }
    }

    private static void type(String at, String type, JsonNode value, List<String> wrong) {
        boolean fits =
                switch (type) {
                    case "object" -> value.isObject();
                    case "array" -> value.isArray();
                    case "string" -> value.isString();
                    case "integer" -> value.isIntegralNumber();
                    case "boolean" -> value.isBoolean();
                    default -> false;
                };
        if (!fits) {
            wrong.add(at + " is no " + type + ": " + value.getNodeType());
        }
    }

    private static void format(String at, String format, JsonNode value, List<String> wrong) {
        boolean fits =
                switch (format) {
                    case "date-time" -> isTime(value.asString(""));
                    case "int32" -> value.canConvertToInt();
                    case "int64" -> value.canConvertToLong();
                    default -> false;
                };
        if (!fits) {
            wrong.add(at + " is no " + format);
        }
    }

    private static boolean isTime(String text) {
        try {
            return Instant.parse(text).toEpochMilli() > 0;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private void others(
            String at, JsonNode schema, JsonNode rule, JsonNode value, List<String> wrong) {
        value.propertyNames().stream()
                .filter(name -> !schema.path("properties").has(name))
                .forEach(name -> {
                    if (rule.isBoolean() && !rule.booleanValue()) {
                        wrong.add(at + " has an unknown " + name);
                    } else if (rule.isObject()) {
                        check(at + "." + name, rule, value.get(name), wrong);
                    }
                });
    }
}
