package dev.sallyport.proxy.db.wire;

/**
 * How long a client's messages may be: the declared length, without the type byte. Checked before a
 * byte of the body is kept.
 *
 * @param text of Query and Parse, whose SQL is parsed, judged and recorded as a whole
 * @param values of Bind and FunctionCall, which are judged with their values and so kept whole
 */
public record FrontendLimits(int text, int values) {
    /** CopyData streams; PostgreSQL itself takes no message of 1 GiB or more. */
    static final int STREAMED = 0x3FFF_FFFF;

    /** Names and reasons; the server's own limit for such messages (PQ_SMALL_MESSAGE_LIMIT). */
    private static final int SMALL = 10_000;

    /** The server's own limit before authentication (PG_MAX_AUTH_TOKEN_LENGTH). */
    private static final int PASSWORD = 65_535;

    /** Type and length take five bytes; a message without a body has a length of four. */
    private static final int EMPTY = 4;

    private static final int MIB = 1 << 20;

    /** 1 MiB of SQL, 64 MiB of values. */
    public static final FrontendLimits DEFAULT = new FrontendLimits(MIB, 64 * MIB);

    public FrontendLimits {
        if (text < SMALL || text > STREAMED || values < SMALL || values > STREAMED) {
            throw new IllegalArgumentException("a limit lies between 10,000 bytes and 1 GiB");
        }
    }

    int of(FrontendType type) {
        return switch (type) {
            case QUERY, PARSE -> text;
            case BIND, FUNCTION_CALL -> values;
            case COPY_DATA -> STREAMED;
            case DESCRIBE, EXECUTE, CLOSE, COPY_FAIL -> SMALL;
            case SYNC, FLUSH, COPY_DONE, TERMINATE -> EMPTY;
            case PASSWORD -> PASSWORD;
        };
    }
}
