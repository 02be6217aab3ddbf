package dev.sallyport.access.gate;

import dev.sallyport.access.Grant;
import java.util.regex.Pattern;

/** The commands that a refusal offers; each works as it is written. */
final class NextCommand {
    /**
     * For what lies outside the grant: the gate knows no other intent, and must not tell of any.
     */
    static final String OTHER_INTENT = "sallyport request --help";

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/:@%+,=-]+");

    private NextCommand() {}

    /** Asks for the same right again: it has ended or is used up. */
    static String again(Grant grant) {
        var command =
                new StringBuilder("sallyport request --intent ").append(quote(grant.intent()));
        grant.parameters()
                .forEach((name, value) ->
                        command.append(" --param ").append(quote(name + "=" + value)));
        if (!grant.ticket().isEmpty()) {
            command.append(" --ticket ").append(quote(grant.ticket()));
        }
        String reason = grant.reason().isEmpty() ? "continue" : grant.reason();
        return command.append(" --reason ").append(quote(reason)).toString();
    }

    /** A word for a POSIX shell. */
    private static String quote(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
