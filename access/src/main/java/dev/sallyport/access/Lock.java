package dev.sallyport.access;

import java.time.Instant;
import java.util.Locale;

/**
 * The kill switch as data: closes and refuses every session that it matches until it is lifted.
 *
 * @param subject what it locks by
 * @param value the agent, owner, run, grant or session id, or the target's {@code ssh:name}; empty
 *     for {@link Subject#ALL}
 * @param cause an operator's kill, or a grant handed back
 */
public record Lock(
        String id,
        Subject subject,
        String value,
        Cause cause,
        String reason,
        String by,
        Instant at) {

    /** What a lock matches on. */
    public enum Subject {
        AGENT,
        OWNER,
        RUN,
        GRANT,
        SESSION,
        TARGET,
        ALL;

        /** The word of CLI, API and events. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The value that a lock of this subject must have to cover the session {@code session} of
         * {@code grant} on {@code target}.
         */
        String of(Grant grant, String session, Target target) {
            return switch (this) {
                case AGENT -> grant.agent().id();
                case OWNER -> grant.agent().owner();
                case RUN -> grant.agent().run();
                case GRANT -> grant.id();
                case SESSION -> session;
                case TARGET -> target.toString();
                case ALL -> "";
            };
        }
    }

    /** Why a lock exists; decides between the verdicts {@code killed} and {@code expired}. */
    public enum Cause {
        KILL,
        RELEASE
    }

    public Lock {
        Words.requireText("lock id", id);
        Words.requireClean("lock reason", reason);
        Words.requireText("lock author", by);
        Words.requireClean("lock value", value);
        if (subject == Subject.ALL != value.isEmpty()) {
            throw new IllegalArgumentException("a lock has a value unless it locks all");
        }
        if (subject == Subject.TARGET) {
            // A lock that can match nothing would only look like a closed door.
            Target.parse(value);
        }
    }

    /**
     * True when this lock covers the session {@code session} of {@code grant} on {@code target}.
     */
    public boolean matches(Grant grant, String session, Target target) {
        return value.equals(subject.of(grant, session, target));
    }
}
