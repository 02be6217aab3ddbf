package dev.sallyport.recorder.read;

import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/**
 * One event as recorded; a long one's parts are joined again.
 *
 * @param json the whole event: envelope and fields
 */
public record RecordedEvent(Instant at, String type, ObjectNode json) {
    /** A field's text, or an empty string. */
    public String text(String field) {
        return json.path(field).asString("");
    }

    /**
     * What an act's event says about it: {@code deny}, {@code hold}, {@code mask}, {@code allow};
     * empty for an event that is no act's.
     */
    public String verdict() {
        return switch (type) {
            case "act.denied", "session.refused", "budget.exceeded" -> "deny";
            case "act.held" -> "hold";
            case "act.masked" -> "mask";
            case "ssh.exec", "ssh.shell", "ssh.sftp", "ssh.forward", "db.statement", "db.copy" ->
                    "allow";
            default -> "";
        };
    }

    /** The event as one line of JSON. */
    public String line() {
        return json.toString();
    }
}
