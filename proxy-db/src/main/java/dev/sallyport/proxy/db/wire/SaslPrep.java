package dev.sallyport.proxy.db.wire;

import java.net.IDN;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * The profile that PostgreSQL applies to a password before SCRAM: RFC 4013 with one difference that
 * both ends share. A password that the profile forbids, or that is no UTF-8, is used as it is.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4013">RFC 4013</a>
 */
final class SaslPrep {
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
                normal.isEmpty()
                        || normal.codePoints().anyMatch(SaslPrep::isForbidden)
                        || !readsOneWay(normal);
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
                    if (isOtherSpace(c)) {
                        mapped.append(' ');
                    } else if (!isMappedToNothing(c)) {
                        mapped.appendCodePoint(c);
                    }
                });
        return mapped.toString();
    }

    /** Table C.1.2 of RFC 3454. */
    private static boolean isOtherSpace(int c) {
        return c == 0xA0
                || c == 0x1680
                || c >= 0x2000 && c <= 0x200B
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }

    /** Table B.1 of RFC 3454. */
    private static boolean isMappedToNothing(int c) {
        return c == 0xAD
                || c == 0x34F
                || c == 0x1806
                || c >= 0x180B && c <= 0x180D
                || c >= 0x200C && c <= 0x200D
                || c == 0x2060
                || c >= 0xFE00 && c <= 0xFE0F
                || c == 0xFEFF;
    }

    private static boolean isForbidden(int c) {
        return isOtherSpace(c)
                || isControl(c)
                || isNoCharacter(c)
                || isOutOfPlace(c)
                || isUnassigned(c);
    }

    /** Tables C.2.1 and C.2.2 of RFC 3454. */
    private static boolean isControl(int c) {
        return Character.isISOControl(c)
                || c == 0x6DD
                || c == 0x70F
                || c == 0x180E
                || c >= 0x200C && c <= 0x200D
                || c >= 0x2028 && c <= 0x2029
                || c >= 0x2060 && c <= 0x2063
                || c >= 0x206A && c <= 0x206F
                || c == 0xFEFF
                || c >= 0xFFF9 && c <= 0xFFFC
                || c >= 0x1D173 && c <= 0x1D17A;
    }

    /** Tables C.3 (private use), C.4 (no characters) and C.5 (surrogates) of RFC 3454. */
    private static boolean isNoCharacter(int c) {
        int type = Character.getType(c);
        return type == Character.PRIVATE_USE
                || type == Character.SURROGATE
                || c >= 0xFDD0 && c <= 0xFDEF
                || (c & 0xFFFE) == 0xFFFE;
    }

    /** Tables C.6, C.7, C.8 and C.9 of RFC 3454. */
    private static boolean isOutOfPlace(int c) {
        return c >= 0xFFF9 && c <= 0xFFFD
                || c >= 0x2FF0 && c <= 0x2FFB
                || c >= 0x340 && c <= 0x341
                || c >= 0x200E && c <= 0x200F
                || c >= 0x202A && c <= 0x202E
                || c == 0xE0001
                || c >= 0xE0020 && c <= 0xE007F;
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
        boolean anyLeft =
                text.codePoints()
                        .anyMatch(c ->
                                Character.getDirectionality(c)
                                        == Character.DIRECTIONALITY_LEFT_TO_RIGHT);
        return !anyRight
                || !anyLeft
                        && isRightToLeft(text.codePointAt(0))
                        && isRightToLeft(text.codePointBefore(text.length()));
    }

    private static boolean isRightToLeft(int c) {
        byte direction = Character.getDirectionality(c);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }
}
