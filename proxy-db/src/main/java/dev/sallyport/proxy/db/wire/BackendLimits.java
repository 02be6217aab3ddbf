package dev.sallyport.proxy.db.wire;

/**
 * How long a server's messages may be: the declared length, without the type byte. A target is
 * trusted no further than a client.
 *
 * @param wholeRow of a DataRow that is not streamed, and of a FunctionCallResponse
 * @param report of ErrorResponse and NoticeResponse, whose texts repeat data of any size
 */
public record BackendLimits(int wholeRow, int report) {
    /** DataRow and CopyData stream; PostgreSQL itself builds no message of 1 GiB or more. */
    static final int STREAMED = 0x3FFF_FFFF;

    /** The bound of libpq for all messages that are not known to be long. */
    private static final int SMALL = 30_000;

    /** 1,664 columns, the server's maximum, with names of 63 bytes take 137 KB. */
    private static final int ROW_DESCRIPTION = 256 * 1024;

    /** Int32 length, Int16 count, and an OID for each of 65,535 parameters. */
    private static final int PARAMETER_DESCRIPTION = 4 + 2 + 4 * 65_535;

    /** A message without a body has a length of four. */
    private static final int EMPTY = 4;

    private static final int MIB = 1 << 20;

    /** 64 MiB of a row, 1 MiB of an error. */
    public static final BackendLimits DEFAULT = new BackendLimits(64 * MIB, MIB);

    public BackendLimits {
        if (wholeRow < SMALL || wholeRow > STREAMED || report < SMALL || report > STREAMED) {
            throw new IllegalArgumentException("a limit lies between 30,000 bytes and 1 GiB");
        }
    }

    int of(BackendType type, RowDelivery rows) {
        return switch (type) {
            case DATA_ROW -> rows == RowDelivery.WHOLE ? wholeRow : STREAMED;
            case COPY_DATA -> STREAMED;
            case FUNCTION_CALL_RESPONSE -> wholeRow;
            case ERROR_RESPONSE, NOTICE_RESPONSE -> report;
            case ROW_DESCRIPTION -> ROW_DESCRIPTION;
            case PARAMETER_DESCRIPTION -> PARAMETER_DESCRIPTION;
            case EMPTY_QUERY_RESPONSE,
                    PARSE_COMPLETE,
                    BIND_COMPLETE,
                    CLOSE_COMPLETE,
                    NO_DATA,
                    PORTAL_SUSPENDED,
                    COPY_DONE ->
                    EMPTY;
            case AUTHENTICATION,
                    PARAMETER_STATUS,
                    BACKEND_KEY_DATA,
                    NEGOTIATE_PROTOCOL_VERSION,
                    READY_FOR_QUERY,
                    COMMAND_COMPLETE,
                    NOTIFICATION_RESPONSE,
                    COPY_IN_RESPONSE,
                    COPY_OUT_RESPONSE,
                    COPY_BOTH_RESPONSE ->
                    SMALL;
        };
    }
}
