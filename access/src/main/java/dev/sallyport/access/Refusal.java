package dev.sallyport.access;

import java.util.Locale;

/**
 * An expected "no", as a value. Its one JSON shape is written by {@link
 * dev.sallyport.access.event.EventJson#refusal}.
 *
 * @param verdict the machine's word
 * @param rule the rule that decided: a policy id, {@code scope}, {@code lock}, {@code grant}, …
 * @param reason for people; names nothing that the grant does not name
 * @param session session id, or empty before there is one
 * @param grant grant id, or empty when none was proven
 * @param next a command that would help, or empty
 * @param retryAfterSeconds when trying again makes sense; 0 = it does not
 */
public record Refusal(
        Verdict verdict,
        String rule,
        String reason,
        String session,
        String grant,
        String next,
        long retryAfterSeconds) {

    /** The closed set of refusal words. */
    public enum Verdict {
        DENY,
        HELD,
        KILLED,
        BUDGET,
        EXPIRED,
        UNRECORDABLE;

        /** The word on the wire. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A denial before there is a session; what leaves the proxy is the same for all of them. */
    public static Refusal deny(String rule, String reason) {
        return new Refusal(Verdict.DENY, rule, reason, "", "", "", 0);
    }

    /** The same refusal with the session and grant that it concerns. */
    public Refusal in(String session, String grant) {
        return new Refusal(verdict, rule, reason, session, grant, next, retryAfterSeconds);
    }

    /** The same refusal with a helpful next command. */
    public Refusal withNext(String next) {
        return new Refusal(verdict, rule, reason, session, grant, next, retryAfterSeconds);
    }
}
