package dev.sallyport.broker.store;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.Recorder;
import dev.sallyport.access.port.UnrecordableException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Writes the broker's events and comes back only when they are durable. Thread-safe; blocks. */
public final class DurableEvents {
    /** A recorder that needs longer than this for one event is as good as gone. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Recorder recorder;

    public DurableEvents(Recorder recorder) {
        this.recorder = recorder;
    }

    /** The one answer when something is not done because it cannot be recorded. */
    public static Refusal refusal(String reason) {
        return new Refusal(
                Refusal.Verdict.UNRECORDABLE, "record", reason, "", "", "sallyport doctor", 0);
    }

    /**
     * Records an event.
     *
     * @throws UnrecordableException when it is not known to be durable: nothing may follow from it
     */
    public void record(EventType type, EventContext context, Map<String, Object> fields) {
        try {
            recorder.record(new Event(type, context, fields))
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new UnrecordableException("an event could not be made durable", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnrecordableException("interrupted before an event was durable", e);
        }
    }
}
