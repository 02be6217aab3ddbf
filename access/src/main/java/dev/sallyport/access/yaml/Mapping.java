package dev.sallyport.access.yaml;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Keys and values in the order of the file.
 *
 * <p>The typed readers report into {@link Problems} and return something harmless (empty text,
 * zero, an empty mapping) when a value is missing or wrong, so that reading goes on and all
 * mistakes are told at once. What they return MUST NOT be used before {@link Problems#throwIfAny}.
 * A key whose value is null counts as missing.
 */
public final class Mapping implements Node {
    private final Map<String, Node> entries;
    private final Map<String, Place> keyPlaces;
    private final Place place;
    private final Problems problems;

    Mapping(
            Map<String, Node> entries,
            Map<String, Place> keyPlaces,
            Place place,
            Problems problems) {
        this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        this.keyPlaces = Map.copyOf(keyPlaces);
        this.place = place;
        this.problems = problems;
    }

    /** A mapping without keys that reports nowhere: stands in for what was already reported. */
    static Mapping silent(Place place) {
        return new Mapping(Map.of(), Map.of(), place, new Problems());
    }

    /** All entries in the order of the file. */
    public Map<String, Node> entries() {
        return entries;
    }

    /** All keys in the order of the file. */
    public Set<String> keys() {
        return entries.keySet();
    }

    /** True when the key is there with a value. */
    public boolean has(String key) {
        return find(key).isPresent();
    }

    /** The value of {@code key}; empty when it is missing or null. */
    public Optional<Node> find(String key) {
        return Optional.ofNullable(entries.get(key))
                .filter(node -> !(node instanceof Scalar scalar && scalar.isNull()));
    }

    /** Where {@code key} stands, or the mapping when it has no such key. */
    public Place keyPlace(String key) {
        return keyPlaces.getOrDefault(key, place);
    }

    /** Required text; empty and reported when missing. */
    public String text(String key) {
        return required(key, "text", () -> optionalText(key), "");
    }

    /** Text, or {@code fallback} when missing. */
    public String text(String key, String fallback) {
        return optionalText(key).orElse(fallback);
    }

    /** Text, when it is there. */
    public Optional<String> optionalText(String key) {
        return scalar(key).flatMap(Scalar::asText);
    }

    /** Required whole number. */
    public long integer(String key, long min, long max) {
        return required(key, "a whole number", () -> boxed(optionalInteger(key, min, max)), min);
    }

    /** Whole number, or {@code fallback} when missing. */
    public long integer(String key, long min, long max, long fallback) {
        return optionalInteger(key, min, max).orElse(fallback);
    }

    /** Whole number, when it is there. */
    public OptionalLong optionalInteger(String key, long min, long max) {
        return unboxed(scalar(key).flatMap(scalar -> boxed(scalar.asInteger(min, max))));
    }

    /** Required {@code true} or {@code false}. */
    public boolean bool(String key) {
        return required(key, "true or false", () -> optionalBool(key), false);
    }

    /** {@code true} or {@code false}, or {@code fallback} when missing. */
    public boolean bool(String key, boolean fallback) {
        return optionalBool(key).orElse(fallback);
    }

    /** {@code true} or {@code false}, when it is there. */
    public Optional<Boolean> optionalBool(String key) {
        return scalar(key).flatMap(Scalar::asBool);
    }

    /** Required duration. */
    public Duration duration(String key) {
        return required(key, "a duration such as 10m", () -> optionalDuration(key), Duration.ZERO);
    }

    /** Duration, or {@code fallback} when missing. */
    public Duration duration(String key, Duration fallback) {
        return optionalDuration(key).orElse(fallback);
    }

    /** Duration, when it is there. */
    public Optional<Duration> optionalDuration(String key) {
        return scalar(key).flatMap(Scalar::asDuration);
    }

    /** Required size in bytes. */
    public long size(String key) {
        return required(key, "a size such as 20MB", () -> boxed(optionalSize(key)), 0L);
    }

    /** Size in bytes, or {@code fallback} when missing. */
    public long size(String key, long fallback) {
        return optionalSize(key).orElse(fallback);
    }

    /** Size in bytes, when it is there. */
    public OptionalLong optionalSize(String key) {
        return unboxed(scalar(key).flatMap(scalar -> boxed(scalar.asSize())));
    }

    /** A list of texts; empty when missing. */
    public List<String> texts(String key) {
        return optionalSequence(key).map(Sequence::texts).orElse(List.of());
    }

    /** A list of mappings; empty when missing. */
    public List<Mapping> mappings(String key) {
        return optionalSequence(key).map(Sequence::mappings).orElse(List.of());
    }

    /** A mapping of texts in the order of the file; empty when missing. */
    public Map<String, String> textMap(String key) {
        var texts = new LinkedHashMap<String, String>();
        optionalMapping(key)
                .ifPresent(map ->
                        map.keys()
                                .forEach(name -> {
                                    String text = map.text(name);
                                    texts.put(name, text);
                                }));
        return texts;
    }

    /** Required list. */
    public Sequence sequence(String key) {
        return required(
                key,
                "a list",
                () -> optionalSequence(key),
                new Sequence(List.of(), place, new Problems()));
    }

    /** List, when it is there. */
    public Optional<Sequence> optionalSequence(String key) {
        return find(key).flatMap(node -> is(Sequence.class, node, key, "a list"));
    }

    /** Required mapping. */
    public Mapping mapping(String key) {
        return required(key, "a mapping", () -> optionalMapping(key), silent(place));
    }

    /** Mapping, when it is there. */
    public Optional<Mapping> optionalMapping(String key) {
        return find(key).flatMap(node -> is(Mapping.class, node, key, "a mapping"));
    }

    /** Single value, when it is there. */
    public Optional<Scalar> scalar(String key) {
        return find(key).flatMap(node -> is(Scalar.class, node, key, "a value"));
    }

    /** Reports every key that is not one of {@code known}, with the nearest one that is. */
    public void refuseUnknown(Collection<String> known) {
        for (String key : keys()) {
            if (!known.contains(key)) {
                String nearest =
                        Spelling.nearest(key, known)
                                .map(word -> "did you mean \"" + word + "\"?")
                                .orElse("one of " + String.join(", ", known));
                problemAtKey(key, "unknown key " + Spelling.quoted(key), nearest);
            }
        }
    }

    /** Reports every key that is not one of {@code known}, with the nearest one that is. */
    public void refuseUnknown(String... known) {
        refuseUnknown(List.of(known));
    }

    /** Reports a mistake at a key. */
    public void problemAtKey(String key, String message, String expected) {
        Place at = keyPlace(key);
        problems.add(at.file(), at.line(), at.column(), message, expected);
    }

    @Override
    public Place place() {
        return place;
    }

    @Override
    public void problem(String message, String expected) {
        problems.add(place.file(), place.line(), place.column(), message, expected);
    }

    @Override
    public String kind() {
        return "a mapping";
    }

    private <T> T required(String key, String expected, Supplier<Optional<T>> reader, T otherwise) {
        if (!has(key)) {
            if (entries.containsKey(key)) {
                problemAtKey(key, "\"" + key + "\" has no value", expected);
            } else {
                problem("\"" + key + "\" is missing", expected);
            }
            return otherwise;
        }
        return reader.get().orElse(otherwise);
    }

    private static <T extends Node> Optional<T> is(
            Class<T> type, Node node, String key, String expected) {
        if (type.isInstance(node)) {
            return Optional.of(type.cast(node));
        }
        node.problem("\"" + key + "\" is " + node.kind(), expected);
        return Optional.empty();
    }

    private static Optional<Long> boxed(OptionalLong value) {
        return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
    }

    private static OptionalLong unboxed(Optional<Long> value) {
        return value.map(OptionalLong::of).orElse(OptionalLong.empty());
    }
}
