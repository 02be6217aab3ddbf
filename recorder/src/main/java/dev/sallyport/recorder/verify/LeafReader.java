package dev.sallyport.recorder.verify;

import dev.sallyport.recorder.log.Hash;
import dev.sallyport.recorder.log.Head;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads leaves strictly: duplicate keys, missing fields and wrong types are refused. Thread-safe.
 */
final class LeafReader {
    /** What a session id and a stream name may look like: they become file names. */
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

    /** The names of segments have at most nine digits. */
    private static final int LAST_SEGMENT = 999_999_999;

    private static final int DEEPEST = 8;

    private final JsonFactory factory =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /**
     * Reads one leaf.
     *
     * @throws IllegalArgumentException when it is not a leaf of the known grammar
     */
    LeafRecord read(byte[] leaf) {
        Map<String, Object> fields;
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), leaf)) {
            parser.nextToken();
            fields = map(value(parser, 0));
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("bytes after the leaf's JSON object");
            }
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("the leaf is not JSON", malformed);
        }
        if (number(fields, "v") != 1) {
            throw new IllegalArgumentException("leaf of an unknown version");
        }
        return typed(text(fields, "t"), number(fields, "ts"), fields);
    }

    private static LeafRecord typed(String type, long at, Map<String, Object> fields) {
        return switch (type) {
            case "boot" -> new LeafRecord.Boot(at, text(fields, "boot"), previousLog(fields));
            case "open" -> new LeafRecord.Open(at, name(fields, "sid"), text(fields, "proto"));
            case "chunk" -> chunk(at, fields);
            case "seal" -> seal(at, fields);
            case "hb" -> new LeafRecord.Heartbeat(at, number(fields, "open"), hash(fields, "sids"));
            case "loss" -> new LeafRecord.Loss(at, text(fields, "what"));
            case "close" -> new LeafRecord.Close(at, text(fields, "next"));
            case "tombstone" ->
                    new LeafRecord.Tombstone(
                            at,
                            name(fields, "sid"),
                            text(fields, "policy"),
                            text(fields, "approver"));
            case "key", "anchor", "redaction" -> new LeafRecord.Other(at, type);
            default -> throw new IllegalArgumentException("leaf of an unknown type");
        };
    }

    private static LeafRecord.Chunk chunk(long at, Map<String, Object> fields) {
        List<Object> lines = list(required(fields, "ev"));
        if (lines.size() != 2) {
            throw new IllegalArgumentException("ev has a first and a last line");
        }
        return new LeafRecord.Chunk(
                at,
                name(fields, "sid"),
                name(fields, "st"),
                number(fields, "n"),
                segment(number(fields, "seg")),
                number(fields, "off"),
                number(fields, "len"),
                number(lines.get(0)),
                number(lines.get(1)),
                hash(fields, "sha256"),
                hash(fields, "prev"));
    }

    private static int segment(long number) {
        if (number > LAST_SEGMENT) {
            throw new IllegalArgumentException("seg is larger than any segment's number");
        }
        return (int) number;
    }

    private static LeafRecord.Seal seal(long at, Map<String, Object> fields) {
        List<Hash> previous =
                fields.containsKey("prev") ? List.of(hash(fields, "prev")) : List.of();
        return new LeafRecord.Seal(
                at,
                name(fields, "sid"),
                text(fields, "end"),
                fields.containsKey("totals") ? sum(fields) : perStream(fields),
                hash(fields, "sums"),
                previous);
    }

    private static LeafRecord.SealTotals sum(Map<String, Object> fields) {
        Map<String, Object> totals = map(required(fields, "totals"));
        return new LeafRecord.SealTotals.Sum(
                number(totals, "count"),
                number(totals, "chunks"),
                number(totals, "bytes"),
                number(totals, "ev"));
    }

    private static LeafRecord.SealTotals perStream(Map<String, Object> fields) {
        Map<String, LeafRecord.Stream> streams = new LinkedHashMap<>();
        map(required(fields, "streams"))
                .forEach((name, value) -> streams.put(name, stream(map(value))));
        return new LeafRecord.SealTotals.PerStream(streams);
    }

    private static LeafRecord.Stream stream(Map<String, Object> fields) {
        List<Hash> segments = new ArrayList<>();
        if (fields.containsKey("segs")) {
            for (Object segment : list(required(fields, "segs"))) {
                segments.add(Hash.ofHex(text(segment)));
            }
        }
        return new LeafRecord.Stream(
                number(fields, "chunks"),
                number(fields, "bytes"),
                number(fields, "ev"),
                number(fields, "chunks") == 0 ? Hash.EMPTY_ROOT : hash(fields, "last"),
                segments);
    }

    private static List<Head> previousLog(Map<String, Object> fields) {
        if (!fields.containsKey("prevlog")) {
            return List.of();
        }
        Map<String, Object> previous = map(required(fields, "prevlog"));
        return List.of(
                new Head(
                        text(previous, "origin"),
                        number(previous, "size"),
                        Hash.ofBase64(text(previous, "root"))));
    }

    private static Object value(JsonParser parser, int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("the leaf is nested too deeply");
        }
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new IllegalArgumentException("the leaf ends early");
        }
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    fields.put(name, value(parser, depth + 1));
                }
                yield fields;
            }
            case START_ARRAY -> {
                List<Object> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value(parser, depth + 1));
                }
                yield items;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw new IllegalArgumentException("a leaf holds no " + token);
        };
    }

    private static Object required(Map<String, Object> fields, String name) {
        @Nullable Object value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the leaf has no " + name);
        }
        return value;
    }

    private static String name(Map<String, Object> fields, String name) {
        String text = text(fields, name);
        if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException(name + " is not a name");
        }
        return text;
    }

    private static String text(Map<String, Object> fields, String name) {
        return text(required(fields, name));
    }

    private static long number(Map<String, Object> fields, String name) {
        return number(required(fields, name));
    }

    private static Hash hash(Map<String, Object> fields, String name) {
        return Hash.ofHex(text(fields, name));
    }

    private static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("the leaf has a wrong type where a string belongs");
    }

    private static long number(Object value) {
        if (value instanceof Long number && number >= 0) {
            return number;
        }
        throw new IllegalArgumentException("the leaf has a wrong type where a count belongs");
    }

    private static List<Object> list(Object value) {
        if (value instanceof List<?> items) {
            return new ArrayList<>(items);
        }
        throw new IllegalArgumentException("the leaf has a wrong type where a list belongs");
    }

    private static Map<String, Object> map(Object value) {
        if (value instanceof Map<?, ?> entries) {
            Map<String, Object> fields = new LinkedHashMap<>();
            entries.forEach((key, entry) -> fields.put((String) key, entry));
            return fields;
        }
        throw new IllegalArgumentException("the leaf has a wrong type where an object belongs");
    }
}
