package dev.sallyport.proxy.db.value;

/**
 * {@code numeric}: digits of base 10,000 before and after the point, and how many decimals are
 * shown. {@code int2 count, weight, sign, scale; int2 digit…}
 */
final class NumericText {
    private static final int POSITIVE = 0x0000;
    private static final int NEGATIVE = 0x4000;
    private static final int NAN = 0xc000;
    private static final int INFINITY = 0xd000;
    private static final int MINUS_INFINITY = 0xf000;

    /** {@code NUMERIC_DSCALE_MASK}. */
    private static final int MAX_SCALE = 0x3fff;

    private static final int BASE = 10_000;
    private static final int BASE_DIGITS = 4;

    private NumericText() {}

    static String of(Bytes bytes) throws UndecodableException {
        int count = bytes.int2();
        int weight = bytes.int2();
        int sign = bytes.int2() & 0xffff;
        int scale = bytes.int2() & 0xffff;
        Bytes.require(count >= 0 && count * 2 <= bytes.left() && scale <= MAX_SCALE);
        int[] digits = new int[count];
        for (int i = 0; i < count; i++) {
            digits[i] = bytes.int2();
            Bytes.require(digits[i] >= 0 && digits[i] < BASE);
        }
        return switch (sign) {
            case NAN -> "NaN";
            case INFINITY -> "Infinity";
            case MINUS_INFINITY -> "-Infinity";
            case POSITIVE -> plain(digits, weight, scale);
            case NEGATIVE -> negative(plain(digits, weight, scale));
            default -> throw new UndecodableException();
        };
    }

    private static String plain(int[] digits, int weight, int scale) {
        StringBuilder whole = new StringBuilder();
        for (int at = 0; at <= weight; at++) {
            append(whole, digit(digits, at));
        }
        StringBuilder fraction = new StringBuilder();
        for (int at = weight + 1; fraction.length() < scale; at++) {
            append(fraction, digit(digits, at));
        }
        fraction.setLength(scale);
        String shown = whole.toString().replaceFirst("^0+", "");
        return (shown.isEmpty() ? "0" : shown) + (scale == 0 ? "" : "." + fraction);
    }

    private static int digit(int[] digits, int at) {
        return at >= 0 && at < digits.length ? digits[at] : 0;
    }

    private static void append(StringBuilder text, int digit) {
        String decimal = Integer.toString(digit);
        text.repeat('0', BASE_DIGITS - decimal.length()).append(decimal);
    }

    /** There is no negative zero. */
    private static String negative(String plain) {
        boolean zero = plain.chars().allMatch(c -> c == '0' || c == '.');
        return zero ? plain : "-" + plain;
    }
}
