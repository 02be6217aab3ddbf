package dev.sallyport.proxy.db.wire;

import java.util.Arrays;

/** First bytes of the messages that a frontend sends; the only place where they are spelled. */
enum FrontendType {
    QUERY('Q', "Query"),
    PARSE('P', "Parse"),
    BIND('B', "Bind"),
    DESCRIBE('D', "Describe"),
    EXECUTE('E', "Execute"),
    SYNC('S', "Sync"),
    FLUSH('H', "Flush"),
    CLOSE('C', "Close"),
    FUNCTION_CALL('F', "FunctionCall"),
    COPY_DATA('d', "CopyData"),
    COPY_DONE('c', "CopyDone"),
    COPY_FAIL('f', "CopyFail"),
    TERMINATE('X', "Terminate"),
    /** PasswordMessage, SASLInitialResponse and SASLResponse share one byte. */
    PASSWORD('p', "PasswordMessage");

    private static final FrontendType[] BY_CODE = new FrontendType[128];

    static {
        Arrays.stream(values()).forEach(type -> BY_CODE[type.code] = type);
    }

    private final byte code;
    private final String title;

    FrontendType(char code, String title) {
        this.code = (byte) code;
        this.title = title;
    }

    static FrontendType of(byte code) {
        FrontendType type = code < 0 ? null : BY_CODE[code];
        if (type == null) {
            throw new ProtocolViolation("frontend message", "is of no known type");
        }
        return type;
    }

    byte code() {
        return code;
    }

    /** The manual's name. */
    String title() {
        return title;
    }
}
