package dev.sallyport.proxy.db.value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Floating-point numbers in the fewest digits that mean them, laid out as PostgreSQL does. */
final class FloatText {
    /** PostgreSQL's {@code FLT_DIG} and {@code DBL_DIG}: from here on it writes an exponent. */
    private static final int FLOAT_DIGITS = 6;

    private static final int DOUBLE_DIGITS = 15;

    /** Nine digits mean any float exactly. */
    private static final MathContext FLOAT_MOST = new MathContext(9);

    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final int SMALLEST_PLAIN = -4;

    private FloatText() {}

    static String of(float value) {
        if (Float.isNaN(value) || Float.isInfinite(value) || value == 0) {
            return special(value);
        }
        BigDecimal shortest = new BigDecimal(Float.toString(value)).stripTrailingZeros();
        if (isHalfWay(shortest, value)) {
            BigDecimal exact = new BigDecimal(value);
            return layOut(exact.round(FLOAT_MOST).stripTrailingZeros(), FLOAT_DIGITS);
        }
        BigDecimal shorter = oneDigit(shortest);
        boolean same = Float.compare(shorter.floatValue(), value) == 0;
        return layOut(same ? shorter : shortest, FLOAT_DIGITS);
    }

    static String of(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
            return special(value);
        }
        BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        BigDecimal shorter = oneDigit(shortest);
        boolean same = Double.compare(shorter.doubleValue(), value) == 0;
        return layOut(same ? shorter : shortest, DOUBLE_DIGITS);
    }

    /**
     * Java takes a decimal in the middle of two floats for the even one of them; PostgreSQL writes
     * a digit more.
     */
    private static boolean isHalfWay(BigDecimal shortest, float value) {
        BigDecimal distance = shortest.subtract(new BigDecimal(value)).abs();
        return distance.multiply(TWO).compareTo(new BigDecimal(Math.ulp(value))) == 0;
    }

    private static String special(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (value == 0) {
            return Double.doubleToRawLongBits(value) == 0 ? "0" : "-0";
        }
        return value > 0 ? "Infinity" : "-Infinity";
    }

    /** Java never writes fewer than two digits, where PostgreSQL writes {@code 5e-324}. */
    private static BigDecimal oneDigit(BigDecimal value) {
        return value.precision() == 2
                ? value.round(new MathContext(1)).stripTrailingZeros()
                : value;
    }

    private static String layOut(BigDecimal value, int digits) {
        int exponent = value.precision() - value.scale() - 1;
        if (exponent >= SMALLEST_PLAIN && exponent < digits) {
            return value.toPlainString();
        }
        String all = value.unscaledValue().abs().toString();
        String fraction = all.length() == 1 ? "" : "." + all.substring(1);
        return String.format(
                Locale.ROOT,
                "%s%s%se%s%02d",
                value.signum() < 0 ? "-" : "",
                all.charAt(0),
                fraction,
                exponent < 0 ? "-" : "+",
                Math.abs(exponent));
    }
}
