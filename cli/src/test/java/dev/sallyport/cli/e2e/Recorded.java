package dev.sallyport.cli.e2e;

import dev.sallyport.access.port.Cast.Stream;
import dev.sallyport.recorder.read.RecordFilter;
import dev.sallyport.recorder.read.Recordings;
import dev.sallyport.recorder.read.SessionSummary;
import dev.sallyport.recorder.session.CastEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the record holds of one session: its casts, to the byte, and its own counts. */
record Recorded(Recordings recordings, SessionSummary session) {
    /** The session of {@code grant} when it is over; waits for it. */
    static Recorded sealed(Stand stand, Path grant) {
        return found(
                stand, grant, session -> Files.exists(session.directory().resolve("SHA256SUMS")));
    }

    /** The session of {@code grant} as soon as it has a cast; waits for it. */
    static Recorded started(Stand stand, Path grant) {
        return found(stand, grant, session -> !session.casts().isEmpty());
    }

    /** Every session of {@code grant} so far. */
    static List<SessionSummary> all(Stand stand, Path grant) {
        try {
            return new Recordings(stand.record())
                    .list(RecordFilter.ANY).stream()
                            .filter(session ->
                                    session.opened()
                                            .text("grant")
                                            .equals(grant.getFileName().toString()))
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Recorded found(Stand stand, Path grant, Predicate<SessionSummary> when) {
        var found = new ArrayList<SessionSummary>();
        Stand.await(
                "the grant's session is in the record",
                () -> {
                    all(stand, grant).stream().limit(1).filter(when).forEach(found::add);
                    return !found.isEmpty();
                });
        return new Recorded(new Recordings(stand.record()), found.getFirst());
    }

    /** What the session's end says of a stream, over all channels. */
    long counted(Stream stream) {
        long sum = 0;
        for (JsonNode channel : session.closed().orElseThrow().json().path("channels")) {
            sum += channel.path(word(stream)).longValue();
        }
        return sum;
    }

    /** What the session's end says of each stream of one channel. */
    Map<Stream, Long> counted(int channel) {
        var counts = new EnumMap<Stream, Long>(Stream.class);
        for (JsonNode one : session.closed().orElseThrow().json().path("channels")) {
            if (one.path("channel").intValue() == channel) {
                for (Stream stream : Stream.values()) {
                    counts.merge(stream, one.path(word(stream)).longValue(), Long::sum);
                }
            }
        }
        return counts;
    }

    /** The bytes of each stream, over all casts. */
    Map<Stream, byte[]> decoded() throws IOException {
        return decoded(session.casts());
    }

    /** The bytes of each stream of these casts. */
    Map<Stream, byte[]> decoded(List<String> casts) throws IOException {
        var sums = new EnumMap<Stream, ByteArrayOutputStream>(Stream.class);
        for (Stream stream : Stream.values()) {
            sums.put(stream, new ByteArrayOutputStream());
        }
        for (String cast : casts) {
            recordings.cast(
                    session,
                    cast,
                    event -> {
                        if (event instanceof CastEvent.Bytes bytes) {
                            Objects.requireNonNull(sums.get(bytes.stream()))
                                    .writeBytes(bytes.bytes());
                        }
                    });
        }
        var decoded = new EnumMap<Stream, byte[]>(Stream.class);
        sums.forEach((stream, sum) -> decoded.put(stream, sum.toByteArray()));
        return decoded;
    }

    /** The header of a cast. */
    JsonNode header(String cast) throws IOException {
        return JsonMapper.shared().readTree(recordings.castLines(session, cast).getFirst());
    }

    private static String word(Stream stream) {
        return stream.name().toLowerCase(Locale.ROOT);
    }
}
