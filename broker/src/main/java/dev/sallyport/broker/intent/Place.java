package dev.sallyport.broker.intent;

import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where in a scope a value is put, and what it may then hold: a value MUST NOT change the shape of
 * what surrounds it (add a word, a path segment, a wildcard, a quote).
 */
enum Place {
    /** One literal word, or part of one, of an argv pattern. */
    EXEC("[A-Za-z0-9._:@%+=,/-]+"),
    /** Part of one segment of a path pattern. */
    PATH("[A-Za-z0-9._@%+=,-]+"),
    /** A login, role, group or namespace. */
    NAME("[A-Za-z0-9][A-Za-z0-9._-]*"),
    /** A table's or a schema's name; a dot would name another schema. */
    TABLE("[A-Za-z0-9_]+"),
    /** A host, a port or part of one. */
    ADDRESS("[A-Za-z0-9][A-Za-z0-9.-]*"),
    /** The value of a database setting: sent as a value, never as SQL. */
    SETTING("\\P{Cntrl}+");

    private static final Pattern NEGATIVE_NUMBER = Pattern.compile("-[0-9]+(\\.[0-9]+)?");
    private static final Pattern QUOTES = Pattern.compile("['\"]");
    private static final Pattern ONLY_DOTS = Pattern.compile("\\.+");

    /** Longest value in a scope; keeps a certificate small. */
    private static final int MAX_VALUE = 256;

    private final Pattern allowed;

    Place(String allowed) {
        this.allowed = Pattern.compile(allowed);
    }

    /**
     * Puts {@code values} into {@code template}.
     *
     * @throws UnsafeValueException naming the parameter when its value does not fit this place
     */
    String bind(String template, Map<String, String> values) {
        if (this == EXEC) {
            return Arrays.stream(template.split(" ", -1))
                    .map(word -> bindWord(word, values))
                    .collect(Collectors.joining(" "));
        }
        return bindWord(template, values);
    }

    private String bindWord(String template, Map<String, String> values) {
        String bound = new Template(template).render(name -> check(template, name, values));
        if (this == PATH && !bound.equals(template) && hasDotSegment(bound)) {
            throw new UnsafeValueException("a parameter would leave its directory");
        }
        if (this == EXEC && becomesOption(unquoted(template), unquoted(bound))) {
            throw new UnsafeValueException("a parameter would become an option");
        }
        return bound;
    }

    private String check(String template, String name, Map<String, String> values) {
        String value = values.get(name);
        if (value == null) {
            throw new UnsafeValueException("needs parameter " + name);
        }
        if (value.length() > MAX_VALUE || !allowed.matcher(value).matches() || isEscape(value)) {
            throw new UnsafeValueException("parameter " + name + " does not fit its place");
        }
        if (this == EXEC && value.contains("/") && template.contains("/")) {
            // A part of a path stays a part.
            throw new UnsafeValueException("parameter " + name + " does not fit its place");
        }
        return value;
    }

    private boolean isEscape(String value) {
        return this != SETTING && (value.contains("..") || ONLY_DOTS.matcher(value).matches());
    }

    /** A word that begins with a value must not become an option, except as a negative number. */
    private static boolean becomesOption(String template, String bound) {
        return template.startsWith("{")
                && bound.startsWith("-")
                && !NEGATIVE_NUMBER.matcher(bound).matches();
    }

    /** As the target's shell would see it: quotes around a value change nothing about it. */
    private static String unquoted(String word) {
        return QUOTES.matcher(word).replaceAll("");
    }

    private static boolean hasDotSegment(String path) {
        return Arrays.stream(path.split("/", -1)).anyMatch(s -> s.equals(".") || s.equals(".."));
    }
}
