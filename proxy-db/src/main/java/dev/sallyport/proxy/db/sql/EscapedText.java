package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.SqlSyntaxException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The inside of {@code e'…'}. Octal and hexadecimal escapes are bytes, so the content is put
 * together as bytes and must be valid UTF-8 in the end, over all parts of a continued string.
 */
final class EscapedText {
    private final char[] text;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int at;
    private int start;
    private boolean hasByteEscapes;

    EscapedText(char[] text) {
        this.text = text;
    }

    /** Reads from an opening quote; returns the index after the closing one. */
    int readPart(int quote) throws SqlSyntaxException {
        start = quote;
        at = quote + 1;
        while (at < text.length) {
            char c = text[at];
            if (c == '\\') {
                readEscape();
            } else if (c != '\'') {
                readPlain();
            } else if (at + 1 < text.length && text[at + 1] == '\'') {
                bytes.write('\'');
                at += 2;
            } else {
                return at + 1;
            }
        }
        throw new SqlSyntaxException(Reason.UNTERMINATED, start);
    }

    private void readPlain() {
        int from = at;
        while (at < text.length && text[at] != '\\' && text[at] != '\'') {
            at++;
        }
        bytes.writeBytes(new String(text, from, at - from).getBytes(StandardCharsets.UTF_8));
    }

    private void readEscape() throws SqlSyntaxException {
        if (at + 1 == text.length) {
            throw new SqlSyntaxException(Reason.UNTERMINATED, start);
        }
        char c = text[at + 1];
        if (c == 'u' || c == 'U') {
            readUnicode();
        } else if (Characters.isOctalDigit(c)) {
            readByte(at + 1, 3, 8);
        } else if (c == 'x' && at + 2 < text.length && Characters.isHexDigit(text[at + 2])) {
            readByte(at + 2, 2, 16);
        } else if (c < 0x80) {
            bytes.write(single(c));
            at += 2;
        } else {
            at++; // the backslash goes, the character stays
            readPlain();
        }
    }

    private static int single(char c) {
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0B;
            default -> c;
        };
    }

    /** Up to so many digits; what does not fit into a byte is cut, as C does. */
    private void readByte(int from, int most, int radix) {
        int value = 0;
        int i = from;
        while (i < text.length && i < from + most && isDigit(text[i], radix)) {
            value = value * radix + Character.digit(text[i], radix);
            i++;
        }
        value &= 0xFF;
        hasByteEscapes |= value == 0 || value >= 0x80;
        bytes.write(value);
        at = i;
    }

    private static boolean isDigit(char c, int radix) {
        return radix == 16 ? Characters.isHexDigit(c) : Characters.isOctalDigit(c);
    }

    /** Reads a code point, or two escapes that are a surrogate pair. */
    private void readUnicode() throws SqlSyntaxException {
        StringBuilder decoded = new StringBuilder(2);
        int first = UnicodeEscapes.append(decoded, 0, codePoint(), at);
        if (first != 0) {
            UnicodeEscapes.append(decoded, first, codePoint(), at);
        }
        bytes.writeBytes(decoded.toString().getBytes(StandardCharsets.UTF_8));
    }

    private int codePoint() throws SqlSyntaxException {
        boolean isEscape =
                at + 1 < text.length
                        && text[at] == '\\'
                        && (text[at + 1] == 'u' || text[at + 1] == 'U');
        int digits = isEscape && text[at + 1] == 'u' ? 4 : 8;
        if (!isEscape || at + 2 + digits > text.length) {
            throw new SqlSyntaxException(Reason.ESCAPE, at);
        }
        long value = 0;
        for (int i = at + 2; i < at + 2 + digits; i++) {
            if (!Characters.isHexDigit(text[i])) {
                throw new SqlSyntaxException(Reason.ESCAPE, at);
            }
            value = value << 4 | Character.digit(text[i], 16);
        }
        if (value == 0 || value > Character.MAX_CODE_POINT) {
            throw new SqlSyntaxException(Reason.ESCAPE, at);
        }
        at += 2 + digits;
        return (int) value;
    }

    /** All parts together. */
    String content() throws SqlSyntaxException {
        byte[] whole = bytes.toByteArray();
        if (!hasByteEscapes) {
            return new String(whole, StandardCharsets.UTF_8);
        }
        try {
            String decoded =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(whole))
                            .toString();
            if (decoded.indexOf(0) >= 0) {
                throw new SqlSyntaxException(Reason.ESCAPE, start);
            }
            return decoded;
        } catch (CharacterCodingException e) {
            throw new SqlSyntaxException(Reason.ESCAPE, start);
        }
    }
}
