package dev.sallyport.proxy.db.sql;

import java.nio.charset.StandardCharsets;

/**
 * The character classes of {@code scan.l}. What flex sees as a byte above 127 is here a {@code
 * char} above 127: every such character may begin and continue an identifier, whatever Unicode
 * thinks of it.
 */
final class Characters {
    /** NAMEDATALEN less its terminator: longer names are cut, in bytes of UTF-8. */
    static final int LONGEST_NAME = 63;

    private static final int NON_ASCII = 0x80;

    private Characters() {}

    static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    }

    static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    static boolean isNewline(char c) {
        return c == '\n' || c == '\r';
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isOctalDigit(char c) {
        return c >= '0' && c <= '7';
    }

    static boolean isHexDigit(char c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    /** May begin an identifier, or the tag of a dollar quote. */
    static boolean isIdentifierStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= NON_ASCII;
    }

    static boolean isIdentifierPart(char c) {
        return isIdentifierStart(c) || isDigit(c) || c == '$';
    }

    /** May continue the tag of a dollar quote: all but the dollar. */
    static boolean isTagPart(char c) {
        return isIdentifierStart(c) || isDigit(c);
    }

    static boolean isOperator(char c) {
        return switch (c) {
            case '~',
                    '!',
                    '@',
                    '#',
                    '^',
                    '&',
                    '|',
                    '`',
                    '?',
                    '+',
                    '-',
                    '*',
                    '/',
                    '%',
                    '<',
                    '>',
                    '=' ->
                    true;
            default -> false;
        };
    }

    /** Characters that are tokens by themselves. */
    static boolean isSelf(char c) {
        return switch (c) {
            case ',',
                    '(',
                    ')',
                    '[',
                    ']',
                    '.',
                    ';',
                    ':',
                    '+',
                    '-',
                    '*',
                    '/',
                    '%',
                    '^',
                    '<',
                    '>',
                    '=' ->
                    true;
            default -> false;
        };
    }

    /** Characters that let an operator end in plus or minus: SQL's own operators have none. */
    static boolean isBeyondSqlOperators(char c) {
        return switch (c) {
            case '~', '!', '@', '#', '^', '&', '|', '`', '?', '%' -> true;
            default -> false;
        };
    }

    /** Folds A to Z: the rule for unquoted identifiers in a multi-byte encoding. */
    static String lower(String name) {
        int i = 0;
        while (i < name.length() && !isUpper(name.charAt(i))) {
            i++;
        }
        if (i == name.length()) {
            return name;
        }
        char[] folded = name.toCharArray();
        for (; i < folded.length; i++) {
            folded[i] = lower(folded[i]);
        }
        return new String(folded);
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    /** Cuts a name to 63 bytes of UTF-8, never within a character. */
    static String truncate(String name) {
        // No char takes more than three bytes.
        if (name.length() * 3 <= LONGEST_NAME || isShortAscii(name)) {
            return name;
        }
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= LONGEST_NAME) {
            return name;
        }
        int end = LONGEST_NAME;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private static boolean isShortAscii(String name) {
        if (name.length() > LONGEST_NAME) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) >= NON_ASCII) {
                return false;
            }
        }
        return true;
    }
}
