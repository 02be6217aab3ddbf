package dev.sallyport.proxy.db.wire;

import dev.sallyport.proxy.db.wire.BackendMessage.AuthenticationCleartextPassword;
import dev.sallyport.proxy.db.wire.BackendMessage.AuthenticationMd5Password;
import dev.sallyport.proxy.db.wire.BackendMessage.AuthenticationOk;
import dev.sallyport.proxy.db.wire.BackendMessage.AuthenticationSasl;
import dev.sallyport.proxy.db.wire.BackendMessage.AuthenticationSaslContinue;
import dev.sallyport.proxy.db.wire.BackendMessage.AuthenticationSaslFinal;
import dev.sallyport.proxy.db.wire.BackendMessage.BackendKeyData;
import dev.sallyport.proxy.db.wire.BackendMessage.BindComplete;
import dev.sallyport.proxy.db.wire.BackendMessage.CloseComplete;
import dev.sallyport.proxy.db.wire.BackendMessage.CommandComplete;
import dev.sallyport.proxy.db.wire.BackendMessage.CopyBothResponse;
import dev.sallyport.proxy.db.wire.BackendMessage.CopyData;
import dev.sallyport.proxy.db.wire.BackendMessage.CopyDone;
import dev.sallyport.proxy.db.wire.BackendMessage.CopyInResponse;
import dev.sallyport.proxy.db.wire.BackendMessage.CopyOutResponse;
import dev.sallyport.proxy.db.wire.BackendMessage.DataRow;
import dev.sallyport.proxy.db.wire.BackendMessage.EmptyQueryResponse;
import dev.sallyport.proxy.db.wire.BackendMessage.ErrorResponse;
import dev.sallyport.proxy.db.wire.BackendMessage.FunctionCallResponse;
import dev.sallyport.proxy.db.wire.BackendMessage.NegotiateProtocolVersion;
import dev.sallyport.proxy.db.wire.BackendMessage.NoData;
import dev.sallyport.proxy.db.wire.BackendMessage.NoticeResponse;
import dev.sallyport.proxy.db.wire.BackendMessage.NotificationResponse;
import dev.sallyport.proxy.db.wire.BackendMessage.ParameterDescription;
import dev.sallyport.proxy.db.wire.BackendMessage.ParameterStatus;
import dev.sallyport.proxy.db.wire.BackendMessage.ParseComplete;
import dev.sallyport.proxy.db.wire.BackendMessage.PortalSuspended;
import dev.sallyport.proxy.db.wire.BackendMessage.ReadyForQuery;
import dev.sallyport.proxy.db.wire.BackendMessage.RowDescription;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The bodies of a server's messages, each with its layout as in the manual. */
final class BackendBodies {
    private BackendBodies() {}

    /** Reads a complete frame, which stays the caller's when this throws. */
    static BackendMessage read(BackendType type, ByteBuf frame) {
        MessageReader body = new MessageReader(type.title(), frame, Framing.HEADER);
        BackendMessage message =
                switch (type) {
                    case AUTHENTICATION -> authentication(frame, body);
                    case PARAMETER_STATUS -> parameterStatus(frame, body);
                    case BACKEND_KEY_DATA -> new BackendKeyData(frame, CancelKey.read(body, frame));
                    case NEGOTIATE_PROTOCOL_VERSION -> negotiateProtocolVersion(frame, body);
                    case READY_FOR_QUERY -> new ReadyForQuery(frame, TransactionStatus.read(body));
                    case ROW_DESCRIPTION -> rowDescription(frame, body);
                    case DATA_ROW -> dataRow(frame, body);
                    case COMMAND_COMPLETE -> new CommandComplete(frame, body.string("a tag"));
                    case EMPTY_QUERY_RESPONSE -> new EmptyQueryResponse(frame);
                    case ERROR_RESPONSE -> new ErrorResponse(frame, errorFields(body));
                    case NOTICE_RESPONSE -> new NoticeResponse(frame, errorFields(body));
                    case NOTIFICATION_RESPONSE -> notificationResponse(frame, body);
                    case PARAMETER_DESCRIPTION -> parameterDescription(frame, body);
                    case PARSE_COMPLETE -> new ParseComplete(frame);
                    case BIND_COMPLETE -> new BindComplete(frame);
                    case CLOSE_COMPLETE -> new CloseComplete(frame);
                    case NO_DATA -> new NoData(frame);
                    case PORTAL_SUSPENDED -> new PortalSuspended(frame);
                    case COPY_IN_RESPONSE -> new CopyInResponse(frame, CopyFormats.read(body));
                    case COPY_OUT_RESPONSE -> new CopyOutResponse(frame, CopyFormats.read(body));
                    case COPY_BOTH_RESPONSE -> new CopyBothResponse(frame, CopyFormats.read(body));
                    case COPY_DATA -> copyData(frame, body);
                    case COPY_DONE -> new CopyDone(frame);
                    case FUNCTION_CALL_RESPONSE -> functionCallResponse(frame, body);
                };
        body.end();
        return message;
    }

    /** {@code 'R' Int32 | Int32 code}, then what the code calls for. */
    private static BackendMessage authentication(ByteBuf frame, MessageReader body) {
        int code = body.int32("the kind");
        return switch (code) {
            case 0 -> new AuthenticationOk(frame);
            case 3 -> new AuthenticationCleartextPassword(frame);
            case 5 -> new AuthenticationMd5Password(frame, body.int32("the salt"));
            case 10 -> new AuthenticationSasl(frame, strings(body, "a mechanism"));
            case 11 -> new AuthenticationSaslContinue(frame, rest(frame, body));
            case 12 -> new AuthenticationSaslFinal(frame, rest(frame, body));
            default -> throw body.violation("is of a kind that is not spoken");
        };
    }

    /** {@code String} any number of times, then one zero byte. */
    private static List<String> strings(MessageReader body, String what) {
        List<String> strings = new ArrayList<>();
        String string = body.string(what);
        while (!string.isEmpty()) {
            strings.add(string);
            string = body.string(what);
        }
        return strings;
    }

    private static ByteBuf rest(ByteBuf frame, MessageReader body) {
        int length = body.remaining();
        return frame.slice(body.rest("the data"), length);
    }

    /** {@code 'S' Int32 | String name, String value}. */
    private static ParameterStatus parameterStatus(ByteBuf frame, MessageReader body) {
        return new ParameterStatus(frame, body.string("a name"), body.string("a value"));
    }

    /**
     * {@code 'v' Int32 | Int32 newest version, Int32 n, String[n] unrecognized options}. The manual
     * speaks of a minor version; servers send, and libpq reads, major and minor.
     */
    private static NegotiateProtocolVersion negotiateProtocolVersion(
            ByteBuf frame, MessageReader body) {
        ProtocolVersion newest = ProtocolVersion.of(body.int32("the version"));
        if (newest.major() != ProtocolVersion.V3_0.major()) {
            throw body.violation("offers a protocol other than 3");
        }
        int count = body.int32("the number of options");
        if (count < 0 || count > body.remaining()) {
            throw body.violation("is too short for the number of options");
        }
        List<String> unrecognized = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            unrecognized.add(body.string("an option"));
        }
        return new NegotiateProtocolVersion(frame, newest, unrecognized);
    }

    /**
     * {@code 'T' Int32 | Int16 n, (String name, Int32 table OID, Int16 attribute number, Int32 type
     * OID, Int16 type size, Int32 type modifier, Int16 format)[n]}.
     */
    private static RowDescription rowDescription(ByteBuf frame, MessageReader body) {
        int least = 1 + 3 * Integer.BYTES + 3 * Short.BYTES;
        int count = body.count("the number of columns", least);
        List<Column> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            columns.add(
                    new Column(
                            body.string("a column's name"),
                            body.oid("a column's table"),
                            body.int16("a column's attribute number"),
                            body.oid("a column's type"),
                            body.int16("a column's size"),
                            body.int32("a column's modifier"),
                            Format.read(body)));
        }
        return new RowDescription(frame, columns);
    }

    /** {@code 'D' Int32 | Int16 n, (Int32 length or -1, Byte[length])[n]}. */
    private static DataRow dataRow(ByteBuf frame, MessageReader body) {
        int length = body.remaining();
        RowWalk walk = new RowWalk(body.count("the number of columns", Integer.BYTES), length);
        walk.over(frame, body.at(), frame.writerIndex());
        body.rest("the columns");
        return new DataRow(frame, length, walk.columns(), true, true);
    }

    /** The values of a whole DataRow. */
    static Values values(ByteBuf frame) {
        String title = BackendType.DATA_ROW.title();
        return Values.read(new MessageReader(title, frame, Framing.HEADER), frame, "a column");
    }

    /**
     * {@code 'E' or 'N' Int32 | (Byte1 field, String text) any number of times, then one zero
     * byte}. Fields of later versions stay in the frame only.
     */
    private static ErrorFields errorFields(MessageReader body) {
        Map<ErrorField, String> texts = new EnumMap<>(ErrorField.class);
        int code = body.int8("a field");
        while (code != 0) {
            String text = body.lenientString("a field's text");
            Optional<ErrorField> field = ErrorField.of(code);
            if (field.isPresent() && texts.put(field.get(), text) != null) {
                throw body.violation("has a field twice");
            }
            code = body.int8("a field");
        }
        return new ErrorFields(texts);
    }

    /** {@code 'A' Int32 | Int32 process id, String channel, String payload}. */
    private static NotificationResponse notificationResponse(ByteBuf frame, MessageReader body) {
        int processId = body.int32("the process id");
        String channel = body.string("a channel");
        return new NotificationResponse(frame, processId, channel, body.string("a payload"));
    }

    /** {@code 't' Int32 | Int16 n, Int32[n] type OIDs}. */
    private static ParameterDescription parameterDescription(ByteBuf frame, MessageReader body) {
        int count = body.count("the number of parameters", Integer.BYTES);
        List<Long> types = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            types.add(body.oid("a parameter's type"));
        }
        return new ParameterDescription(frame, types);
    }

    /** {@code 'd' Int32 | Byten}. */
    private static CopyData copyData(ByteBuf frame, MessageReader body) {
        int length = body.remaining();
        body.rest("the data");
        return new CopyData(frame, length, true, true);
    }

    /** {@code 'V' Int32 | Int32 length or -1, Byte[length]}. */
    private static FunctionCallResponse functionCallResponse(ByteBuf frame, MessageReader body) {
        return new FunctionCallResponse(frame, Values.readOne(body, frame, "the result"));
    }
}
