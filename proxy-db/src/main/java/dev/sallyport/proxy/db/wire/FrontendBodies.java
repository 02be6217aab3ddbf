package dev.sallyport.proxy.db.wire;

import dev.sallyport.proxy.db.wire.FrontendMessage.Bind;
import dev.sallyport.proxy.db.wire.FrontendMessage.Close;
import dev.sallyport.proxy.db.wire.FrontendMessage.CopyData;
import dev.sallyport.proxy.db.wire.FrontendMessage.CopyDone;
import dev.sallyport.proxy.db.wire.FrontendMessage.CopyFail;
import dev.sallyport.proxy.db.wire.FrontendMessage.Describe;
import dev.sallyport.proxy.db.wire.FrontendMessage.Execute;
import dev.sallyport.proxy.db.wire.FrontendMessage.Flush;
import dev.sallyport.proxy.db.wire.FrontendMessage.FunctionCall;
import dev.sallyport.proxy.db.wire.FrontendMessage.Parse;
import dev.sallyport.proxy.db.wire.FrontendMessage.PasswordMessage;
import dev.sallyport.proxy.db.wire.FrontendMessage.Query;
import dev.sallyport.proxy.db.wire.FrontendMessage.SaslInitialResponse;
import dev.sallyport.proxy.db.wire.FrontendMessage.SaslResponse;
import dev.sallyport.proxy.db.wire.FrontendMessage.Sync;
import dev.sallyport.proxy.db.wire.FrontendMessage.Terminate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** The bodies of a client's messages, each with its layout as in the manual. */
final class FrontendBodies {
    private FrontendBodies() {}

    /** Reads a complete frame, which stays the caller's when this throws. */
    static FrontendMessage read(FrontendType type, ByteBuf frame, PasswordKind expected) {
        MessageReader body = new MessageReader(type.title(), frame, Framing.HEADER);
        FrontendMessage message =
                switch (type) {
                    case QUERY -> query(frame, body);
                    case PARSE -> parse(frame, body);
                    case BIND -> bind(frame, body);
                    case DESCRIBE -> describe(frame, body);
                    case EXECUTE -> execute(frame, body);
                    case SYNC -> new Sync(frame);
                    case FLUSH -> new Flush(frame);
                    case CLOSE -> close(frame, body);
                    case FUNCTION_CALL -> functionCall(frame, body);
                    case COPY_DATA -> copyData(frame, body);
                    case COPY_DONE -> new CopyDone(frame);
                    case COPY_FAIL -> copyFail(frame, body);
                    case TERMINATE -> new Terminate(frame);
                    case PASSWORD -> password(frame, body, expected);
                };
        body.end();
        return message;
    }

    /** {@code 'Q' Int32 | String text}. */
    private static Query query(ByteBuf frame, MessageReader body) {
        return new Query(frame, body.string("a text"));
    }

    /** {@code 'P' Int32 | String statement, String text, Int16 n, Int32[n] type OIDs}. */
    private static Parse parse(ByteBuf frame, MessageReader body) {
        String statement = body.string("a statement's name");
        String text = body.string("a text");
        int count = body.count("the number of parameter types", Integer.BYTES);
        List<Long> types = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            types.add(body.oid("a parameter type"));
        }
        return new Parse(frame, statement, text, types);
    }

    /**
     * {@code 'B' Int32 | String portal, String statement, Int16 c, Int16[c] parameter formats,
     * Int16 n, (Int32 length, Byte[length])[n], Int16 r, Int16[r] result formats}.
     */
    private static Bind bind(ByteBuf frame, MessageReader body) {
        String portal = body.string("a portal's name");
        String statement = body.string("a statement's name");
        List<Format> formats = Format.readList(body);
        Values parameters = Values.read(body, frame, "a parameter");
        demandFormatsFit(body, formats, parameters);
        return new Bind(frame, portal, statement, formats, parameters, Format.readList(body));
    }

    /** No code, one for all, or one for each. */
    private static void demandFormatsFit(MessageReader body, List<Format> formats, Values values) {
        if (formats.size() > 1 && formats.size() != values.count()) {
            throw body.violation("has neither one format code nor one for each value");
        }
    }

    /** {@code 'D' Int32 | Byte1 'S' or 'P', String name}. */
    private static Describe describe(ByteBuf frame, MessageReader body) {
        return new Describe(frame, StatementOrPortal.read(body), body.string("a name"));
    }

    /** {@code 'E' Int32 | String portal, Int32 maximum number of rows, 0 for all}. */
    private static Execute execute(ByteBuf frame, MessageReader body) {
        String portal = body.string("a portal's name");
        int maxRows = body.int32("the number of rows");
        if (maxRows < 0) {
            throw body.violation("has a negative number of rows");
        }
        return new Execute(frame, portal, maxRows);
    }

    /** {@code 'C' Int32 | Byte1 'S' or 'P', String name}. */
    private static Close close(ByteBuf frame, MessageReader body) {
        return new Close(frame, StatementOrPortal.read(body), body.string("a name"));
    }

    /**
     * {@code 'F' Int32 | Int32 function OID, Int16 c, Int16[c] argument formats, Int16 n, (Int32
     * length, Byte[length])[n], Int16 result format}.
     */
    private static FunctionCall functionCall(ByteBuf frame, MessageReader body) {
        long function = body.oid("the function");
        List<Format> formats = Format.readList(body);
        Values arguments = Values.read(body, frame, "an argument");
        demandFormatsFit(body, formats, arguments);
        return new FunctionCall(frame, function, formats, arguments, Format.read(body));
    }

    /** {@code 'd' Int32 | Byten}. */
    private static CopyData copyData(ByteBuf frame, MessageReader body) {
        int length = body.remaining();
        body.rest("the data");
        return new CopyData(frame, length, true, true);
    }

    /** {@code 'f' Int32 | String reason}. */
    private static CopyFail copyFail(ByteBuf frame, MessageReader body) {
        return new CopyFail(frame, body.string("a reason"));
    }

    private static FrontendMessage password(
            ByteBuf frame, MessageReader body, PasswordKind expected) {
        return switch (expected) {
            case NONE -> throw body.violation("comes although no password was asked for");
            case PASSWORD_MESSAGE -> passwordMessage(frame, body);
            case SASL_INITIAL_RESPONSE -> saslInitialResponse(frame, body);
            case SASL_RESPONSE -> {
                body.rest("the data");
                yield new SaslResponse(frame);
            }
        };
    }

    /** {@code 'p' Int32 | String password}, of which no text is made: it could not be wiped. */
    private static PasswordMessage passwordMessage(ByteBuf frame, MessageReader body) {
        int start = body.rest("the password");
        int last = frame.writerIndex() - 1;
        if (frame.indexOf(start, last + 1, (byte) 0) != last) {
            throw body.violation("has a password that does not end with the message");
        }
        return new PasswordMessage(frame);
    }

    /** {@code 'p' Int32 | String mechanism, Int32 length or -1, Byte[length] initial response}. */
    private static SaslInitialResponse saslInitialResponse(ByteBuf frame, MessageReader body) {
        String mechanism = body.string("a mechanism");
        int start = body.value("the initial response");
        ByteBuf response =
                start < 0 ? Unpooled.EMPTY_BUFFER : frame.slice(start, body.at() - start);
        return new SaslInitialResponse(frame, mechanism, response);
    }
}
