package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.SqlSyntaxException.Reason;

/** Unicode escapes as in {@code U&'\0041 \+01F600'}, after {@code str_udeescape}. */
final class UnicodeEscapes {
    private static final int SHORT = 4;
    private static final int LONG = 6;

    private UnicodeEscapes() {}

    /** What may stand in {@code UESCAPE '…'}. */
    static boolean isEscapeCharacter(char c) {
        return c < 0x80
                && !Characters.isHexDigit(c)
                && c != '+'
                && c != '\''
                && c != '"'
                && !Characters.isSpace(c);
    }

    /** Decodes; an error is reported at the given position, which is the token's. */
    static String decode(String raw, char escape, int position) throws SqlSyntaxException {
        if (raw.indexOf(escape) < 0) {
            return raw;
        }
        StringBuilder decoded = new StringBuilder(raw.length());
        int first = 0; // the pending first half of a surrogate pair
        int i = 0;
        while (i < raw.length()) {
            char c = raw.charAt(i);
            if (c != escape || isDoubled(raw, i, escape)) {
                require(first == 0, position);
                decoded.append(c);
                i += c == escape ? 2 : 1;
                continue;
            }
            boolean isLong = i + 1 < raw.length() && raw.charAt(i + 1) == '+';
            int from = i + (isLong ? 2 : 1);
            int end = from + (isLong ? LONG : SHORT);
            int point = hex(raw, from, end, position);
            require(point > 0 && point <= Character.MAX_CODE_POINT, position);
            first = append(decoded, first, point, position);
            i = end;
        }
        require(first == 0, position);
        return decoded.toString();
    }

    /** Adds a code point and returns the first half of a pair when that is what it was. */
    static int append(StringBuilder decoded, int first, int point, int position)
            throws SqlSyntaxException {
        boolean isSecond =
                point >= Character.MIN_LOW_SURROGATE && point <= Character.MAX_LOW_SURROGATE;
        require((first != 0) == isSecond, position);
        if (isSecond) {
            decoded.append((char) first).append((char) point);
            return 0;
        }
        if (point >= Character.MIN_HIGH_SURROGATE && point <= Character.MAX_HIGH_SURROGATE) {
            return point;
        }
        decoded.appendCodePoint(point);
        return 0;
    }

    private static boolean isDoubled(String raw, int i, char escape) {
        return i + 1 < raw.length() && raw.charAt(i + 1) == escape;
    }

    private static int hex(String raw, int start, int end, int position) throws SqlSyntaxException {
        require(end <= raw.length(), position);
        int value = 0;
        for (int i = start; i < end; i++) {
            char c = raw.charAt(i);
            require(Characters.isHexDigit(c), position);
            value = value << 4 | Character.digit(c, 16);
        }
        return value;
    }

    private static void require(boolean valid, int position) throws SqlSyntaxException {
        if (!valid) {
            throw new SqlSyntaxException(Reason.ESCAPE, position);
        }
    }
}
