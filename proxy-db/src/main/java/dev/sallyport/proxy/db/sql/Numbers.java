package dev.sallyport.proxy.db.sql;

import static dev.sallyport.proxy.db.sql.Characters.isDigit;
import static dev.sallyport.proxy.db.sql.Characters.isIdentifierPart;
import static dev.sallyport.proxy.db.sql.Characters.isIdentifierStart;

import dev.sallyport.proxy.db.sql.SqlSyntaxException.Reason;
import java.util.function.IntPredicate;

/**
 * The numeric rules of {@code scan.l} since PostgreSQL 16: other radices, underscores between
 * digits, and no letters right after a number.
 */
final class Numbers {
    private Numbers() {}

    /** Whether the number there has neither fraction nor exponent. */
    static boolean isInteger(char[] text, int start, int end) {
        if (isRadix(text, start)) {
            return true;
        }
        for (int i = start; i < end; i++) {
            if (!isDigit(text[i]) && text[i] != '_') {
                return false;
            }
        }
        return true;
    }

    /**
     * Index after the number that begins at start. The longest match of all rules must be one of
     * the good ones, as with flex.
     */
    static int end(char[] text, int start) throws SqlSyntaxException {
        if (isRadix(text, start)) {
            return radixEnd(text, start);
        }
        int end = text[start] == '.' ? start : digitsEnd(text, start);
        int junk = text[start] == '.' ? start : junkEnd(text, start, end);
        if (end < text.length && text[end] == '.' && !isDotDot(text, end, start)) {
            int fraction = end + 1;
            end = digitsEnd(text, fraction);
            junk = Math.max(junk, junkEnd(text, fraction, end));
        }
        if (end < text.length && (text[end] == 'e' || text[end] == 'E')) {
            int exponent = end + 1;
            boolean signed =
                    exponent < text.length && (text[exponent] == '+' || text[exponent] == '-');
            int digits = signed ? exponent + 1 : exponent;
            int digitsEnd = digitsEnd(text, digits);
            if (digitsEnd > digits) {
                end = digitsEnd;
                junk = Math.max(junk, junkEnd(text, digits, end));
            } else if (signed) {
                throw new SqlSyntaxException(Reason.NUMBER, start);
            }
        }
        if (junk > end) {
            throw new SqlSyntaxException(Reason.NUMBER, start);
        }
        return end;
    }

    /**
     * {@code 1..10} is 1, two dots and 10; a number that begins with its dot has no such reading.
     */
    private static boolean isDotDot(char[] text, int dot, int start) {
        return dot > start && dot + 1 < text.length && text[dot + 1] == '.';
    }

    /** Digits with single underscores between them. */
    private static int digitsEnd(char[] text, int start) {
        return runEnd(text, start, c -> isDigit((char) c));
    }

    private static int runEnd(char[] text, int start, IntPredicate digit) {
        int end = start;
        while (end < text.length && digit.test(text[end])) {
            end++;
            boolean underscore =
                    end + 1 < text.length && text[end] == '_' && digit.test(text[end + 1]);
            if (underscore) {
                end++;
            }
        }
        return end;
    }

    /**
     * Where an identifier that follows a number of these digits would end. It may begin at an
     * underscore within them, which matters when a dollar follows: {@code 1_0$}.
     */
    private static int junkEnd(char[] text, int start, int end) {
        int from = start;
        while (from < end && isDigit(text[from])) {
            from++;
        }
        if (from >= text.length || !isIdentifierStart(text[from])) {
            return end;
        }
        int junk = from;
        while (junk < text.length && isIdentifierPart(text[junk])) {
            junk++;
        }
        return junk;
    }

    private static boolean isRadix(char[] text, int start) {
        if (text[start] != '0' || start + 1 >= text.length) {
            return false;
        }
        return switch (text[start + 1]) {
            case 'x', 'X', 'o', 'O', 'b', 'B' -> true;
            default -> false;
        };
    }

    /**
     * After {@code 0x}, {@code 0o} or {@code 0b} an underscore may stand before the first digit.
     */
    private static int radixEnd(char[] text, int start) throws SqlSyntaxException {
        IntPredicate digit =
                switch (text[start + 1]) {
                    case 'x', 'X' -> c -> Characters.isHexDigit((char) c);
                    case 'o', 'O' -> c -> Characters.isOctalDigit((char) c);
                    default -> c -> c == '0' || c == '1';
                };
        int first = start + 2;
        if (first < text.length && text[first] == '_') {
            first++;
        }
        int end = runEnd(text, first, digit);
        boolean junk = end < text.length && isIdentifierPart(text[end]);
        if (end == first || junk) {
            throw new SqlSyntaxException(Reason.NUMBER, start);
        }
        return end;
    }

    /** Whether an integer literal is at most 2147483647; a larger one is a float to the parser. */
    static boolean fitsInt32(char[] text, int start, int end) {
        int radix = 10;
        int from = start;
        if (isRadix(text, start)) {
            radix =
                    switch (text[start + 1]) {
                        case 'x', 'X' -> 16;
                        case 'o', 'O' -> 8;
                        default -> 2;
                    };
            from += 2;
        }
        long value = 0;
        for (int i = from; i < end; i++) {
            if (text[i] != '_') {
                value = value * radix + Character.digit(text[i], radix);
                if (value > Integer.MAX_VALUE) {
                    return false;
                }
            }
        }
        return true;
    }
}
