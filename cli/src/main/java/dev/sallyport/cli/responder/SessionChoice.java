package dev.sallyport.cli.responder;

import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.service.LocalConfiguration;
import dev.sallyport.recorder.read.RecordFilter;
import dev.sallyport.recorder.read.Recordings;
import dev.sallyport.recorder.read.SessionSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Finds the record, and in it the session that a person means. */
public final class SessionChoice {
    private SessionChoice() {}

    /** The record of the data directory. */
    public static Recordings recordings(Globals globals) {
        Path record = LocalConfiguration.dataDirectory(globals).record();
        if (!Files.isDirectory(record)) {
            throw new CommandFailedException("there is no record in " + record);
        }
        return new Recordings(record);
    }

    /** The session with this id, or the only one whose id begins so, or the {@code latest}. */
    static SessionSummary session(Recordings recordings, String id) throws IOException {
        if (id.equals("latest")) {
            return recordings.list(RecordFilter.ANY).stream()
                    .filter(session -> !session.casts().isEmpty())
                    .max(Comparator.comparing(session -> session.opened().at()))
                    .orElseThrow(() -> new CommandFailedException("no session has a cast"));
        }
        return recordings
                .find(id)
                .orElseThrow(() -> new CommandFailedException("no single session '" + id + "'"));
    }

    /** The stream of the cast of {@code channel}. */
    static String cast(SessionSummary session, int channel) {
        String stream = channel == 0 ? "term" : "term." + channel;
        if (!session.casts().contains(stream)) {
            throw new CommandFailedException(
                    "session " + session.id() + " has no cast of channel " + channel);
        }
        return stream;
    }
}
