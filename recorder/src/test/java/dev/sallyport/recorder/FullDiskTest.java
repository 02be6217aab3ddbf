package dev.sallyport.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.port.SessionRecording;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.recorder.disk.FaultyDisk;
import dev.sallyport.recorder.disk.LocalDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
    private static final long FLOOR = 1000;

    @TempDir private Path directory;

    @Test
    @Attack(61)
    void aFullDiskDeletesNothingAndAdmitsNobody() throws Exception {
        // Given: a session that is over, and one that goes on
        FaultyDisk disk = new FaultyDisk(directory);
        RecorderSettings settings = TestSettings.in(directory);
        List<Path> before;
        try (FileRecorder recorder =
                FileRecorder.start(
                        settings.withFreeSpaceFloor(FLOOR), disk, InstantSource.system())) {
            SessionRecording over = recorder.open(TestSettings.opening("F1"));
            over.record(EventType.SSH_EXEC, Map.of("command", "first")).join();
            over.seal(SessionEnd.NORMAL, Map.of()).join();
            SessionRecording open = recorder.open(TestSettings.opening("F2"));
            open.record(EventType.SSH_EXEC, Map.of("command", "second")).join();
            before = segments();

            // When
            disk.usable(FLOOR / 10);
            open.failed().get(10, TimeUnit.SECONDS);

            // Then
            assertThatThrownBy(() -> recorder.open(TestSettings.opening("F3")))
                    .isInstanceOf(UnrecordableException.class);
        }

        // Then: with room again, everything that was acknowledged is there, and still no more
        FileRecorder.start(settings, new LocalDisk(), InstantSource.system()).close();
        assertThat(before).isNotEmpty();
        assertThat(segments()).containsAll(before);
        assertThat(events("F1")).anyMatch(line -> line.contains("first"));
        assertThat(events("F2")).anyMatch(line -> line.contains("second"));
        assertThatThrownBy(() -> events("F3")).isInstanceOf(Exception.class);
    }

    private List<String> events(String session) throws IOException {
        return TestSettings.lines(TestSettings.session(directory, session), "events");
    }

    private List<Path> segments() throws IOException {
        try (var files = Files.walk(directory.resolve("record/sessions"))) {
            return files.filter(file -> file.toString().endsWith(".seg")).toList();
        }
    }
}
