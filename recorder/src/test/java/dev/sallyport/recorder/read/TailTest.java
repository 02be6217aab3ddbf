package dev.sallyport.recorder.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.port.Cast;
import dev.sallyport.recorder.session.CastEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailTest {
    private static final int LINES = 500;

    @TempDir private Path directory;
    private final List<String> types = new ArrayList<>();
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

    private final Tail.Viewer viewer =
            new Tail.Viewer() {
                @Override
                public void event(RecordedEvent event) {
                    types.add(event.type());
                }

                @Override
                public void cast(String stream, CastEvent event) {
                    if (event instanceof CastEvent.Bytes bytes
                            && bytes.stream() == Cast.Stream.STDOUT) {
                        seen.writeBytes(bytes.bytes());
                    }
                }
            };

    private void append(String file, String text) throws IOException {
        Files.writeString(
                directory.resolve(file),
                text,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    @Test
    void everyByteIsSeenExactlyOnceWhileSegmentsGrowAndRoll() throws Exception {
        // Given: what will be written, cut into pieces of any size, also within lines
        StringBuilder expected = new StringBuilder();
        List<String[]> writes = new ArrayList<>();
        writes.add(new String[] {"term-000000.seg", "{\"version\":2,\"width\":1,\"height\":1}\n"});
        Random random = new Random(7);
        for (int i = 0; i < LINES; i++) {
            String file = "term-%06d.seg".formatted(i / 100);
            String line = "[%d.000000,\"o\",\"%d,\"]\n".formatted(i, i);
            expected.append(i).append(',');
            int cut = random.nextInt(line.length());
            writes.add(new String[] {file, line.substring(0, cut)});
            writes.add(new String[] {file, line.substring(cut)});
        }
        append("events-000000.seg", event("session.opened"));
        for (String[] write : writes.subList(0, 300)) {
            append(write[0], write[1]);
        }
        List<String[]> live = new ArrayList<>(writes.subList(300, writes.size()));

        // When: each look finds a few more writes, then the seal
        Pace writer =
                pause -> {
                    try {
                        for (int i = 0; i < 7 && !live.isEmpty(); i++) {
                            String[] write = live.removeFirst();
                            append(write[0], write[1]);
                        }
                        if (live.isEmpty() && !Files.exists(directory.resolve("SHA256SUMS"))) {
                            append("events-000000.seg", event("session.closed"));
                            append("SHA256SUMS", "");
                        }
                    } catch (IOException broken) {
                        throw new UncheckedIOException(broken);
                    }
                };
        new Tail(directory, writer).follow(viewer);

        // Then
        assertThat(seen.toString(StandardCharsets.UTF_8)).isEqualTo(expected.toString());
        assertThat(types).containsExactly("session.opened", "session.closed");
    }

    private static String event(String type) {
        return ("{\"v\":1,\"id\":\"e\",\"at\":\"2026-11-23T10:00:00.000000Z\",\"seq\":0,"
                        + "\"type\":\"%s\"}\n")
                .formatted(type);
    }
}
