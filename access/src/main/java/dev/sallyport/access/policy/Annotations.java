package dev.sallyport.access.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the policies that decided say beside yes and no: {@code @ttl("5m")}, {@code
 * @approvers("billing-owners, sre")}, {@code @reason("…")} and any others.
 *
 * @param values by name, the values of all deciding policies in the order of their ids
 */
public record Annotations(Map<String, List<String>> values) {
    /** Nothing was said. */
    public static final Annotations NONE = new Annotations(Map.of());

    private static final Pattern TTL = Pattern.compile("([1-9][0-9]{0,5})([smh])");

    public Annotations {
        var copy = new TreeMap<String, List<String>>();
        values.forEach((name, texts) -> copy.put(name, texts.stream().distinct().toList()));
        values = java.util.Collections.unmodifiableMap(copy);
    }

    /** The shortest {@code @ttl}: every policy that decided is kept to. */
    public Optional<Duration> ttl() {
        return all("ttl").stream().map(Annotations::duration).min(Comparator.naturalOrder());
    }

    /** The groups of all {@code @approvers}; empty when the intent's own approvers are meant. */
    public List<String> approvers() {
        return all("approvers").stream()
                .flatMap(text -> Pattern.compile(",").splitAsStream(text))
                .map(String::strip)
                .filter(group -> !group.isEmpty())
                .distinct()
                .toList();
    }

    /** All {@code @reason}s as one text. */
    public Optional<String> reason() {
        List<String> reasons = all("reason");
        return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons));
    }

    /** These and {@code other}'s. */
    public Annotations and(Annotations other) {
        var merged = new TreeMap<String, List<String>>(values);
        other.values.forEach((name, texts) ->
                merged.merge(
                        name,
                        texts,
                        (mine, theirs) -> {
                            var both = new ArrayList<>(mine);
                            both.addAll(theirs);
                            return both;
                        }));
        return new Annotations(merged);
    }

    /**
     * Parses {@code 90s}, {@code 5m} or {@code 1h}.
     *
     * @throws IllegalArgumentException when it is none of these
     */
    static Duration duration(String text) {
        Matcher matcher = TTL.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a ttl is a number and s, m or h");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    private List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }
}
