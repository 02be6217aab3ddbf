package dev.sallyport.broker.intent;

import dev.sallyport.access.Words;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One parameter that an agent says when it asks for an intent. What it says is never a fact.
 *
 * @param pattern what a {@link Type#STRING} must match as a whole; empty = any text
 * @param values the words of an {@link Type#ENUM}; empty for other types
 */
public record Parameter(
        String name, Type type, boolean optional, String pattern, List<String> values) {
    /** Digits after the point that policy's decimal type can hold (Cedar: four). */
    private static final int DECIMAL_SCALE = 4;

    /** Cedar's decimal is a long of ten-thousandths: 14 digits before the point always fit. */
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,14}(\\.[0-9]{1,4})?");

    private static final Pattern LONG = Pattern.compile("-?[0-9]{1,18}");

    /** What a parameter or a fact can be. */
    public enum Type {
        STRING,
        LONG,
        DECIMAL,
        BOOL,
        ENUM;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Parameter {
        Words.requireText("parameter name", name);
        values = List.copyOf(values);
    }

    /**
     * The typed value of {@code text}: String, Long, BigDecimal (scale 4) or Boolean; empty when it
     * is none of this parameter's.
     */
    public Optional<Object> parse(String text) {
        return switch (type) {
            case STRING -> isText(text) ? Optional.of(text) : Optional.empty();
            case LONG ->
                    LONG.matcher(text).matches()
                            ? Optional.of(Long.parseLong(text))
                            : Optional.empty();
            case DECIMAL ->
                    DECIMAL.matcher(text).matches()
                            ? Optional.of(new BigDecimal(text).setScale(DECIMAL_SCALE))
                            : Optional.empty();
            case BOOL ->
                    text.equals("true") || text.equals("false")
                            ? Optional.of(Boolean.parseBoolean(text))
                            : Optional.empty();
            case ENUM -> values.contains(text) ? Optional.of(text) : Optional.empty();
        };
    }

    /** The one text of a typed value: what is bound is what policy sees, however it was said. */
    static String text(Object value) {
        return value instanceof BigDecimal decimal
                ? decimal.stripTrailingZeros().toPlainString()
                : value.toString();
    }

    private boolean isText(String text) {
        return text.length() <= Words.MAX_LENGTH
                && text.chars().noneMatch(Character::isISOControl)
                && (pattern.isEmpty() || Pattern.matches(pattern, text));
    }
}
