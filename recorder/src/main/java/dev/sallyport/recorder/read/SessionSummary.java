package dev.sallyport.recorder.read;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A session at a glance. */
public final class SessionSummary {
    private final Path directory;
    private final RecordedEvent opened;
    private final Optional<RecordedEvent> closed;
    private final long events;
    private final Set<String> verdicts;
    private final List<String> casts;

    SessionSummary(
            Path directory,
            RecordedEvent opened,
            Optional<RecordedEvent> closed,
            long events,
            Set<String> verdicts,
            List<String> casts) {
        this.directory = directory;
        this.opened = opened;
        this.closed = closed;
        this.events = events;
        this.verdicts = Set.copyOf(verdicts);
        this.casts = List.copyOf(casts);
    }

    /** Its id. */
    public String id() {
        return directory.getFileName().toString();
    }

    /** Where its files are. */
    public Path directory() {
        return directory;
    }

    /** The event that opened it, with agent, target, intent and grant. */
    public RecordedEvent opened() {
        return opened;
    }

    /** The event that closed it; empty while it is open. */
    public Optional<RecordedEvent> closed() {
        return closed;
    }

    /** How many events it has so far. */
    public long events() {
        return events;
    }

    /** The verdicts that its acts got. */
    public Set<String> verdicts() {
        return verdicts;
    }

    /** The streams of its casts: {@code term}, {@code term.1}, … */
    public List<String> casts() {
        return casts;
    }
}
