package dev.sallyport.recorder.read;

import dev.sallyport.recorder.session.CastDecoder;
import dev.sallyport.recorder.session.CastEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Joins a session while it runs: first everything that happened, then what happens, each line
 * exactly once, until the session is sealed. Follows the segments, to which the recorder appends
 * whole lines within 200 ms after they are durable. Used by one thread.
 */
public final class Tail {
    /** Takes what is seen. Calls come one at a time. */
    public interface Viewer {
        /** An event of the session. */
        void event(RecordedEvent event) throws IOException;

        /** Bytes or another event of the cast {@code stream}. */
        void cast(String stream, CastEvent event) throws IOException;
    }

    private static final Pattern FIRST_SEGMENT =
            Pattern.compile("(term(?:\\.[0-9]+)?)-000000\\.seg");
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final Path directory;
    private final Pace pace;

    /** Of a session in {@code directory}. */
    public Tail(Path directory, Pace pace) {
        this.directory = directory;
        this.pace = pace;
    }

    /**
     * Follows the session to its end.
     *
     * @throws InterruptedException when the viewer has enough
     */
    public void follow(Viewer viewer) throws IOException, InterruptedException {
        SegmentLines events = new SegmentLines(directory, "events");
        EventReader reader = new EventReader(viewer::event);
        Map<String, Channel> channels = new TreeMap<>();
        boolean sealed;
        do {
            // Asked before reading: after SHA256SUMS is there nothing is appended.
            sealed = Files.exists(directory.resolve("SHA256SUMS"));
            events.drain(reader);
            for (String stream : casts()) {
                channels.computeIfAbsent(stream, Channel::new).drain(viewer);
            }
            if (!sealed) {
                pace.await(LOOK_AGAIN);
            }
        } while (!sealed);
        for (Channel channel : channels.values()) {
            channel.finish(viewer);
        }
    }

    private List<String> casts() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(file -> FIRST_SEGMENT.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(name -> name.group(1))
                    .sorted()
                    .toList();
        }
    }

    private final class Channel {
        private final String stream;
        private final SegmentLines lines;
        private final List<CastEvent> events = new ArrayList<>();
        private final CastDecoder decoder = new CastDecoder(events::add);
        private boolean header = true;

        Channel(String stream) {
            this.stream = stream;
            this.lines = new SegmentLines(directory, stream);
        }

        void drain(Viewer viewer) throws IOException {
            lines.drain(line -> {
                if (!header) {
                    decoder.line(line);
                }
                header = false;
            });
            handOut(viewer);
        }

        void finish(Viewer viewer) throws IOException {
            decoder.finish();
            handOut(viewer);
        }

        private void handOut(Viewer viewer) throws IOException {
            for (CastEvent event : events) {
                viewer.cast(stream, event);
            }
            events.clear();
        }
    }
}
