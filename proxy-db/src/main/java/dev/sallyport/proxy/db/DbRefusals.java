package dev.sallyport.proxy.db;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.event.EventJson;
import dev.sallyport.access.gate.Session;
import dev.sallyport.proxy.db.wire.BackendEncoder;
import dev.sallyport.proxy.db.wire.ErrorField;
import dev.sallyport.proxy.db.wire.ErrorFields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * Says no in PostgreSQL's words: an ErrorResponse whose message people read and whose detail is the
 * one line of JSON that programs read. Before a grant is proven every no is the same. Stateless.
 *
 * @see <a href="https://www.postgresql.org/docs/18/errcodes-appendix.html">Error codes</a>
 */
final class DbRefusals {
    /** {@code insufficient_privilege}. */
    static final String NOT_PERMITTED = "42501";

    /** {@code query_canceled}. */
    static final String CANCELLED = "57014";

    /** {@code admin_shutdown}: what a terminated backend says. */
    static final String TERMINATED = "57P01";

    /** {@code invalid_authorization_specification}. */
    static final String NOT_AUTHORISED = "28000";

    /** {@code configuration_limit_exceeded}. */
    static final String OVER_LIMIT = "53400";

    /** {@code io_error}: what could not be recorded did not happen. */
    static final String UNRECORDABLE = "58030";

    private DbRefusals() {}

    /** What happens when nothing can be written down. */
    static Refusal unrecordable(Session session) {
        return new Refusal(
                Refusal.Verdict.UNRECORDABLE,
                "recorder",
                "the session can no longer be recorded",
                session.id(),
                session.grant().grant().id(),
                "",
                0);
    }

    /** One statement is refused; the session goes on. */
    static ErrorFields statement(Refusal refusal) {
        return fields("ERROR", code(refusal), refusal);
    }

    /** The session ends. */
    static ErrorFields fatal(Refusal refusal) {
        String code = refusal.verdict() == Refusal.Verdict.DENY ? TERMINATED : code(refusal);
        return fields("FATAL", code, refusal);
    }

    /** The one answer to everybody who has not proved a grant. */
    static ErrorFields stranger() {
        return ErrorFields.of("FATAL", NOT_AUTHORISED, "access denied")
                .with(
                        ErrorField.HINT,
                        "Connect with the service file of a grant: sallyport request --help");
    }

    /** A statement waits for a human. */
    static ErrorFields held(Refusal held) {
        return ErrorFields.of("NOTICE", "00000", "sallyport: " + held.reason())
                .with(ErrorField.SEVERITY_NONLOCALIZED, "NOTICE")
                .with(ErrorField.DETAIL, json(held));
    }

    private static ErrorFields fields(String severity, String code, Refusal refusal) {
        ErrorFields fields =
                ErrorFields.of(severity, code, "sallyport: " + refusal.reason())
                        .with(ErrorField.DETAIL, json(refusal));
        return refusal.next().isEmpty() ? fields : fields.with(ErrorField.HINT, refusal.next());
    }

    private static String code(Refusal refusal) {
        return switch (refusal.verdict()) {
            case DENY -> refusal.rule().equals("withdrawn") ? CANCELLED : NOT_PERMITTED;
            case HELD -> NOT_PERMITTED;
            case KILLED, EXPIRED -> TERMINATED;
            case BUDGET -> OVER_LIMIT;
            case UNRECORDABLE -> UNRECORDABLE;
        };
    }

    private static String json(Refusal refusal) {
        return new String(EventJson.refusal(refusal), StandardCharsets.UTF_8).strip();
    }

    /** As a message. */
    static ByteBuf error(ByteBufAllocator allocator, ErrorFields fields) {
        ByteBuf out = allocator.buffer();
        BackendEncoder.errorResponse(out, fields);
        return out;
    }
}
