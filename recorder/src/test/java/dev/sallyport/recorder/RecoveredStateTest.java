package dev.sallyport.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.event.EventContext;
import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.disk.LocalDisk;
import dev.sallyport.recorder.journal.Frame;
import dev.sallyport.recorder.journal.FrameType;
import dev.sallyport.recorder.session.SegmentStream;
import dev.sallyport.recorder.session.SessionFiles;
import dev.sallyport.recorder.session.SessionInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What recovery makes of a journal whose oldest files are freed already. */
class RecoveredStateTest {
    private static final int EVENTS = 7;
    private static final int TERM = 8;

    @TempDir Path root;

    private final Disk disk = new LocalDisk();
    private final RecoveredState state = new RecoveredState();

    @Test
    void keepsBytesThatTheSequencerHadNotSeenWhenItWroteAnOlderSeries() throws IOException {
        // Given: the session opened in frame 100, which is freed; when the first series was
        // written, the sequencer had come to frame 90 and did not know the session
        read(FrameType.DATA, 151, EVENTS, 0, "a\n");
        read(FrameType.STATE_END, 161, 0, 90, "");
        read(FrameType.DATA, 170, EVENTS, 2, "b\n");

        // When
        read(FrameType.STATE, 200, 0, 0, session("events", EVENTS));
        read(FrameType.STATE_END, 201, 0, 180, "");

        // Then
        assertThat(pending()).containsExactly("events a\n", "events b\n");
    }

    @Test
    void keepsAStreamThatBeganWhileItsSessionWasNotKnownYet() throws IOException {
        // Given: the sequencer had not seen the stream when it wrote the session's state
        read(FrameType.STREAM, 155, TERM, 0, JournalJson.stream("T1", "term"));
        read(FrameType.DATA, 156, TERM, 0, "{}\n");

        // When
        read(FrameType.STATE, 200, 0, 0, session("events", EVENTS));
        read(FrameType.STATE_END, 201, 0, 154, "");
        read(FrameType.DATA, 210, TERM, 3, "[]\n");

        // Then
        assertThat(pending()).containsExactly("term {}\n", "term []\n");
    }

    @Test
    void takesAStreamFromTheStateWhenTheSequencerHadSeenIt() throws IOException {
        // Given: three bytes of the stream are in a chunk
        read(FrameType.STREAM, 155, TERM, 0, JournalJson.stream("T1", "term"));
        read(FrameType.DATA, 156, TERM, 0, "{}\n");
        read(FrameType.DATA, 157, TERM, 3, "[]\n");

        // When
        byte[] committed =
                new String(session("term", TERM), StandardCharsets.UTF_8)
                        .replace("\"bytes\":0", "\"bytes\":3")
                        .getBytes(StandardCharsets.UTF_8);
        Files.createDirectories(info().directory(root));
        Files.writeString(info().directory(root).resolve("term-000000.seg"), "{}\n");
        read(FrameType.STATE, 200, 0, 0, committed);
        read(FrameType.STATE_END, 201, 0, 180, "");

        // Then
        assertThat(pending()).containsExactly("term []\n");
    }

    @Test
    void takesAStreamFromALaterStateWhenItsBeginningIsFreed() throws IOException {
        // Given: the stream began in frame 155, which is freed, and before the first series, whose
        // writer had not seen it
        read(FrameType.STATE, 160, 0, 0, session("events", EVENTS));
        read(FrameType.STATE_END, 161, 0, 154, "");
        read(FrameType.DATA, 170, TERM, 0, "{}\n");
        read(FrameType.DATA, 171, EVENTS, 0, "a\n");

        // When
        read(FrameType.STATE, 200, 0, 0, session("term", TERM));
        read(FrameType.STATE_END, 201, 0, 169, "");

        // Then
        assertThat(pending()).containsExactlyInAnyOrder("events a\n", "term {}\n");
    }

    @Test
    void forgetsWhatBelongsToSealedSessions() throws IOException {
        // Given
        read(FrameType.STREAM, 150, TERM, 0, JournalJson.stream("T1", "term"));
        read(FrameType.DATA, 151, TERM, 0, "{}\n");

        // When: the series names no session although the sequencer had seen those frames
        read(FrameType.STATE_END, 161, 0, 160, "");
        read(FrameType.STATE, 200, 0, 0, session("events", EVENTS));

        // Then
        assertThat(pending()).isEmpty();
        assertThat(state.greatestHandle()).isEqualTo(TERM);
    }

    private void read(FrameType type, long sequence, int handle, long number, String text) {
        read(type, sequence, handle, number, text.getBytes(StandardCharsets.UTF_8));
    }

    private void read(FrameType type, long sequence, int handle, long number, byte[] bytes) {
        state.accept(new Frame(type, 0, sequence, 0, handle, number, bytes));
    }

    private byte[] session(String stream, int handle) {
        SessionFiles files = new SessionFiles(disk, root, info(), new byte[32]);
        files.add(new SegmentStream(disk, files.directory(), stream, handle));
        return JournalJson.state(files);
    }

    private static SessionInfo info() {
        Instant day = Instant.parse("2026-11-23T10:00:00Z");
        return SessionInfo.at(day, "T1", "ssh", EventContext.NONE);
    }

    private List<String> pending() throws IOException {
        List<String> all = new ArrayList<>();
        for (RecoveredState.Resumed session : state.resume(disk, root)) {
            session.pending().forEach(each -> all.add(text(each)));
        }
        return all;
    }

    private static String text(RecoveredState.Pending each) {
        String bytes = new String(each.entry().bytes(), StandardCharsets.UTF_8);
        return each.stream().name() + " " + bytes;
    }
}
