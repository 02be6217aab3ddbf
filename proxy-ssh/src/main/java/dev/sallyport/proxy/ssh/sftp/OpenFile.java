package dev.sallyport.proxy.ssh.sftp;

import java.util.LinkedHashMap;
import java.util.Map;

/** A file or directory that is open at the target. Guarded by its {@link SftpStream}. */
final class OpenFile {
    private final String path;
    private final boolean directory;
    private final boolean reads;
    private final boolean writes;
    private final Transfer read = new Transfer();
    private final Transfer written = new Transfer();
    private String problem = "";

    OpenFile(String path, boolean directory, boolean reads, boolean writes) {
        this.path = path;
        this.directory = directory;
        this.reads = reads;
        this.writes = writes;
    }

    String path() {
        return path;
    }

    boolean isDirectory() {
        return directory;
    }

    boolean reads() {
        return reads;
    }

    boolean writes() {
        return writes;
    }

    Transfer read() {
        return read;
    }

    Transfer written() {
        return written;
    }

    /** A piece of content was not taken. */
    void failed(String result) {
        problem = problem.isEmpty() ? result : problem;
    }

    /** What went through it; call it once. */
    Map<String, Object> account(String operation, String result) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("operation", operation);
        fields.put("path", path);
        fields.put("result", problem.isEmpty() ? result : problem);
        if (!directory) {
            boolean both = read.bytes() > 0 && written.bytes() > 0;
            Transfer used = written.bytes() > 0 || !reads ? written : read;
            boolean random = both || read.isRandom() || written.isRandom();
            fields.put("read", read.bytes());
            fields.put("written", written.bytes());
            fields.put("sha256", random ? "" : used.hash());
            fields.put("random", random);
        }
        return fields;
    }
}
