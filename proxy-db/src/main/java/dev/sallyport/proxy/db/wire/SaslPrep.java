package dev.sallyport.proxy.db.wire;

import java.net.IDN;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * The profile that PostgreSQL applies to a password before SCRAM: RFC 4013 with two differences
 * that both ends share. What is forbidden is looked for before the text is normalised, and a
 * password that has any of it, or that is no UTF-8, is used as it is.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4013">RFC 4013</a>
 */
final class SaslPrep {
    /** Table C.1.2 of RFC 3454, as pairs of first and last. */
    private static final int[] OTHER_SPACES = {
        0xA0, 0xA0, 0x1680, 0x1680, 0x2000, 0x200B, 0x202F, 0x202F, 0x205F, 0x205F, 0x3000, 0x3000
    };

    /** Table B.1 of RFC 3454. */
    private static final int[] INVISIBLE = {
        0xAD, 0xAD, 0x34F, 0x34F, 0x1806, 0x1806, 0x180B, 0x180D, 0x200C, 0x200D, 0x2060, 0x2060,
        0xFE00, 0xFE0F, 0xFEFF, 0xFEFF
    };

    /**
     * Tables C.2.2, C.4, C.6, C.7, C.8 and C.9 of RFC 3454, without what {@link Character} tells:
     * controls, private use and surrogates.
     */
    private static final int[] FORBIDDEN = {
        0x340, 0x341, 0x6DD, 0x6DD, 0x70F, 0x70F, 0x180E, 0x180E, 0x200C, 0x200F, 0x2028, 0x202E,
        0x2060, 0x2063, 0x206A, 0x206F, 0x2FF0, 0x2FFB, 0xFDD0, 0xFDEF, 0xFEFF, 0xFEFF, 0xFFF9,
        0xFFFD, 0x1D173, 0x1D17A, 0xE0001, 0xE0001, 0xE0020, 0xE007F
    };

    /** In table D.2 of RFC 3454, and since changed by Unicode. */
    private static final int[] LEFT_TO_RIGHT_ONCE = {
        0x17B4, 0x17B5, 0x1885, 0x1886, 0x1D6C1, 0x1D6C1, 0x1D6DB, 0x1D6DB, 0x1D6FB, 0x1D6FB,
        0x1D715, 0x1D715, 0x1D735, 0x1D735, 0x1D74F, 0x1D74F, 0x1D76F, 0x1D76F, 0x1D789, 0x1D789,
        0x1D7A9, 0x1D7A9, 0x1D7C3, 0x1D7C3
    };

    /** Not in table D.2, and since changed by Unicode. */
    private static final int[] NEUTRAL_ONCE = {
        0xCBF, 0xCBF, 0xCC6, 0xCC6, 0x1734, 0x1734, 0x2132, 0x2132, 0x2800, 0x28FF, 0x302E, 0x302F
    };

    private SaslPrep() {}

    /** A new array, for the caller to wipe. */
    static byte[] prepare(byte[] password) {
        if (isAscii(password)) {
            return password.clone();
        }
        CharBuffer text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(password));
        } catch (CharacterCodingException notUtf8) {
            return password.clone();
        }
        // No char[] API normalises, so the text of a password that is not ASCII stays on the heap.
        String mapped = map(text.toString());
        String normal = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
        Arrays.fill(text.array(), '\0');
        boolean forbidden =
                mapped.isEmpty()
                        || mapped.codePoints().anyMatch(SaslPrep::isForbidden)
                        || !readsOneWay(mapped);
        return forbidden ? password.clone() : normal.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte each : bytes) {
            if (each < 0) {
                return false;
            }
        }
        return true;
    }

    /** Spaces become a space, invisible characters nothing (RFC 4013, 2.1). */
    private static String map(String text) {
        StringBuilder mapped = new StringBuilder();
        text.codePoints()
                .forEach(c -> {
                    if (isIn(OTHER_SPACES, c)) {
                        mapped.append(' ');
                    } else if (!isIn(INVISIBLE, c)) {
                        mapped.appendCodePoint(c);
                    }
                });
        return mapped.toString();
    }

    private static boolean isForbidden(int c) {
        int type = Character.getType(c);
        return isIn(OTHER_SPACES, c)
                || isIn(FORBIDDEN, c)
                || Character.isISOControl(c)
                || type == Character.PRIVATE_USE
                || type == Character.SURROGATE
                || (c & 0xFFFE) == 0xFFFE
                || isUnassigned(c);
    }

    private static boolean isIn(int[] ranges, int c) {
        for (int i = 0; i < ranges.length; i += 2) {
            if (ranges[i] <= c && c <= ranges[i + 1]) {
                return true;
            }
        }
        return false;
    }

    /**
     * Table A.1 of RFC 3454: not in Unicode 3.2. The JDK keeps that version for domain names, and
     * what it takes only under {@link IDN#ALLOW_UNASSIGNED} is in the table.
     */
    private static boolean isUnassigned(int c) {
        if (c < 0x80) {
            return false;
        }
        String text = Character.toString(c);
        return isDomainName(text, IDN.ALLOW_UNASSIGNED) && !isDomainName(text, 0);
    }

    private static boolean isDomainName(String text, int flags) {
        try {
            IDN.toASCII(text, flags);
            return true;
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }

    /**
     * RFC 3454, 6: with right-to-left characters there are no others, and they are at both ends.
     */
    private static boolean readsOneWay(String text) {
        boolean anyRight = text.codePoints().anyMatch(SaslPrep::isRightToLeft);
        boolean anyLeft = text.codePoints().anyMatch(SaslPrep::isLeftToRight);
        if (!anyRight) {
            return true;
        }
        return !anyLeft
                && isRightToLeft(text.codePointAt(0))
                && isRightToLeft(text.codePointBefore(text.length()));
    }

    private static boolean isLeftToRight(int c) {
        boolean today = Character.getDirectionality(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT;
        return isIn(LEFT_TO_RIGHT_ONCE, c) || (today && !isIn(NEUTRAL_ONCE, c));
    }

    private static boolean isRightToLeft(int c) {
        byte direction = Character.getDirectionality(c);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }
}
