package dev.sallyport.access.yaml;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations, sizes and numbers as people write them in configuration and on the command line. */
public final class Quantities {
    /** Nothing sensible is longer; keeps every computation far from overflow and from slowness. */
    private static final int MAX_LENGTH = 40;

    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,18})");
    private static final Pattern DURATION =
            Pattern.compile(
                    "(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");
    private static final Pattern SIZE =
            Pattern.compile("(\\d{1,18})(B|[kK]B|MB|GB|TB|KiB|MiB|GiB|TiB)?");

    private Quantities() {}

    /** A whole decimal number that fits in 64 bits. */
    public static OptionalLong integer(String text) {
        if (!INTEGER.matcher(text).matches()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException tooLarge) {
            return OptionalLong.empty();
        }
    }

    /**
     * Days, hours, minutes, seconds and milliseconds in that order, each at most once: {@code 90s},
     * {@code 10m}, {@code 1h30m}, {@code 500ms}. A bare number has no unit and is refused.
     */
    public static Optional<Duration> duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (text.isEmpty() || text.length() > MAX_LENGTH || !matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                Duration.ofDays(number(matcher, 1))
                        .plusHours(number(matcher, 2))
                        .plusMinutes(number(matcher, 3))
                        .plusSeconds(number(matcher, 4))
                        .plusMillis(number(matcher, 5)));
    }

    /**
     * Bytes: {@code 4096}, {@code 20MB} (powers of 1000) or {@code 1GiB} (powers of 1024). Empty
     * when it is something else or does not fit in 63 bits.
     */
    public static OptionalLong size(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (text.length() > MAX_LENGTH || !matcher.matches()) {
            return OptionalLong.empty();
        }
        try {
            String unit = matcher.group(2) == null ? "B" : matcher.group(2);
            return OptionalLong.of(
                    Math.multiplyExact(Long.parseLong(matcher.group(1)), factor(unit)));
        } catch (ArithmeticException tooLarge) {
            return OptionalLong.empty();
        }
    }

    private static long number(Matcher matcher, int group) {
        String digits = matcher.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static long factor(String unit) {
        return switch (unit) {
            case "kB", "KB" -> 1_000L;
            case "MB" -> 1_000_000L;
            case "GB" -> 1_000_000_000L;
            case "TB" -> 1_000_000_000_000L;
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            case "TiB" -> 1L << 40;
            default -> 1L;
        };
    }
}
