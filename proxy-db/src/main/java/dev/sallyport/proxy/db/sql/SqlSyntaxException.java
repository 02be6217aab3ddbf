package dev.sallyport.proxy.db.sql;

/**
 * The text is not what PostgreSQL's raw parser accepts, or it is over one of our limits: an act
 * nobody may do. The message names the reason and the place and never repeats SQL. Has no stack
 * trace, for hostile text is expected.
 */
public final class SqlSyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why a text was refused. */
    public enum Reason {
        /** The grammar has no such sentence. */
        SYNTAX("syntax error"),
        /** The text ends within a string, a quoted identifier or a comment. */
        UNTERMINATED("unterminated string, identifier or comment"),
        /** {@code ""} names nothing. */
        EMPTY_IDENTIFIER("zero-length delimited identifier"),
        /** A backslash or Unicode escape that is malformed or gives no valid UTF-8. */
        ESCAPE("invalid escape"),
        /** Digits that run into letters, or a radix prefix without digits. */
        NUMBER("malformed number"),
        /** {@code $n} beyond 2147483647, or followed by letters. */
        PARAMETER("malformed parameter"),
        /** An operator of 64 characters or more. */
        OPERATOR("operator too long"),
        /** A name with too many parts, or with a subscript or {@code *} within it. */
        NAME("improper qualified name"),
        /** NUL or half of a surrogate pair: not UTF-8 text. */
        NOT_TEXT("not valid text"),
        /** More characters than the caller allows. */
        TOO_LONG("text too long"),
        /** Nested deeper than PostgreSQL's own parser goes. */
        TOO_DEEP("nested too deeply");

        private final String words;

        Reason(String words) {
            this.words = words;
        }
    }

    private final Reason reason;
    private final int position;

    SqlSyntaxException(Reason reason, int position) {
        super(reason.words + " at character " + (position + 1), null, false, false);
        this.reason = reason;
        this.position = position;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** Where: an index into the text, in {@code char}s, at most its length. */
    public int position() {
        return position;
    }
}
