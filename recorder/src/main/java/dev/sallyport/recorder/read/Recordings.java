package dev.sallyport.recorder.read;

import dev.sallyport.recorder.session.CastDecoder;
import dev.sallyport.recorder.session.CastEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The sessions, events and casts of a record, also of one that is being written. Only reads; says
 * nothing about whether the record is sound ({@code verify} does). Thread-safe.
 */
public final class Recordings {
    private static final Pattern SESSION = Pattern.compile("[0-9A-Za-z_-]{1,64}");
    private static final Pattern FIRST_SEGMENT =
            Pattern.compile("(term(?:\\.[0-9]+)?)-000000\\.seg");
    private static final int DAY_DEPTH = 3;

    private final Path root;

    /** The record below {@code root}. */
    public Recordings(Path root) {
        this.root = root;
    }

    /** The sessions that match, oldest directory first. */
    public List<SessionSummary> list(RecordFilter filter) throws IOException {
        List<SessionSummary> sessions = new ArrayList<>();
        for (Path directory : directories()) {
            summary(directory).filter(filter::accepts).ifPresent(sessions::add);
        }
        return sessions;
    }

    /** The session with this id, or with the only id that begins so. */
    public Optional<SessionSummary> find(String id) throws IOException {
        if (!SESSION.matcher(id).matches()) {
            return Optional.empty();
        }
        List<Path> matches =
                directories().stream()
                        .filter(directory -> directory.getFileName().toString().startsWith(id))
                        .toList();
        Optional<Path> exact =
                matches.stream()
                        .filter(directory -> directory.getFileName().toString().equals(id))
                        .findFirst();
        if (exact.isEmpty() && matches.size() != 1) {
            return Optional.empty();
        }
        return summary(exact.orElseGet(matches::getFirst));
    }

    /** All events of the record that match, session by session, also those of no session. */
    public void events(RecordFilter filter, Consumer<RecordedEvent> sink) throws IOException {
        for (Path directory : directories()) {
            EventReader reader =
                    new EventReader(event -> {
                        if (filter.accepts(event)) {
                            sink.accept(event);
                        }
                    });
            new SegmentLines(directory, "events").drain(reader);
        }
    }

    /** One session's events. */
    public List<RecordedEvent> events(SessionSummary session) throws IOException {
        List<RecordedEvent> events = new ArrayList<>();
        new SegmentLines(session.directory(), "events").drain(new EventReader(events::add));
        return events;
    }

    /** A cast's lines as they are stored; the first is the header. */
    public List<String> castLines(SessionSummary session, String stream) throws IOException {
        List<String> lines = new ArrayList<>();
        new SegmentLines(session.directory(), requireCast(session, stream))
                .drain(line -> lines.add(new String(line, StandardCharsets.UTF_8)));
        return lines;
    }

    /** A cast's exact bytes and events. */
    public void cast(SessionSummary session, String stream, Consumer<CastEvent> sink)
            throws IOException {
        CastDecoder decoder = new CastDecoder(sink);
        boolean[] header = {true};
        new SegmentLines(session.directory(), requireCast(session, stream))
                .drain(line -> {
                    if (!header[0]) {
                        decoder.line(line);
                    }
                    header[0] = false;
                });
        decoder.finish();
    }

    private static String requireCast(SessionSummary session, String stream) {
        if (!session.casts().contains(stream)) {
            throw new IllegalArgumentException("the session has no such cast");
        }
        return stream;
    }

    private Optional<SessionSummary> summary(Path directory) throws IOException {
        List<RecordedEvent> ends = new ArrayList<>();
        Set<String> verdicts = new HashSet<>();
        long[] count = {0};
        EventReader reader =
                new EventReader(event -> {
                    count[0]++;
                    if (!event.verdict().isEmpty()) {
                        verdicts.add(event.verdict());
                    }
                    if (count[0] == 1 || event.type().equals("session.closed")) {
                        ends.add(event);
                    }
                });
        new SegmentLines(directory, "events").drain(reader);
        if (ends.isEmpty() || !ends.getFirst().type().equals("session.opened")) {
            // A node's own events, or a session that was opened this very moment.
            return Optional.empty();
        }
        Optional<RecordedEvent> closed =
                ends.size() > 1 ? Optional.of(ends.getLast()) : Optional.empty();
        return Optional.of(
                new SessionSummary(
                        directory, ends.getFirst(), closed, count[0], verdicts, casts(directory)));
    }

    private static List<String> casts(Path directory) throws IOException {
        return entries(directory).stream()
                .map(file -> FIRST_SEGMENT.matcher(file.getFileName().toString()))
                .filter(Matcher::matches)
                .map(name -> name.group(1))
                .toList();
    }

    private List<Path> directories() throws IOException {
        List<Path> level = List.of(root.resolve("sessions"));
        for (int depth = 0; depth <= DAY_DEPTH; depth++) {
            List<Path> next = new ArrayList<>();
            for (Path directory : level) {
                for (Path entry : entries(directory)) {
                    if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                        next.add(entry);
                    }
                }
            }
            level = next;
        }
        return level;
    }

    private static List<Path> entries(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }
}
