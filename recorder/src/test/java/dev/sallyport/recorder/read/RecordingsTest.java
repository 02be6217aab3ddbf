package dev.sallyport.recorder.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.recorder.session.CastEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingsTest {
    @TempDir private Path root;
    private Recordings recordings;

    @BeforeEach
    void writeSessions() throws IOException {
        session(
                "2026/11/22/AA1",
                "ci",
                "ssh:web1",
                "2026-11-22T10",
                "act.denied",
                "session.closed");
        session("2026/11/23/AA2", "ci", "ssh:web2", "2026-11-23T10", "ssh.exec");
        session("2026/11/23/BB1", "bot", "ssh:web1", "2026-11-23T11", "act.held", "session.closed");
        Path node = Files.createDirectories(root.resolve("sessions/2026/11/23/NODE"));
        Files.writeString(
                node.resolve("events-000000.seg"),
                "{\"v\":1,\"id\":\"n\",\"at\":\"2026-11-23T09:00:00Z\",\"seq\":0,"
                        + "\"type\":\"recorder.started\"}\n");
        recordings = new Recordings(root);
    }

    private void session(String path, String agent, String target, String hour, String... types)
            throws IOException {
        Path directory = Files.createDirectories(root.resolve("sessions").resolve(path));
        StringBuilder lines = new StringBuilder();
        List<String> all = new ArrayList<>(List.of("session.opened"));
        all.addAll(List.of(types));
        for (String type : all) {
            lines.append(
                    ("{\"v\":1,\"id\":\"e\",\"at\":\"%s:00:00Z\",\"seq\":0,"
                                    + "\"type\":\"%s\",\"agent\":\"%s\",\"target\":\"%s\","
                                    + "\"intent\":\"deploy\",\"grant\":\"g\"}\n")
                            .formatted(hour, type, agent, target));
        }
        Files.writeString(directory.resolve("events-000000.seg"), lines);
        Files.writeString(
                directory.resolve("term-000000.seg"),
                "{\"version\":2,\"width\":80,\"height\":24}\n[0.1,\"o\",\"x\"]\n");
        Files.writeString(directory.resolve("term.2-000000.seg"), "{\"version\":2}\n");
    }

    private List<String> ids(RecordFilter filter) throws IOException {
        return recordings.list(filter).stream().map(SessionSummary::id).toList();
    }

    @Test
    void filtersSessions() throws IOException {
        RecordFilter any = RecordFilter.ANY;
        Instant today = Instant.parse("2026-11-23T00:00:00Z");
        assertThat(ids(any)).containsExactly("AA1", "AA2", "BB1");
        assertThat(ids(any.withAgent("ci"))).containsExactly("AA1", "AA2");
        assertThat(ids(any.withTarget("ssh:web1"))).containsExactly("AA1", "BB1");
        assertThat(ids(any.withVerdict("deny"))).containsExactly("AA1");
        assertThat(ids(any.withVerdict("hold"))).containsExactly("BB1");
        assertThat(ids(any.within(today, Instant.MAX))).containsExactly("AA2", "BB1");
        assertThat(ids(any.within(Instant.MIN, today))).containsExactly("AA1");
        assertThat(ids(any.withIntent("other"))).isEmpty();
        assertThat(ids(any.withGrant("g"))).hasSize(3);
    }

    @Test
    void summaryTellsWhatAndWhetherItEnded() throws IOException {
        SessionSummary open = recordings.find("AA2").orElseThrow();
        assertThat(open.closed()).isEmpty();
        assertThat(open.events()).isEqualTo(2);
        assertThat(open.casts()).containsExactly("term", "term.2");
        assertThat(recordings.find("AA1").orElseThrow().closed()).isPresent();
    }

    @Test
    void findsBySessionOrItsOnlyBeginning() throws IOException {
        assertThat(recordings.find("BB").orElseThrow().id()).isEqualTo("BB1");
        assertThat(recordings.find("AA")).isEmpty();
        assertThat(recordings.find("../AA1")).isEmpty();
    }

    @Test
    void eventsIncludeTheNodesOwn() throws IOException {
        List<String> types = new ArrayList<>();
        recordings.events(RecordFilter.ANY, event -> types.add(event.type()));
        assertThat(types).hasSize(9).contains("recorder.started");
    }

    @Test
    void joinsThePartsOfALongEvent() throws IOException {
        // Given
        Path file = root.resolve("sessions/2026/11/23/AA2/events-000001.seg");
        String part =
                "{\"v\":1,\"id\":\"e9\",\"at\":\"2026-11-23T10:00:00Z\",\"seq\":%d,"
                        + "\"type\":\"ssh.exec\",\"part\":{\"n\":%d,\"of\":2},\"data\":\"%s\"}\n";
        Files.writeString(
                file,
                part.formatted(2, 1, "{\\\"command\\\":\\\"ec") + part.formatted(3, 2, "ho\\\"}"));

        // When
        List<RecordedEvent> events = recordings.events(recordings.find("AA2").orElseThrow());

        // Then
        assertThat(events).hasSize(3);
        assertThat(events.getLast().text("command")).isEqualTo("echo");
        assertThat(events.getLast().line()).doesNotContain("part");
    }

    @Test
    void decodesCasts() throws IOException {
        SessionSummary session = recordings.find("AA2").orElseThrow();
        List<CastEvent> events = new ArrayList<>();
        recordings.cast(session, "term", events::add);
        assertThat(events).hasSize(1);
        assertThat(recordings.castLines(session, "term")).hasSize(2);
        assertThatThrownBy(() -> recordings.castLines(session, "../x"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
