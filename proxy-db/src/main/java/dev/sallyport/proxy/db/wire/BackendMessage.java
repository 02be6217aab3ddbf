package dev.sallyport.proxy.db.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a server sends. Names are the manual's; who owns the buffers says {@link WireMessage}. Texts
 * that repeat data are not printed by {@code toString}.
 *
 * @see <a href="https://www.postgresql.org/docs/18/protocol-message-formats.html">Formats</a>
 */
public sealed interface BackendMessage extends WireMessage {
    /** A step of the login. Methods that Sallyport does not speak are violations. */
    sealed interface Authentication extends BackendMessage {}

    /** The login is done. */
    record AuthenticationOk(ByteBuf frame) implements Authentication {}

    /** Wants the password itself: to be refused unless configured. */
    record AuthenticationCleartextPassword(ByteBuf frame) implements Authentication {}

    /** Wants a hash of the password: to be refused unless configured. */
    record AuthenticationMd5Password(ByteBuf frame, int salt) implements Authentication {}

    /** Offers SASL mechanisms in the order of the server's preference. */
    record AuthenticationSasl(ByteBuf frame, List<String> mechanisms) implements Authentication {
        public AuthenticationSasl {
            mechanisms = List.copyOf(mechanisms);
        }
    }

    /** Goes on with SASL; {@code data} is a view. */
    record AuthenticationSaslContinue(ByteBuf frame, ByteBuf data) implements Authentication {}

    /** Ends SASL; {@code data} is a view. */
    record AuthenticationSaslFinal(ByteBuf frame, ByteBuf data) implements Authentication {}

    /** A setting that the client should know, at the login and after each change. */
    record ParameterStatus(ByteBuf frame, String name, String value) implements BackendMessage {}

    /** The key that cancels this session: never to be forwarded. */
    record BackendKeyData(ByteBuf frame, CancelKey key) implements BackendMessage {}

    /**
     * The server knows less than it was asked for.
     *
     * @param newest what is spoken from now on; never newer than what was asked for
     * @param unrecognized protocol options that the server does not know
     */
    record NegotiateProtocolVersion(
            ByteBuf frame, ProtocolVersion newest, List<String> unrecognized)
            implements BackendMessage {
        public NegotiateProtocolVersion {
            unrecognized = List.copyOf(unrecognized);
        }
    }

    /** The server waits for the next Query or pipeline. */
    record ReadyForQuery(ByteBuf frame, TransactionStatus status) implements BackendMessage {}

    /** The columns of the rows that follow. */
    record RowDescription(ByteBuf frame, List<Column> columns) implements BackendMessage {
        public RowDescription {
            columns = List.copyOf(columns);
        }
    }

    /**
     * A row or a piece of one. A row of up to 64 KiB, and any row under {@link RowDelivery#WHOLE},
     * is one piece, first and last at once; a longer one comes as it arrives, and its pieces joined
     * are its bytes. Lengths inside were checked in either case.
     *
     * @param length of the whole message behind its header, in bytes
     * @param columns of the whole row
     */
    record DataRow(ByteBuf frame, int length, int columns, boolean first, boolean last)
            implements BackendMessage {
        /** The values of a row that is whole; views. */
        public Values values() {
            if (!first || !last) {
                throw new IllegalStateException("only a whole row has values");
            }
            return BackendBodies.values(frame);
        }
    }

    /**
     * A statement has finished.
     *
     * @param tag for example {@code INSERT 0 1}
     */
    record CommandComplete(ByteBuf frame, String tag) implements BackendMessage {
        /** Rows that were read or changed, which is the tag's last word; empty without one. */
        public OptionalLong rows() {
            String last = tag.substring(tag.lastIndexOf(' ') + 1);
            return last.matches("[0-9]{1,18}")
                    ? OptionalLong.of(Long.parseLong(last))
                    : OptionalLong.empty();
        }
    }

    /** There was no statement in the text; stands for CommandComplete. */
    record EmptyQueryResponse(ByteBuf frame) implements BackendMessage {}

    /** A statement has failed. Before the login its text may be in any encoding. */
    record ErrorResponse(ByteBuf frame, ErrorFields fields) implements BackendMessage {}

    /** A warning or the like, at any time. */
    record NoticeResponse(ByteBuf frame, ErrorFields fields) implements BackendMessage {}

    /** Somebody notified a channel that this session listens to, at any time. */
    record NotificationResponse(ByteBuf frame, int processId, String channel, String payload)
            implements BackendMessage {
        @Override
        public String toString() {
            return "NotificationResponse[" + payload.length() + " characters]";
        }
    }

    /** What a statement's parameters are, by OID. */
    record ParameterDescription(ByteBuf frame, List<Long> types) implements BackendMessage {
        public ParameterDescription {
            types = List.copyOf(types);
        }
    }

    /** A Parse has succeeded. */
    record ParseComplete(ByteBuf frame) implements BackendMessage {}

    /** A Bind has succeeded. */
    record BindComplete(ByteBuf frame) implements BackendMessage {}

    /** A Close has succeeded. */
    record CloseComplete(ByteBuf frame) implements BackendMessage {}

    /** What was described returns no rows. */
    record NoData(ByteBuf frame) implements BackendMessage {}

    /** The portal has more rows than the Execute asked for. */
    record PortalSuspended(ByteBuf frame) implements BackendMessage {}

    /** The server waits for CopyData. */
    record CopyInResponse(ByteBuf frame, CopyFormats formats) implements BackendMessage {}

    /** CopyData follows. */
    record CopyOutResponse(ByteBuf frame, CopyFormats formats) implements BackendMessage {}

    /** CopyData flows both ways: replication. */
    record CopyBothResponse(ByteBuf frame, CopyFormats formats) implements BackendMessage {}

    /**
     * A CopyData or a piece of one, as in {@link FrontendMessage.CopyData}. Servers put one row in
     * each message.
     *
     * @param length of the data of the whole message, in bytes
     */
    record CopyData(ByteBuf frame, int length, boolean first, boolean last)
            implements BackendMessage {
        /** The data of this piece, without type and length; a view. */
        public ByteBuf data() {
            return Framing.data(frame, first);
        }
    }

    /** All rows of a COPY OUT were sent. */
    record CopyDone(ByteBuf frame) implements BackendMessage {}

    /** What a FunctionCall returned: one value, which may be NULL. */
    record FunctionCallResponse(ByteBuf frame, Values result) implements BackendMessage {}
}
