package dev.sallyport.access.port;

import dev.sallyport.access.event.Event;
import java.util.concurrent.CompletableFuture;

/**
 * The record, as everybody else sees it. Implementations are thread-safe.
 *
 * <p>Promise 2 rests on this contract: a returned future completes normally only when the bytes are
 * durable. Once anything could not be made durable the recorder has failed for good: {@link
 * #isRecording} is false, every pending and later call fails with {@link UnrecordableException},
 * and each open recording's {@link SessionRecording#failed} completes, so that its session ends.
 */
public interface Recorder {
    /** Records an event that belongs to no recorded session (identity, grants, refusals, locks). */
    CompletableFuture<Void> record(Event event);

    /**
     * Opens a session's recording. MUST return only after the {@code open} leaf and the {@code
     * session.opened} event are durable. Blocks; call it on a virtual thread.
     *
     * @throws UnrecordableException when that cannot be promised
     */
    SessionRecording open(SessionOpening opening);

    /** False from the first failure on, and when the disk is too full to admit a session. */
    boolean isRecording();
}
