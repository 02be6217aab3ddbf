package dev.sallyport.access.port;

import dev.sallyport.access.event.EventType;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One session's recording: its events and its casts. Thread-safe; nothing in it blocks. */
public interface SessionRecording {
    /** Appends an event of this session; completes when it is durable. */
    CompletableFuture<Void> record(EventType type, Map<String, Object> fields);

    /**
     * Opens the next cast of this session: one for each channel that carries bytes.
     *
     * @throws UnrecordableException when the recorder has failed
     */
    Cast cast(CastHeader header);

    /**
     * Ends the recording: records {@code session.closed} with {@code fields} and the byte counts of
     * every cast, seals the session and completes when the seal is durable. Later calls are
     * ignored.
     */
    CompletableFuture<Void> seal(SessionEnd end, Map<String, Object> fields);

    /** Completes (normally) when this recording can no longer be trusted to hold what happens. */
    CompletableFuture<Void> failed();
}
