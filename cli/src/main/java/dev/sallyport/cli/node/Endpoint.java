package dev.sallyport.cli.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a running node's broker listens, left in its data directory for the verbs of the same
 * machine; the file holds one URL and no secret.
 */
public final class Endpoint {
    private Endpoint() {}

    static void write(Path file, int port) throws IOException {
        Files.writeString(file, "https://127.0.0.1:" + port + "\n");
    }

    /** The URL of the node whose data directory holds {@code file}; empty when none ran there. */
    public static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip()).filter(url -> !url.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
