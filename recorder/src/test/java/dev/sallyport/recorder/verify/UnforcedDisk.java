package dev.sallyport.recorder.verify;

import dev.sallyport.recorder.disk.Disk;
import dev.sallyport.recorder.disk.DiskFile;
import dev.sallyport.recorder.disk.LocalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The local disk without waiting for the device, for tests that write many small records. */
final class UnforcedDisk implements Disk {
    private final Disk disk = new LocalDisk();

    @Override
    public DiskFile create(Path path) throws IOException {
        return new Unforced(disk.create(path));
    }

    @Override
    public DiskFile open(Path path) throws IOException {
        return new Unforced(disk.open(path));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void link(Path link, Path existing) throws IOException {
        disk.link(link, existing);
    }

    @Override
    public void unlink(Path path) throws IOException {
        disk.unlink(path);
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        disk.makeDirectory(directory);
    }

    @Override
    public void forceDirectory(Path directory) {}

    @Override
    public long usableSpace(Path path) throws IOException {
        return disk.usableSpace(path);
    }

    private record Unforced(DiskFile file) implements DiskFile {
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
            file.write(bytes, position);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void force() {}

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
