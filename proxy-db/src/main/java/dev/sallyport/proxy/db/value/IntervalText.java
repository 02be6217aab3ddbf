package dev.sallyport.proxy.db.value;

/** Intervals in the style {@code postgres}: {@code 1 year -2 mons +3 days 04:05:06}. */
final class IntervalText {
    private final StringBuilder text = new StringBuilder();
    private boolean afterNegative;

    private IntervalText() {}

    static String of(long micros, int days, int months) {
        if (micros == Long.MAX_VALUE && days == Integer.MAX_VALUE && months == Integer.MAX_VALUE) {
            return "infinity";
        }
        if (micros == Long.MIN_VALUE && days == Integer.MIN_VALUE && months == Integer.MIN_VALUE) {
            return "-infinity";
        }
        var interval = new IntervalText();
        interval.part(months / 12, "year");
        interval.part(months % 12, "mon");
        interval.part(days, "day");
        interval.clock(micros);
        return interval.text.toString();
    }

    private void part(int value, String unit) {
        if (value == 0) {
            return;
        }
        text.append(text.isEmpty() ? "" : " ").append(afterNegative && value > 0 ? "+" : "");
        text.append(value).append(' ').append(unit).append(value == 1 ? "" : "s");
        afterNegative = value < 0;
    }

    private void clock(long micros) {
        if (micros == 0 && !text.isEmpty()) {
            return;
        }
        text.append(text.isEmpty() ? "" : " ");
        if (micros < 0) {
            text.append('-');
        } else if (afterNegative) {
            text.append('+');
        }
        text.append(
                micros == Long.MIN_VALUE
                        ? "2562047788:00:54.775808"
                        : TimeText.clock(Math.abs(micros)));
    }
}
