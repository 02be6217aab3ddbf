package dev.sallyport.proxy.db.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * What a client sends once the connection has started. Names are the manual's; who owns the buffers
 * says {@link WireMessage}. SQL and passwords are not printed by {@code toString}.
 *
 * @see <a href="https://www.postgresql.org/docs/18/protocol-message-formats.html">Formats</a>
 */
public sealed interface FrontendMessage extends WireMessage {
    /** One or more statements of the simple protocol. */
    record Query(ByteBuf frame, String text) implements FrontendMessage {
        @Override
        public String toString() {
            return "Query[" + text.length() + " characters]";
        }
    }

    /**
     * Prepares one statement.
     *
     * @param statement empty for the unnamed one
     * @param parameterTypes OIDs, 0 where the server shall find out; may be fewer than parameters
     */
    record Parse(ByteBuf frame, String statement, String text, List<Long> parameterTypes)
            implements FrontendMessage {
        public Parse {
            parameterTypes = List.copyOf(parameterTypes);
        }

        @Override
        public String toString() {
            return "Parse[" + text.length() + " characters]";
        }
    }

    /**
     * Gives a prepared statement its parameters.
     *
     * @param portal empty for the unnamed one
     * @param statement empty for the unnamed one
     * @param parameterFormats to be read through {@link Format#of(List, int)}
     * @param resultFormats as above; its number has to fit the result, which only the server knows
     */
    record Bind(
            ByteBuf frame,
            String portal,
            String statement,
            List<Format> parameterFormats,
            Values parameters,
            List<Format> resultFormats)
            implements FrontendMessage {
        public Bind {
            parameterFormats = List.copyOf(parameterFormats);
            resultFormats = List.copyOf(resultFormats);
        }
    }

    /** Asks what a statement takes and returns, or what a portal returns. */
    record Describe(ByteBuf frame, StatementOrPortal kind, String name)
            implements FrontendMessage {}

    /**
     * Runs a portal.
     *
     * @param maxRows 0 for all; a portal that has more is suspended and may be executed again
     */
    record Execute(ByteBuf frame, String portal, int maxRows) implements FrontendMessage {}

    /** Ends a pipeline: the server answers ReadyForQuery. */
    record Sync(ByteBuf frame) implements FrontendMessage {}

    /** Asks for the answers so far. */
    record Flush(ByteBuf frame) implements FrontendMessage {}

    /** Forgets a statement or portal; no error when there is none. */
    record Close(ByteBuf frame, StatementOrPortal kind, String name) implements FrontendMessage {}

    /** Calls a function by OID, without any SQL. */
    record FunctionCall(
            ByteBuf frame,
            long function,
            List<Format> argumentFormats,
            Values arguments,
            Format resultFormat)
            implements FrontendMessage {
        public FunctionCall {
            argumentFormats = List.copyOf(argumentFormats);
        }
    }

    /**
     * A CopyData or a piece of one. A message of up to 64 KiB is one piece, first and last at once;
     * a longer one comes as it arrives, and its pieces joined are its bytes.
     *
     * @param length of the data of the whole message, in bytes
     */
    record CopyData(ByteBuf frame, int length, boolean first, boolean last)
            implements FrontendMessage {
        /** The data of this piece, without type and length; a view. */
        public ByteBuf data() {
            return Framing.data(frame, first);
        }
    }

    /** Ends a COPY IN. */
    record CopyDone(ByteBuf frame) implements FrontendMessage {}

    /** Fails a COPY IN; the reason becomes part of the server's error. */
    record CopyFail(ByteBuf frame, String reason) implements FrontendMessage {
        @Override
        public String toString() {
            return "CopyFail";
        }
    }

    /** The client leaves. */
    record Terminate(ByteBuf frame) implements FrontendMessage {}

    /** A password in clear text, or its MD5 hash. */
    record PasswordMessage(ByteBuf frame) implements FrontendMessage {
        /** The password without its terminator; a view. */
        public ByteBuf password() {
            return frame.slice(Framing.HEADER, frame.writerIndex() - Framing.HEADER - 1);
        }
    }

    /**
     * Chooses a SASL mechanism.
     *
     * @param initialResponse empty also where none was sent
     */
    record SaslInitialResponse(ByteBuf frame, String mechanism, ByteBuf initialResponse)
            implements FrontendMessage {}

    /** Goes on with SASL. */
    record SaslResponse(ByteBuf frame) implements FrontendMessage {
        /** What the mechanism says; a view. */
        public ByteBuf data() {
            return Framing.data(frame, true);
        }
    }
}
