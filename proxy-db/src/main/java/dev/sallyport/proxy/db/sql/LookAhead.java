package dev.sallyport.proxy.db.sql;

import dev.sallyport.proxy.db.sql.SqlSyntaxException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * The filter between lexer and grammar, {@code base_yylex}: some words are other tokens when a
 * certain word follows, and a {@code U&} name or string is decoded once it is known whether {@code
 * UESCAPE} follows.
 */
final class LookAhead {
    private static final char DEFAULT_ESCAPE = '\\';

    private final Tokens tokens;
    private int last = Terminals.END;
    private boolean awaitsEscape;

    LookAhead(Tokens tokens) {
        this.tokens = tokens;
    }

    void add(int kind, int start, int end, @Nullable String value) throws SqlSyntaxException {
        if (awaitsEscape) {
            decodeWith(kind, start, end, value);
            return;
        }
        if (last == Terminals.UIDENT || last == Terminals.USCONST) {
            if (kind == Terminals.UESCAPE) {
                awaitsEscape = true;
                return;
            }
            decodeLast(DEFAULT_ESCAPE, tokens.end(tokens.count() - 1));
        } else {
            int relabelled = relabelled(last, kind);
            if (relabelled != last) {
                tokens.relabel(tokens.count() - 1, relabelled);
            }
        }
        tokens.add(kind, start, end, value);
        last = kind;
    }

    private static int relabelled(int kind, int next) {
        if (kind == Terminals.NOT) {
            boolean operator =
                    next == Terminals.BETWEEN
                            || next == Terminals.IN
                            || next == Terminals.LIKE
                            || next == Terminals.ILIKE
                            || next == Terminals.SIMILAR;
            return operator ? Terminals.NOT_LA : kind;
        }
        if (kind == Terminals.WITH) {
            boolean time = next == Terminals.TIME || next == Terminals.ORDINALITY;
            return time ? Terminals.WITH_LA : kind;
        }
        if (kind == Terminals.NULLS) {
            boolean order = next == Terminals.FIRST || next == Terminals.LAST;
            return order ? Terminals.NULLS_LA : kind;
        }
        if (kind == Terminals.WITHOUT) {
            return next == Terminals.TIME ? Terminals.WITHOUT_LA : kind;
        }
        if (kind == Terminals.FORMAT) {
            return next == Terminals.JSON ? Terminals.FORMAT_LA : kind;
        }
        return kind;
    }

    /** The third token of {@code U&'…' UESCAPE '…'}: a plain string of one fit character. */
    private void decodeWith(int kind, int start, int end, @Nullable String value)
            throws SqlSyntaxException {
        if (kind != Terminals.SCONST) {
            throw new SqlSyntaxException(Reason.ESCAPE, start);
        }
        tokens.add(kind, start, end, value);
        String escape = tokens.content(tokens.count() - 1);
        tokens.dropLast();
        if (escape.length() != 1 || !UnicodeEscapes.isEscapeCharacter(escape.charAt(0))) {
            throw new SqlSyntaxException(Reason.ESCAPE, start);
        }
        decodeLast(escape.charAt(0), end);
        awaitsEscape = false;
        last = Terminals.END;
    }

    private void decodeLast(char escape, int end) throws SqlSyntaxException {
        int token = tokens.count() - 1;
        String decoded = UnicodeEscapes.decode(tokens.content(token), escape, tokens.start(token));
        if (last == Terminals.UIDENT) {
            tokens.replaceLast(Terminals.IDENT, end, Characters.truncate(decoded));
        } else {
            tokens.replaceLast(Terminals.SCONST, end, decoded);
        }
    }
}
