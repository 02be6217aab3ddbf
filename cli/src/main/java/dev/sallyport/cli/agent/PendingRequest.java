package dev.sallyport.cli.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Where a request that waits for humans is remembered: the same request later on collects the
 * answer instead of asking them once more. One file for each request, beside the agent's keys.
 */
record PendingRequest(Path directory, String name) {
    /**
     * What it takes to collect.
     *
     * @param request the request's id
     * @param keys name of the directory with the keys that asked
     */
    record Kept(String request, String keys) {}

    /**
     * The place of a request.
     *
     * @param what everything that makes it the same request
     */
    static PendingRequest of(Path home, byte[] what) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(what);
            return new PendingRequest(
                    home.resolve("pending"), HexFormat.of().formatHex(hash, 0, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** What was kept; empty when nothing waits. */
    Optional<Kept> find() throws IOException {
        if (!Files.isRegularFile(file())) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file(), StandardCharsets.UTF_8);
        boolean isWhole = lines.size() == 2 && lines.get(1).matches("[0-9a-f]{32}");
        return isWhole ? Optional.of(new Kept(lines.get(0), lines.get(1))) : Optional.empty();
    }

    void keep(Kept kept) throws IOException {
        Files.createDirectories(
                directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path next =
                Files.createTempFile(
                        directory,
                        name,
                        ".tmp",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        Files.writeString(next, kept.request() + "\n" + kept.keys() + "\n");
        Files.move(
                next, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void forget() throws IOException {
        Files.deleteIfExists(file());
    }

    private Path file() {
        return directory.resolve(name);
    }
}
