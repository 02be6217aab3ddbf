package dev.sallyport.recorder;

import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.Cast;
import dev.sallyport.access.port.CastHeader;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.port.SessionRecording;
import dev.sallyport.recorder.disk.LocalDisk;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;

/**
 * Durable events a second with many writers, each waiting for its own; and the throughput of a
 * binary cast. Arguments: directory, writers, seconds, events in flight for each writer.
 */
public final class RecorderBenchmark {
    private RecorderBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        int writers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 64;
        int seconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
        int flight = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1;
        RecorderSettings settings =
                RecorderSettings.of(directory.resolve("record"), "bench", "node1");
        try (FileRecorder recorder =
                FileRecorder.start(settings, new LocalDisk(), InstantSource.system())) {
            events(recorder, writers, 3, flight, "warm-up", System.err);
            events(recorder, writers, seconds, flight, "events", System.out);
            cast(recorder, 1500L << 20, System.out);
        }
    }

    private static void events(
            FileRecorder recorder,
            int writers,
            int seconds,
            int flight,
            String name,
            PrintStream out)
            throws InterruptedException {
        LongAdder count = new LongAdder();
        long begin = System.nanoTime();
        long end = begin + seconds * 1_000_000_000L;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            SessionRecording session = recorder.open(TestSettings.opening(name + "-" + i));
            threads.add(Thread.startVirtualThread(() -> write(session, end, flight, count)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double took = (System.nanoTime() - begin) / 1e9;
        out.printf(
                "%s: %d writers, %d in flight: %,.0f durable events/s%n",
                name, writers, flight, count.sum() / took);
    }

    private static void write(SessionRecording session, long end, int flight, LongAdder count) {
        Map<String, Object> fields =
                Map.of("command", "systemctl restart billing-worker.service", "argc", 3);
        while (System.nanoTime() < end) {
            for (int i = 1; i < flight; i++) {
                session.record(EventType.SSH_EXEC, fields);
            }
            session.record(EventType.SSH_EXEC, fields).join();
            count.add(flight);
        }
        session.seal(SessionEnd.NORMAL, Map.of()).join();
    }

    private static void cast(FileRecorder recorder, long bytes, PrintStream out)
            throws IOException {
        SessionRecording session = recorder.open(TestSettings.opening("cast-1"));
        Cast cast = session.cast(new CastHeader(0, "cat", false, 80, 24, ""));
        byte[] piece = new byte[32 * 1024];
        new Random(7).nextBytes(piece);
        long begin = System.nanoTime();
        for (long written = 0; written < bytes; written += piece.length) {
            cast.write(Cast.Stream.STDOUT, ByteBuffer.wrap(piece)).join();
        }
        cast.close(0).join();
        session.seal(SessionEnd.NORMAL, Map.of()).join();
        double took = (System.nanoTime() - begin) / 1e9;
        out.printf("binary cast: %,.0f MB/s of stream bytes, sealed%n", bytes / 1e6 / took);
    }
}
