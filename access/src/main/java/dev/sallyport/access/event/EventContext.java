package dev.sallyport.access.event;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Target;

/**
 * Whom and what an event is about; an empty string means "does not apply" and is left out of the
 * record.
 */
public record EventContext(
        String session,
        String grant,
        String agent,
        String owner,
        String run,
        String intent,
        String target) {

    /** Nothing is known yet: a refused handshake. */
    public static final EventContext NONE = new EventContext("", "", "", "", "", "", "");

    /** The context of a session under {@code grant}. */
    public static EventContext of(String session, Grant grant, Target target) {
        return of(grant).inSession(session, target.toString());
    }

    /** The context of a grant outside of any session. */
    public static EventContext of(Grant grant) {
        return new EventContext(
                "",
                grant.id(),
                grant.agent().id(),
                grant.agent().owner(),
                grant.agent().run(),
                grant.intent(),
                "");
    }

    /** The same context in a session; {@code target} may be empty when it is not known. */
    public EventContext inSession(String session, String target) {
        return new EventContext(session, grant, agent, owner, run, intent, target);
    }
}
