package dev.sallyport.recorder.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * The disk, as the recorder uses it. Thread-safe.
 *
 * <p>A new, renamed, linked or deleted name is durable only after {@link #forceDirectory} of its
 * directory; the composed operations {@link #replace} and {@link #createOnce} include that.
 */
public interface Disk {
    /** Ending of files that are not finished; recovery may delete them. */
    String TEMPORARY = ".tmp";

    /** Creates {@code path} for reading and writing; fails when it exists. */
    DiskFile create(Path path) throws IOException;

    /** Opens the existing {@code path} for reading and writing. */
    DiskFile open(Path path) throws IOException;

    /** Gives {@code from} the name {@code to} atomically, replacing what was there. */
    void rename(Path from, Path to) throws IOException;

    /** Gives {@code existing} a second name; fails when {@code link} exists. */
    void link(Path link, Path existing) throws IOException;

    /** Deletes a name; a missing one is no error. */
    void unlink(Path path) throws IOException;

    /** Creates one directory; an existing one is no error. Not yet durable in its parent. */
    void makeDirectory(Path directory) throws IOException;

    /** Returns when the names in {@code directory} are on the device. */
    void forceDirectory(Path directory) throws IOException;

    /** Bytes that this process may still write where {@code path} is. */
    long usableSpace(Path path) throws IOException;

    /** Creates {@code directory} and its missing parents, each durable in its parent. */
    default void makeDirectories(Path directory) throws IOException {
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path parent = Objects.requireNonNull(directory.toAbsolutePath().getParent(), "root");
        makeDirectories(parent);
        makeDirectory(directory);
        forceDirectory(parent);
    }

    /** Puts {@code content} at {@code path}, durably and atomically, replacing what was there. */
    default void replace(Path path, byte[] content) throws IOException {
        Path temporary = writeTemporary(path, content);
        rename(temporary, path);
        forceDirectory(parent(path));
    }

    /**
     * Puts {@code content} at {@code path}, durably, unless it is there already with the same
     * bytes.
     *
     * @throws FileAlreadyExistsException when it is there with other bytes; it is left as it is
     */
    default void createOnce(Path path, byte[] content) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            requireSame(path, content);
            return;
        }
        Path temporary = writeTemporary(path, content);
        try {
            link(path, temporary);
        } catch (FileAlreadyExistsException _) {
            requireSame(path, content);
        }
        unlink(temporary);
        forceDirectory(parent(path));
    }

    /** All bytes of {@code path}, which MUST NOT be longer than {@code limit}. */
    default byte[] read(Path path, long limit) throws IOException {
        try (DiskFile file = open(path)) {
            long size = file.size();
            if (size > limit) {
                throw new IOException(path + " is longer than " + limit + " bytes");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            if (file.read(bytes, 0) != size) {
                throw new EOFException(path + " ended early");
            }
            return bytes.array();
        }
    }

    private void requireSame(Path path, byte[] content) throws IOException {
        boolean same =
                Files.size(path) == content.length
                        && Arrays.equals(read(path, content.length), content);
        if (!same) {
            throw new FileAlreadyExistsException(path + " exists with other content");
        }
        // The name may have been made by a process that crashed before forcing it.
        forceDirectory(parent(path));
    }

    private Path writeTemporary(Path path, byte[] content) throws IOException {
        Path temporary = path.resolveSibling(path.getFileName() + TEMPORARY);
        unlink(temporary);
        try (DiskFile file = create(temporary)) {
            file.write(ByteBuffer.wrap(content), 0);
            file.force();
        }
        return temporary;
    }

    private static Path parent(Path path) {
        return Objects.requireNonNull(path.toAbsolutePath().getParent(), "root");
    }
}
