package dev.sallyport.access.event;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The closed list of event types. */
public enum EventType {
    IDENTITY_ACCEPTED,
    IDENTITY_REJECTED,
    GRANT_REQUESTED,
    GRANT_DECIDED,
    GRANT_ISSUED,
    GRANT_RENEWED,
    GRANT_RELEASED,
    GRANT_EXPIRED,
    APPROVAL_REQUESTED,
    APPROVAL_DECIDED,
    APPROVAL_REFUSED,
    APPROVAL_EXPIRED,
    LOCK_PLACED,
    LOCK_LIFTED,
    SESSION_OPENED,
    SESSION_REFUSED,
    SESSION_CLOSED,
    ACT_DENIED,
    ACT_HELD,
    ACT_RELEASED,
    ACT_MASKED,
    BUDGET_EXCEEDED,
    SSH_EXEC,
    SSH_SHELL,
    SSH_COMMAND,
    SSH_SFTP,
    SSH_FORWARD,
    SSH_REQUEST,
    SSH_EXIT,
    DB_STATEMENT,
    DB_RESULT,
    DB_COPY,
    DB_CANCEL,
    DB_NOTICE,
    RECORDER_STARTED,
    RECORDER_STOPPED,
    RECORDER_LOSS,
    RECORDER_VERIFIED,
    POLICY_LOADED,
    POLICY_EXPLAINED;

    /** The dotted word in the record: {@code session.opened}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replaceFirst("_", ".");
    }

    /** The type of a dotted word. */
    public static Optional<EventType> of(String word) {
        return Arrays.stream(values()).filter(type -> type.word().equals(word)).findFirst();
    }
}
