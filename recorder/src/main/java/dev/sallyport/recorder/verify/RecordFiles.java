package dev.sallyport.recorder.verify;

import dev.sallyport.recorder.log.LogLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The directory of a record: what lies where, and names relative to it. */
record RecordFiles(Path root) {
    /** Ending of files that a writer had not finished; recovery deletes them. */
    static final String TEMPORARY = ".tmp";

    /** The path below the root, with forward slashes, as findings name it. */
    String name(Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    /** Directory entries by name; none when the directory does not exist. */
    static List<Path> list(Path directory) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** True for a directory that is not a link. */
    static boolean isDirectory(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** True for a plain file that is not a link. */
    static boolean isFile(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * All bytes of a plain file.
     *
     * @throws IOException when it is missing, a link, or longer than {@code limit}
     */
    static byte[] read(Path file, long limit) throws IOException {
        if (!isFile(file) || Files.size(file) > limit) {
            throw new IOException("missing, no plain file, or too long");
        }
        return Files.readAllBytes(file);
    }

    /** The length of a file in bytes; of none that can be read, more than any has. */
    static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException unreadable) {
            return Long.MAX_VALUE;
        }
    }

    /** The logs of all nodes, each node's in order of time. */
    List<LogLocation> logs(Findings findings) {
        List<LogLocation> logs = new ArrayList<>();
        for (Path directory : level(root.resolve("log"), 3, findings)) {
            Path below = root.resolve("log").relativize(directory);
            try {
                logs.add(
                        new LogLocation(
                                below.getName(0).toString(),
                                below.getName(1).toString(),
                                below.getName(2).toString()));
            } catch (IllegalArgumentException malformed) {
                findings.failure(Place.file(name(directory)), "this is no log's directory");
            }
        }
        return logs.stream().sorted().toList();
    }

    /** The directories of all sessions. */
    List<Path> sessions(Findings findings) {
        return level(root.resolve("sessions"), 4, findings);
    }

    /** The directories {@code depth} levels down; anything else on the way is a failure. */
    private List<Path> level(Path top, int depth, Findings findings) {
        List<Path> level = List.of(top);
        for (int i = 0; i < depth; i++) {
            List<Path> next = new ArrayList<>();
            for (Path directory : level) {
                for (Path entry : list(directory)) {
                    if (isDirectory(entry)) {
                        next.add(entry);
                    } else {
                        unknown(entry, findings);
                    }
                }
            }
            level = next;
        }
        return level;
    }

    /** Reports a file that belongs to nothing. */
    void unknown(Path file, Findings findings) {
        Place place = Place.file(name(file));
        if (file.toString().endsWith(TEMPORARY)) {
            findings.note(place, "left over from an unfinished write");
        } else {
            findings.failure(place, "unknown file: nothing in the log commits to it");
        }
    }
}
