package dev.sallyport.access.yaml;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A single value. Its meaning is decided by who reads it: {@code 10m} is a duration to one reader
 * and text to another; only whether it was quoted matters, and that {@code null} and {@code ~} are
 * nothing. The readers report a problem and return empty when the value does not fit.
 */
public final class Scalar implements Node {
    private final String text;
    private final boolean plain;
    private final Place place;
    private final Problems problems;

    Scalar(String text, boolean plain, Place place, Problems problems) {
        this.text = text;
        this.plain = plain;
        this.place = place;
        this.problems = problems;
    }

    /** The text as written, without quotes. */
    public String text() {
        return text;
    }

    /** True for an unquoted {@code null}, {@code ~} or nothing at all (YAML 1.2 core schema). */
    public boolean isNull() {
        return plain
                && switch (text) {
                    case "", "~", "null", "Null", "NULL" -> true;
                    default -> false;
                };
    }

    /**
     * True when it was written without quotes, so that it may be a number, bool, duration or size.
     */
    public boolean isPlain() {
        return plain;
    }

    /** Text; empty and reported when there is none. */
    public Optional<String> asText() {
        if (isNull()) {
            problem("there is no value", "text");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    /** A whole number from {@code min} to {@code max}. */
    public OptionalLong asInteger(long min, long max) {
        OptionalLong value = plain ? Quantities.integer(text) : OptionalLong.empty();
        if (value.isEmpty() || value.getAsLong() < min || value.getAsLong() > max) {
            problem(quoted() + " does not fit", "a whole number from " + min + " to " + max);
            return OptionalLong.empty();
        }
        return value;
    }

    /** {@code true} or {@code false}. */
    public Optional<Boolean> asBool() {
        if (plain && text.equals("true") || plain && text.equals("false")) {
            return Optional.of(text.equals("true"));
        }
        problem(quoted() + " is neither", "true or false");
        return Optional.empty();
    }

    /** A duration such as {@code 90s} or {@code 1h30m}. */
    public Optional<Duration> asDuration() {
        Optional<Duration> value = Quantities.duration(text);
        if (value.isEmpty()) {
            problem(quoted() + " is not a duration", "for example 90s, 10m or 1h30m");
        }
        return value;
    }

    /** A size in bytes such as {@code 20MB} (powers of 1000) or {@code 1GiB} (powers of 1024). */
    public OptionalLong asSize() {
        OptionalLong value = Quantities.size(text);
        if (value.isEmpty()) {
            problem(quoted() + " is not a size", "for example 512KiB, 20MB or 1GiB");
        }
        return value;
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
        return "a value";
    }

    private String quoted() {
        return Spelling.quoted(text);
    }
}
