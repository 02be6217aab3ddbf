package dev.sallyport.proxy.db.sql;

import static dev.sallyport.proxy.db.sql.Characters.isNewline;
import static dev.sallyport.proxy.db.sql.Characters.isSpace;
import static dev.sallyport.proxy.db.sql.Characters.isTagPart;

import dev.sallyport.proxy.db.sql.SqlSyntaxException.Reason;

/**
 * Everything in quotes: strings of the three kinds, which continue after white space with a
 * newline, quoted identifiers, and dollar quotes. Remembers the content of what it read last.
 */
final class QuotedText {
    /** What means something between the quotes. */
    enum Style {
        /** A doubled quote. */
        PLAIN,
        /** Nothing: {@code b'…'} and {@code x'…'}. */
        BITS,
        /** A doubled quote and backslash escapes: {@code e'…'}. */
        ESCAPES
    }

    private final char[] text;
    private final StringBuilder content = new StringBuilder();
    private boolean verbatim;

    QuotedText(char[] text) {
        this.text = text;
    }

    /** What the last one read says. */
    String content() {
        return content.toString();
    }

    /** Whether that stands in the text as it is, between the first quote and the last. */
    boolean isVerbatim() {
        return verbatim;
    }

    /** Reads from the opening quote; returns the index after the closing one. */
    int readString(Style style, int quote) throws SqlSyntaxException {
        content.setLength(0);
        verbatim = true;
        if (style == Style.ESCAPES) {
            verbatim = false;
            EscapedText escaped = new EscapedText(text);
            int part = escaped.readPart(quote);
            for (int next = continuation(part); next >= 0; next = continuation(part)) {
                part = escaped.readPart(next);
            }
            content.append(escaped.content());
            return part;
        }
        int part = readPart(style == Style.PLAIN, '\'', quote);
        for (int next = continuation(part); next >= 0; next = continuation(part)) {
            verbatim = false;
            part = readPart(style == Style.PLAIN, '\'', next);
        }
        return part;
    }

    /** Reads from the opening quote; returns the index after the closing one. */
    int readIdentifier(int quote) throws SqlSyntaxException {
        content.setLength(0);
        verbatim = true;
        int end = readPart(true, '"', quote);
        if (content.isEmpty()) {
            throw new SqlSyntaxException(Reason.EMPTY_IDENTIFIER, quote);
        }
        return end;
    }

    private int readPart(boolean doubles, char mark, int quote) throws SqlSyntaxException {
        int from = quote + 1;
        int i = from;
        while (true) {
            while (i < text.length && text[i] != mark) {
                i++;
            }
            if (i == text.length) {
                throw new SqlSyntaxException(Reason.UNTERMINATED, quote);
            }
            boolean doubled = doubles && i + 1 < text.length && text[i + 1] == mark;
            content.append(text, from, i - from + (doubled ? 1 : 0));
            if (!doubled) {
                return i + 1;
            }
            verbatim = false;
            i += 2;
            from = i;
        }
    }

    /**
     * The index of the quote that continues a string closed before {@code from}, or -1. Between
     * them there must be white space with a newline; line comments count as white space, block
     * comments do not.
     */
    private int continuation(int from) {
        boolean newline = false;
        int i = from;
        while (i < text.length) {
            char c = text[i];
            if (isSpace(c)) {
                newline |= isNewline(c);
                i++;
            } else if (c == '-' && i + 1 < text.length && text[i + 1] == '-') {
                while (i < text.length && !isNewline(text[i])) {
                    i++;
                }
            } else {
                return newline && c == '\'' ? i : -1;
            }
        }
        return -1;
    }

    /** Reads {@code $tag$…$tag$} from its first dollar; returns the index after the last. */
    int readDollarQuoted(int start) throws SqlSyntaxException {
        int tagEnd = start + 1;
        while (tagEnd < text.length && isTagPart(text[tagEnd])) {
            tagEnd++;
        }
        if (tagEnd == text.length || text[tagEnd] != '$') {
            throw new SqlSyntaxException(Reason.SYNTAX, start);
        }
        int length = tagEnd + 1 - start;
        for (int i = tagEnd + 1; i + length <= text.length; i++) {
            if (text[i] == '$' && matches(start, i, length)) {
                return i + length;
            }
        }
        throw new SqlSyntaxException(Reason.UNTERMINATED, start);
    }

    private boolean matches(int first, int second, int length) {
        for (int i = 1; i < length; i++) {
            if (text[first + i] != text[second + i]) {
                return false;
            }
        }
        return true;
    }
}
