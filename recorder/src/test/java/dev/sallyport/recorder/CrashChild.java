package dev.sallyport.recorder;

import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.SessionRecording;
import dev.sallyport.recorder.disk.LocalDisk;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process that records under load and prints what was acknowledged, until it is killed. */
final class CrashChild {
    private CrashChild() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        FileRecorder recorder =
                FileRecorder.start(
                        TestSettings.in(Path.of(arguments[0])),
                        new LocalDisk(),
                        InstantSource.system());
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String id = arguments[1] + "-" + i;
            writers.add(Thread.startVirtualThread(() -> write(recorder, id, out)));
        }
        out.println("ready");
        for (Thread writer : writers) {
            writer.join();
        }
    }

    private static void write(FileRecorder recorder, String id, PrintStream out) {
        SessionRecording session = recorder.open(TestSettings.opening(id));
        for (int i = 0; ; i++) {
            session.record(EventType.SSH_REQUEST, Map.of("mark", id + "/" + i)).join();
            out.println(id + "/" + i);
        }
    }
}
