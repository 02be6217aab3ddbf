package dev.sallyport.recorder.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A real disk that fails the n-th call of given kinds and knows what a power cut would leave: bytes
 * whose file was forced, under names whose directory was forced. A failed force loses the bytes for
 * good, as Linux does, whatever a later force says.
 */
public final class FaultyDisk implements Disk {
    /** What can fail. */
    public enum Kind {
        CREATE,
        OPEN,
        WRITE,
        FORCE,
        TRUNCATE,
        RENAME,
        LINK,
        UNLINK,
        MAKE_DIRECTORY,
        FORCE_DIRECTORY
    }

    /** How a write fails. */
    public enum Failing {
        AT_ONCE,
        AFTER_HALF
    }

    private final LocalDisk disk = new LocalDisk();
    private final Path root;
    // Guarded by this: the model of what is durable.
    private final Map<Path, Inode> names = new HashMap<>();
    private final Map<Path, Map<Path, Inode>> durableNames = new HashMap<>();
    private Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    private Predicate<Path> paths = path -> true;
    private Failing failing = Failing.AT_ONCE;
    private long countdown = Long.MAX_VALUE;
    private String fired = "";
    private long usable = Long.MAX_VALUE;

    private static final class Inode {
        // Where bytes were written since the last force; what they are, the file itself knows.
        private final TreeMap<Long, Integer> dirty = new TreeMap<>();
        private final SparseBytes durable = new SparseBytes();
        private long size;
        private boolean sizeDirty;
    }

    public FaultyDisk(Path root) {
        this.root = root;
    }

    /** From now on the {@code n}-th call (from 1) of {@code kinds} fails, once. */
    public synchronized void failAt(long n, Set<Kind> kinds, Failing failing) {
        this.kinds = kinds;
        this.failing = failing;
        countdown = n;
        fired = "";
    }

    public synchronized void onlyFor(Predicate<Path> paths) {
        this.paths = paths;
    }

    public synchronized void usable(long bytes) {
        usable = bytes;
    }

    /** What failed, or empty. */
    public synchronized String fired() {
        return fired;
    }

    /** A power cut: only what is durable stays. All files MUST be closed or abandoned. */
    public synchronized void crash() throws IOException {
        deleteAll();
        for (var directory : durableNames.entrySet()) {
            Files.createDirectories(directory.getKey());
            for (var name : directory.getValue().entrySet()) {
                try (DiskFile file = disk.create(name.getKey())) {
                    name.getValue().durable.writeTo(file);
                }
            }
        }
        names.clear();
    }

    private void deleteAll() throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(root)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            // The lock file and the key are not this disk's.
            if (!path.equals(root) && (Files.isDirectory(path) || names.containsKey(path))) {
                deleteIfEmpty(path);
            }
        }
    }

    private static void deleteIfEmpty(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (Stream<Path> children = Files.list(path)) {
                if (children.findAny().isPresent()) {
                    return;
                }
            }
        }
        Files.delete(path);
    }

    /** Takes everything that lies below the root for durable: a new process starts on it. */
    public synchronized void remount() throws IOException {
        names.clear();
        durableNames.clear();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) {
                        durableNames.put(directory, new HashMap<>());
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Inode inode = new Inode();
                        inode.size = Files.size(file);
                        try (DiskFile content = disk.open(file)) {
                            inode.durable.read(content, 0, inode.size);
                        }
                        names.put(file, inode);
                        Objects.requireNonNull(durableNames.get(file.getParent())).put(file, inode);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private synchronized boolean failsNow(Kind kind, Path path) {
        if (!kinds.contains(kind) || !paths.test(path) || --countdown != 0) {
            return false;
        }
        fired = kind + " " + root.relativize(path);
        return true;
    }

    private void check(Kind kind, Path path) throws IOException {
        if (failsNow(kind, path)) {
            throw new IOException("injected: " + kind);
        }
    }

    @Override
    public DiskFile create(Path path) throws IOException {
        check(Kind.CREATE, path);
        DiskFile file = disk.create(path);
        synchronized (this) {
            Inode inode = new Inode();
            names.put(path, inode);
            return new FaultyFile(file, inode);
        }
    }

    @Override
    public DiskFile open(Path path) throws IOException {
        if (!path.startsWith(root)) {
            return disk.open(path); // A key beside the record; only the record breaks.
        }
        check(Kind.OPEN, path);
        DiskFile file = disk.open(path);
        synchronized (this) {
            Inode inode = names.get(path);
            if (inode == null) {
                throw new IOException("remount before you open " + path);
            }
            return new FaultyFile(file, inode);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        check(Kind.RENAME, from);
        synchronized (this) {
            disk.rename(from, to);
            names.put(to, Objects.requireNonNull(names.remove(from)));
        }
    }

    @Override
    public void link(Path link, Path existing) throws IOException {
        check(Kind.LINK, link);
        synchronized (this) {
            disk.link(link, existing);
            names.put(link, Objects.requireNonNull(names.get(existing)));
        }
    }

    @Override
    public void unlink(Path path) throws IOException {
        check(Kind.UNLINK, path);
        synchronized (this) {
            disk.unlink(path);
            names.remove(path);
        }
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        check(Kind.MAKE_DIRECTORY, directory);
        disk.makeDirectory(directory);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        check(Kind.FORCE_DIRECTORY, directory);
        synchronized (this) {
            Map<Path, Inode> durable = new HashMap<>();
            names.forEach((path, inode) -> {
                if (directory.equals(path.getParent())) {
                    durable.put(path, inode);
                }
            });
            durableNames.put(directory, durable);
        }
    }

    @Override
    public synchronized long usableSpace(Path path) {
        return usable;
    }

    private final class FaultyFile implements DiskFile {
        private final DiskFile file;
        private final Inode inode;

        FaultyFile(DiskFile file, Inode inode) {
            this.file = file;
            this.inode = inode;
        }

        @Override
        public Path path() {
            return file.path();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            boolean fails = failsNow(Kind.WRITE, path());
            if (fails && failing == Failing.AFTER_HALF) {
                put(bytes.slice(bytes.position(), bytes.remaining() / 2), position);
            }
            if (fails) {
                throw new IOException("injected: No space left on device");
            }
            put(bytes, position);
        }

        private void put(ByteBuffer bytes, long position) throws IOException {
            synchronized (FaultyDisk.this) {
                inode.dirty.merge(position, bytes.remaining(), Math::max);
                inode.size = Math.max(inode.size, position + bytes.remaining());
                inode.sizeDirty = true;
                file.write(bytes, position);
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public void truncate(long size) throws IOException {
            check(Kind.TRUNCATE, path());
            synchronized (FaultyDisk.this) {
                file.truncate(size);
                inode.dirty.tailMap(size).clear();
                // What is written behind this place before the next force leaves zeros here.
                inode.dirty.merge(size, (int) (inode.size - size), Math::max);
                inode.size = size;
                inode.sizeDirty = true;
            }
        }

        @Override
        public void force() throws IOException {
            boolean fails = failsNow(Kind.FORCE, path());
            synchronized (FaultyDisk.this) {
                if (!fails) {
                    persist();
                }
                // The kernel marks the pages clean even when it could not write them.
                inode.dirty.clear();
                inode.sizeDirty = false;
            }
            if (fails) {
                throw new IOException("injected: FORCE");
            }
        }

        private void persist() throws IOException {
            if (inode.sizeDirty) {
                inode.durable.resize(inode.size);
            }
            for (var range : inode.dirty.entrySet()) {
                long end = Math.min(range.getKey() + range.getValue(), inode.size);
                inode.durable.read(file, range.getKey(), end);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
