package dev.sallyport.proxy.db.wire;

import java.util.Arrays;

/** First bytes of the messages that a backend sends; the only place where they are spelled. */
enum BackendType {
    AUTHENTICATION('R', "Authentication"),
    PARAMETER_STATUS('S', "ParameterStatus"),
    BACKEND_KEY_DATA('K', "BackendKeyData"),
    NEGOTIATE_PROTOCOL_VERSION('v', "NegotiateProtocolVersion"),
    READY_FOR_QUERY('Z', "ReadyForQuery"),
    ROW_DESCRIPTION('T', "RowDescription"),
    DATA_ROW('D', "DataRow"),
    COMMAND_COMPLETE('C', "CommandComplete"),
    EMPTY_QUERY_RESPONSE('I', "EmptyQueryResponse"),
    ERROR_RESPONSE('E', "ErrorResponse"),
    NOTICE_RESPONSE('N', "NoticeResponse"),
    NOTIFICATION_RESPONSE('A', "NotificationResponse"),
    PARAMETER_DESCRIPTION('t', "ParameterDescription"),
    PARSE_COMPLETE('1', "ParseComplete"),
    BIND_COMPLETE('2', "BindComplete"),
    CLOSE_COMPLETE('3', "CloseComplete"),
    NO_DATA('n', "NoData"),
    PORTAL_SUSPENDED('s', "PortalSuspended"),
    COPY_IN_RESPONSE('G', "CopyInResponse"),
    COPY_OUT_RESPONSE('H', "CopyOutResponse"),
    COPY_BOTH_RESPONSE('W', "CopyBothResponse"),
    COPY_DATA('d', "CopyData"),
    COPY_DONE('c', "CopyDone"),
    FUNCTION_CALL_RESPONSE('V', "FunctionCallResponse");

    private static final BackendType[] BY_CODE = new BackendType[128];

    static {
        Arrays.stream(values()).forEach(type -> BY_CODE[type.code] = type);
    }

    private final byte code;
    private final String title;

    BackendType(char code, String title) {
        this.code = (byte) code;
        this.title = title;
    }

    static BackendType of(byte code) {
        BackendType type = code < 0 ? null : BY_CODE[code];
        if (type == null) {
            throw new ProtocolViolation("backend message", "is of no known type");
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
