package dev.sallyport.recorder;

import dev.sallyport.access.Protocol;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.port.SessionOpening;
import dev.sallyport.recorder.journal.JournalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Small and fast settings, and eyes for what a recorder left on disk. */
final class TestSettings {
    private TestSettings() {}

    static RecorderSettings in(Path directory) {
        return RecorderSettings.of(directory.resolve("record"), "acme", "px1")
                .withFreeSpaceFloor(0)
                .withJournal(
                        new JournalSettings(
                                512 * 1024, 32L << 20, 256L << 20, Duration.ofSeconds(30)))
                .withPace(
                        new RecorderSettings.Pace(
                                Duration.ofMillis(50),
                                Duration.ofMillis(100),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(60)));
    }

    static SessionOpening opening(String id) {
        return new SessionOpening(
                id,
                Protocol.SSH,
                new EventContext(id, "G1", "github/acme/bot", "ann", "run-1", "deploy", "ssh:b-1"),
                Map.of("login", "deploy"));
    }

    static Path session(Path directory, String id) throws IOException {
        try (var all = Files.walk(directory.resolve("record/sessions"))) {
            return all.filter(path -> path.endsWith(id)).findFirst().orElseThrow();
        }
    }

    static List<String> lines(Path files, String stream) throws IOException {
        List<String> lines = new ArrayList<>();
        List<Path> segments;
        try (var all = Files.list(files)) {
            segments =
                    all.filter(file ->
                                    file.getFileName()
                                            .toString()
                                            .matches(stream + "-[0-9]{6}\\.seg"))
                            .sorted()
                            .toList();
        }
        for (Path segment : segments) {
            lines.addAll(Files.readAllLines(segment));
        }
        return lines;
    }
}
