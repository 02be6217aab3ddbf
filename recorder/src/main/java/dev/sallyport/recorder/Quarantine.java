package dev.sallyport.recorder;

import dev.sallyport.recorder.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Where a record keeps what it cannot go on with, as it was: {@code quarantine/<id>/}, and below it
 * the same path as before. Nothing is deleted.
 */
final class Quarantine {
    private final Disk disk;
    private final Path root;
    private final String name;

    Quarantine(Disk disk, Path root, String id) {
        this.disk = disk;
        this.root = root;
        name = "quarantine/" + id;
    }

    /** The directory below the record's root. */
    String name() {
        return name;
    }

    /** Moves a file below the root, durably. */
    void take(Path file) throws IOException {
        Path target = root.resolve(name).resolve(root.relativize(file));
        Path directory = Objects.requireNonNull(target.getParent(), "below the root");
        disk.makeDirectories(directory);
        disk.rename(file, target);
        disk.forceDirectory(directory);
        disk.forceDirectory(Objects.requireNonNull(file.getParent(), "below the root"));
    }

    /** Moves a directory with everything in it. */
    void takeAll(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> walk = Files.walk(directory)) {
            deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                disk.unlink(path);
                disk.forceDirectory(Objects.requireNonNull(path.getParent(), "below the root"));
            } else {
                take(path);
            }
        }
    }
}
