package dev.sallyport.proxy.db.sql;

import static dev.sallyport.proxy.db.sql.Characters.isDigit;
import static dev.sallyport.proxy.db.sql.Characters.isIdentifierPart;
import static dev.sallyport.proxy.db.sql.Characters.isIdentifierStart;
import static dev.sallyport.proxy.db.sql.Characters.isNewline;
import static dev.sallyport.proxy.db.sql.Characters.isOperator;
import static dev.sallyport.proxy.db.sql.Characters.isSpace;

import dev.sallyport.proxy.db.sql.SqlSyntaxException.Reason;

/**
 * PostgreSQL's lexer, {@code scan.l}, for {@code standard_conforming_strings=on}, {@code
 * backslash_quote=safe_encoding} and UTF-8: whoever uses it MUST see to it that the server's
 * session has these settings. Rules stand in the order of {@code scan.l}; where flex takes the
 * longest match, so do we.
 *
 * <p>All positions count {@code char}s of the text. One lexer reads one text, on one thread.
 */
final class SqlLexer {
    private final char[] text;
    private final Tokens tokens;
    private final LookAhead filter;
    private final QuotedText quoted;
    private int at;

    // The run of operator characters that was read last, and the last of its kind within it.
    private int runEnd = -1;
    private int lastBeyondSql = -1;
    private int lastUnsigned = -1;

    private SqlLexer(String sql) {
        text = sql.toCharArray();
        tokens = new Tokens(sql);
        filter = new LookAhead(tokens);
        quoted = new QuotedText(text);
    }

    /** Reads the whole text. */
    static Tokens read(String sql) throws SqlSyntaxException {
        requireText(sql);
        SqlLexer lexer = new SqlLexer(sql);
        while (lexer.skipSpace()) {
            lexer.readToken();
        }
        lexer.filter.add(Terminals.END, lexer.at, lexer.at, null);
        return lexer.tokens;
    }

    /** The server would see something else than we do: UTF-8 has neither. */
    private static void requireText(String sql) throws SqlSyntaxException {
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == 0) {
                throw new SqlSyntaxException(Reason.NOT_TEXT, i);
            }
            if (Character.isSurrogate(c)) {
                boolean pair =
                        Character.isHighSurrogate(c)
                                && i + 1 < sql.length()
                                && Character.isLowSurrogate(sql.charAt(i + 1));
                if (!pair) {
                    throw new SqlSyntaxException(Reason.NOT_TEXT, i);
                }
                i++;
            }
        }
    }

    /** Skips white space and comments; false at the end of the text. */
    private boolean skipSpace() throws SqlSyntaxException {
        while (at < text.length) {
            char c = text[at];
            if (isSpace(c)) {
                at++;
            } else if (c == '-' && peek(1) == '-') {
                skipLine();
            } else if (c == '/' && peek(1) == '*') {
                skipBlockComment();
            } else {
                return true;
            }
        }
        return false;
    }

    private void skipLine() {
        while (at < text.length && !isNewline(text[at])) {
            at++;
        }
    }

    private void skipBlockComment() throws SqlSyntaxException {
        int start = at;
        int depth = 0;
        do {
            if (at + 1 >= text.length) {
                throw new SqlSyntaxException(Reason.UNTERMINATED, start);
            }
            if (text[at] == '/' && text[at + 1] == '*') {
                depth++;
                at += 2;
            } else if (text[at] == '*' && text[at + 1] == '/') {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0);
    }

    private char peek(int ahead) {
        return at + ahead < text.length ? text[at + ahead] : 0;
    }

    private void readToken() throws SqlSyntaxException {
        char c = text[at];
        if (isIdentifierStart(c)) {
            readWord(c);
        } else if (isDigit(c) || c == '.' && isDigit(peek(1))) {
            readNumber();
        } else if (c == '\'') {
            readString(Terminals.SCONST, QuotedText.Style.PLAIN, at);
        } else if (c == '"') {
            readQuotedIdentifier(Terminals.IDENT, at);
        } else if (c == '$') {
            readDollar();
        } else if (isOperator(c)) {
            readOperator();
        } else {
            readPunctuation(c);
        }
    }

    private void readWord(char c) throws SqlSyntaxException {
        char next = peek(1);
        if (next == '\'') {
            switch (c) {
                case 'b', 'B' -> readString(Terminals.BCONST, QuotedText.Style.BITS, at + 1);
                case 'x', 'X' -> readString(Terminals.XCONST, QuotedText.Style.BITS, at + 1);
                case 'e', 'E' -> readString(Terminals.SCONST, QuotedText.Style.ESCAPES, at + 1);
                case 'n', 'N' -> {
                    filter.add(Terminals.NCHAR, at, at + 1, null);
                    at++;
                }
                default -> readIdentifier();
            }
        } else if (next == '&' && (c == 'u' || c == 'U') && peek(2) == '\'') {
            readString(Terminals.USCONST, QuotedText.Style.PLAIN, at + 2);
        } else if (next == '&' && (c == 'u' || c == 'U') && peek(2) == '"') {
            readQuotedIdentifier(Terminals.UIDENT, at + 2);
        } else {
            readIdentifier();
        }
    }

    private void readIdentifier() throws SqlSyntaxException {
        int start = at;
        while (at < text.length && isIdentifierPart(text[at])) {
            at++;
        }
        GrammarTables.Keyword keyword = Keywords.ALL.find(text, start, at);
        filter.add(keyword == null ? Terminals.IDENT : keyword.token(), start, at, null);
    }

    private void readString(int kind, QuotedText.Style style, int quote) throws SqlSyntaxException {
        int start = at;
        at = quoted.readString(style, quote);
        boolean plain = style == QuotedText.Style.PLAIN && kind == Terminals.SCONST;
        filter.add(kind, start, at, plain && quoted.isVerbatim() ? null : quoted.content());
    }

    private void readQuotedIdentifier(int kind, int quote) throws SqlSyntaxException {
        int start = at;
        at = quoted.readIdentifier(quote);
        if (kind == Terminals.UIDENT) {
            filter.add(kind, start, at, quoted.content());
        } else if (quoted.isVerbatim()) {
            filter.add(kind, start, at, null);
        } else {
            filter.add(kind, start, at, Characters.truncate(quoted.content()));
        }
    }

    private void readDollar() throws SqlSyntaxException {
        int start = at;
        if (isDigit(peek(1))) {
            at++;
            while (at < text.length && isDigit(text[at])) {
                at++;
            }
            boolean junk = at < text.length && isIdentifierStart(text[at]);
            if (junk || !Numbers.fitsInt32(text, start + 1, at)) {
                throw new SqlSyntaxException(Reason.PARAMETER, start);
            }
            filter.add(Terminals.PARAM, start, at, null);
            return;
        }
        at = quoted.readDollarQuoted(start);
        filter.add(Terminals.SCONST, start, at, null);
    }

    private void readNumber() throws SqlSyntaxException {
        int start = at;
        at = Numbers.end(text, start);
        boolean small = Numbers.isInteger(text, start, at) && Numbers.fitsInt32(text, start, at);
        filter.add(small ? Terminals.ICONST : Terminals.FCONST, start, at, null);
    }

    private void readOperator() throws SqlSyntaxException {
        int start = at;
        int end = operatorEnd(start);
        int length = end - start;
        at = end;
        if (length == 1 && Characters.isSelf(text[start])) {
            filter.add(Terminals.self(text[start]), start, end, null);
            return;
        }
        int special = length == 2 ? pair(text[start], text[start + 1]) : 0;
        if (special != 0) {
            filter.add(special, start, end, null);
            return;
        }
        if (length > Characters.LONGEST_NAME) {
            throw new SqlSyntaxException(Reason.OPERATOR, start);
        }
        filter.add(Terminals.OP, start, end, null);
    }

    /**
     * A comment ends an operator, and SQL's own operators do not end in plus or minus: such a run
     * of characters is several operators. What was learnt of a run serves all of them, so that a
     * long run takes linear time.
     */
    private int operatorEnd(int start) {
        if (start >= runEnd) {
            readRun(start);
        }
        boolean whole =
                runEnd - start == 1
                        || !isSign(text[runEnd - 1])
                        || lastBeyondSql >= start && lastBeyondSql < runEnd - 1;
        return whole ? runEnd : Math.max(start, lastUnsigned) + 1;
    }

    private void readRun(int start) {
        int end = start;
        while (end < text.length && isOperator(text[end]) && !isCommentStart(end)) {
            if (Characters.isBeyondSqlOperators(text[end])) {
                lastBeyondSql = end;
            }
            if (!isSign(text[end])) {
                lastUnsigned = end;
            }
            end++;
        }
        runEnd = end;
    }

    private boolean isCommentStart(int i) {
        if (i + 1 >= text.length) {
            return false;
        }
        return text[i] == '-' && text[i + 1] == '-' || text[i] == '/' && text[i + 1] == '*';
    }

    private static boolean isSign(char c) {
        return c == '+' || c == '-';
    }

    private static int pair(char first, char second) {
        if (first == '=' && second == '>') {
            return Terminals.EQUALS_GREATER;
        }
        if (first == '<' && second == '=') {
            return Terminals.LESS_EQUALS;
        }
        if (first == '>' && second == '=') {
            return Terminals.GREATER_EQUALS;
        }
        boolean unequal = first == '<' && second == '>' || first == '!' && second == '=';
        return unequal ? Terminals.NOT_EQUALS : 0;
    }

    private void readPunctuation(char c) throws SqlSyntaxException {
        int start = at;
        if (c == ':' && peek(1) == ':') {
            at += 2;
            filter.add(Terminals.TYPECAST, start, at, null);
        } else if (c == ':' && peek(1) == '=') {
            at += 2;
            filter.add(Terminals.COLON_EQUALS, start, at, null);
        } else if (c == '.' && peek(1) == '.') {
            at += 2;
            filter.add(Terminals.DOT_DOT, start, at, null);
        } else if (Characters.isSelf(c)) {
            at++;
            filter.add(Terminals.self(c), start, at, null);
        } else {
            // Any other character is a token that no rule of the grammar knows.
            throw new SqlSyntaxException(Reason.SYNTAX, start);
        }
    }
}
