package dev.sallyport.proxy.ssh.sftp;

import dev.sallyport.access.act.SshAct;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads requests of SFTP version 3 (draft-ietf-secsh-filexfer-02 §6) strictly, and writes each anew
 * with absolute, normal paths, so that the target does what was judged and nothing else. Guarded by
 * its {@link SftpStream}.
 */
final class SftpRequests {
    private static final Pending LOOKING = new Pending.Looking();

    private final Home home;
    private final String login;
    private final boolean contentFirst;
    private final Map<String, OpenFile> handles;

    /**
     * @param login whose home may be asked for
     * @param contentFirst whether the target reads symbolic links in OpenSSH's order
     * @param handles what is open now
     */
    SftpRequests(Home home, String login, boolean contentFirst, Map<String, OpenFile> handles) {
        this.home = home;
        this.login = login;
        this.contentFirst = contentFirst;
        this.handles = handles;
    }

    /** Understands a packet, or throws: what is not known here is not sent on. */
    SftpRequest read(byte[] packet) throws MalformedStreamException {
        var reader = new SftpReader(packet);
        int type = reader.octet();
        var at = new Place(reader, reader.int32(), type);
        SftpRequest request =
                switch (type) {
                    case Sftp.OPEN -> open(at);
                    case Sftp.CLOSE -> close(at);
                    case Sftp.READ -> readContent(at);
                    case Sftp.WRITE -> writeContent(at, packet);
                    case Sftp.LSTAT -> look(at, "lstat");
                    case Sftp.STAT -> look(at, "stat");
                    case Sftp.READLINK -> look(at, "readlink");
                    case Sftp.REALPATH -> realPath(at, at.packet());
                    case Sftp.FSTAT -> lookAtHandle(at, "fstat");
                    case Sftp.SETSTAT -> change(at, "setstat", true);
                    case Sftp.MKDIR -> change(at, "mkdir", true);
                    case Sftp.REMOVE -> change(at, "remove", false);
                    case Sftp.RMDIR -> change(at, "rmdir", false);
                    case Sftp.FSETSTAT -> changeHandle(at);
                    case Sftp.OPENDIR -> openDirectory(at);
                    case Sftp.READDIR -> readDirectory(at);
                    case Sftp.RENAME -> pair(at, "rename", at.packet());
                    case Sftp.SYMLINK -> symbolicLink(at);
                    case Sftp.EXTENDED -> extended(at);
                    default -> throw new MalformedStreamException("an unknown packet type");
                };
        reader.done();
        return request;
    }

    /** A packet while it is read. */
    private record Place(SftpReader reader, int id, int type) {
        SftpWriter packet() {
            return new SftpWriter(type).int32(id);
        }

        SftpRequest passed(SftpWriter packet, Pending pending) {
            return judged(List.of(), packet, pending);
        }

        SftpRequest judged(SshAct act, SftpWriter packet, Pending pending) {
            return judged(List.of(act), packet, pending);
        }

        SftpRequest judged(List<SshAct> acts, SftpWriter packet, Pending pending) {
            return new SftpRequest(id, acts, packet.packet(), pending, Sftp.PERMISSION_DENIED);
        }

        SftpRequest refused(String what, int status) {
            return new SftpRequest(
                    id, List.of(new SshAct.Unknown(what)), new byte[0], LOOKING, status);
        }
    }

    private SftpRequest open(Place at) throws MalformedStreamException {
        String path = path(at);
        int flags = at.reader().int32();
        byte[] attributes = at.reader().attributes();
        boolean reads = (flags & Sftp.OPEN_READ) != 0;
        boolean writes = (flags & Sftp.OPEN_WRITE) != 0;
        if ((flags & ~Sftp.OPEN_KNOWN) != 0 || !reads && !writes) {
            throw new MalformedStreamException("unknown open flags");
        }
        List<SshAct> acts = new ArrayList<>();
        if (reads) {
            acts.add(new SshAct.File("open-read", false, List.of(path)));
        }
        if (writes) {
            acts.add(new SshAct.File("open-write", true, List.of(path)));
        }
        return at.judged(
                acts,
                at.packet().text(path).int32(flags).raw(attributes),
                new Pending.Opening(new OpenFile(path, false, reads, writes)));
    }

    private SftpRequest openDirectory(Place at) throws MalformedStreamException {
        String path = path(at);
        return at.judged(
                new SshAct.File("opendir", false, List.of(path)),
                at.packet().text(path),
                new Pending.Opening(new OpenFile(path, true, true, false)));
    }

    /**
     * From here on the handle serves nobody: the target may give its name to the next file before
     * the agent's later requests arrive, which would then touch another file than was judged.
     */
    private SftpRequest close(Place at) throws MalformedStreamException {
        byte[] handle = at.reader().string();
        OpenFile file = handles.remove(name(handle));
        return file == null
                ? noHandle(at)
                : at.passed(at.packet().string(handle), new Pending.Closing(file));
    }

    private SftpRequest readContent(Place at) throws MalformedStreamException {
        byte[] handle = at.reader().string();
        long offset = at.reader().int64();
        int length = at.reader().int32();
        OpenFile file = handles.get(name(handle));
        if (file == null || !file.reads() || file.isDirectory()) {
            return noHandle(at);
        }
        return at.passed(
                at.packet().string(handle).int64(offset).int32(length),
                new Pending.Reading(file, offset, length));
    }

    private SftpRequest writeContent(Place at, byte[] packet) throws MalformedStreamException {
        OpenFile file = handles.get(name(at.reader().string()));
        long offset = at.reader().int64();
        var content = at.reader().data();
        if (file == null || !file.writes()) {
            return noHandle(at);
        }
        at.reader().done();
        file.written().add(offset, content);
        return new SftpRequest(
                at.id(),
                List.of(),
                SftpWriter.framed(packet),
                new Pending.Writing(file),
                Sftp.PERMISSION_DENIED);
    }

    private SftpRequest readDirectory(Place at) throws MalformedStreamException {
        byte[] handle = at.reader().string();
        OpenFile file = handles.get(name(handle));
        return file == null || !file.isDirectory()
                ? noHandle(at)
                : at.passed(at.packet().string(handle), LOOKING);
    }

    private SftpRequest look(Place at, String operation) throws MalformedStreamException {
        return look(at, operation, at.packet());
    }

    private SftpRequest look(Place at, String operation, SftpWriter packet)
            throws MalformedStreamException {
        String path = path(at);
        return at.judged(
                new SshAct.File(operation, false, List.of(path)), packet.text(path), LOOKING);
    }

    /** Where it begins is told to everyone: without it no client can do anything. */
    private SftpRequest realPath(Place at, SftpWriter packet) throws MalformedStreamException {
        String asked = at.reader().text();
        if (asked.isEmpty() || asked.equals(".")) {
            return at.passed(packet.text(home.directory()), LOOKING);
        }
        String path = home.resolve(asked);
        return at.judged(
                new SshAct.File("realpath", false, List.of(path)), packet.text(path), LOOKING);
    }

    private SftpRequest lookAtHandle(Place at, String operation) throws MalformedStreamException {
        return lookAtHandle(at, operation, at.packet());
    }

    private SftpRequest lookAtHandle(Place at, String operation, SftpWriter packet)
            throws MalformedStreamException {
        byte[] handle = at.reader().string();
        OpenFile file = handles.get(name(handle));
        return file == null
                ? noHandle(at)
                : at.judged(
                        new SshAct.File(operation, false, List.of(file.path())),
                        packet.string(handle),
                        LOOKING);
    }

    private SftpRequest change(Place at, String operation, boolean attributes)
            throws MalformedStreamException {
        return change(at, operation, attributes, at.packet());
    }

    private SftpRequest change(Place at, String operation, boolean attributes, SftpWriter packet)
            throws MalformedStreamException {
        List<String> paths = List.of(path(at));
        packet.text(paths.getFirst());
        if (attributes) {
            packet.raw(at.reader().attributes());
        }
        return at.judged(
                new SshAct.File(operation, true, paths),
                packet,
                new Pending.Changing(operation, paths));
    }

    private SftpRequest changeHandle(Place at) throws MalformedStreamException {
        byte[] handle = at.reader().string();
        byte[] attributes = at.reader().attributes();
        OpenFile file = handles.get(name(handle));
        if (file == null) {
            return noHandle(at);
        }
        List<String> paths = List.of(file.path());
        return at.judged(
                new SshAct.File("fsetstat", true, paths),
                at.packet().string(handle).raw(attributes),
                new Pending.Changing("fsetstat", paths));
    }

    /** Old name and new name: who may change both may do it. */
    private SftpRequest pair(Place at, String operation, SftpWriter packet)
            throws MalformedStreamException {
        String from = path(at);
        String to = path(at);
        List<String> paths = List.of(from, to);
        return at.judged(
                new SshAct.File(operation, true, paths),
                packet.text(from).text(to),
                new Pending.Changing(operation, paths));
    }

    /**
     * OpenSSH's order: content first, then the link's own name. A server with the draft's order
     * would make a link of the other name, which is judged too as long as it is absolute.
     */
    private SftpRequest symbolicLink(Place at) throws MalformedStreamException {
        String content = at.reader().text();
        String link = path(at);
        boolean absolute = content.startsWith("/");
        if (content.isEmpty()
                || !absolute && (!contentFirst || List.of(content.split("/", -1)).contains(".."))) {
            // Where ".." leads depends on links that only the target knows.
            return at.refused("a link whose end is not known here", Sftp.PERMISSION_DENIED);
        }
        String target = Home.ofLink(link, content);
        List<String> paths = List.of(link, target);
        return at.judged(
                new SshAct.File("symlink", true, paths),
                at.packet().text(absolute ? target : content).text(link),
                new Pending.Changing("symlink", paths));
    }

    private SftpRequest extended(Place at) throws MalformedStreamException {
        String name = at.reader().text();
        SftpWriter packet = at.packet().text(name);
        return switch (name) {
            case Sftp.POSIX_RENAME -> pair(at, "rename", packet);
            case Sftp.HARDLINK -> pair(at, "hardlink", packet);
            case Sftp.LSETSTAT -> change(at, "lsetstat", true, packet);
            case Sftp.STATVFS -> look(at, "statvfs", packet);
            case Sftp.FSTATVFS -> lookAtHandle(at, "fstatvfs", packet);
            case Sftp.FSYNC -> flush(at, packet);
            case Sftp.COPY_DATA -> copy(at, packet);
            case Sftp.LIMITS -> at.passed(packet, LOOKING);
            case Sftp.EXPAND_PATH -> expand(at, packet);
            case Sftp.HOME_DIRECTORY -> homeDirectory(at, packet);
            case Sftp.USERS_GROUPS ->
                    at.passed(
                            packet.string(at.reader().string()).string(at.reader().string()),
                            LOOKING);
            default -> {
                at.reader().skipRest();
                yield at.refused("an unknown SFTP extension", Sftp.OP_UNSUPPORTED);
            }
        };
    }

    private SftpRequest flush(Place at, SftpWriter packet) throws MalformedStreamException {
        byte[] handle = at.reader().string();
        OpenFile file = handles.get(name(handle));
        return file == null || !file.writes()
                ? noHandle(at)
                : at.passed(packet.string(handle), LOOKING);
    }

    /** A length of 0 means everything: what is copied is seen by nobody here. */
    private SftpRequest copy(Place at, SftpWriter packet) throws MalformedStreamException {
        byte[] from = at.reader().string();
        long fromOffset = at.reader().int64();
        long length = at.reader().int64();
        byte[] to = at.reader().string();
        long toOffset = at.reader().int64();
        OpenFile source = handles.get(name(from));
        OpenFile sink = handles.get(name(to));
        if (source == null || sink == null || !source.reads() || !sink.writes()) {
            return noHandle(at);
        }
        sink.written().unseen();
        List<String> paths = List.of(sink.path());
        return at.judged(
                List.of(
                        new SshAct.File("copy-data", false, List.of(source.path())),
                        new SshAct.File("copy-data", true, paths)),
                packet.string(from).int64(fromOffset).int64(length).string(to).int64(toOffset),
                new Pending.Changing("copy-data", List.of(source.path(), sink.path())));
    }

    private SftpRequest expand(Place at, SftpWriter packet) throws MalformedStreamException {
        String asked = at.reader().text();
        if (asked.startsWith("~") && !asked.equals("~") && !asked.startsWith("~/")) {
            return at.refused("the home of another login", Sftp.PERMISSION_DENIED);
        }
        String path = home.resolve(asked.startsWith("~") ? "." + asked.substring(1) : asked);
        return path.equals(home.directory())
                ? at.passed(packet.text(path), LOOKING)
                : at.judged(
                        new SshAct.File("realpath", false, List.of(path)),
                        packet.text(path),
                        LOOKING);
    }

    private SftpRequest homeDirectory(Place at, SftpWriter packet) throws MalformedStreamException {
        String user = at.reader().text();
        return user.isEmpty() || user.equals(login)
                ? at.passed(packet.text(user), LOOKING)
                : at.refused("the home of another login", Sftp.PERMISSION_DENIED);
    }

    /** A handle that the target never gave, or one that was not opened for this. */
    private static SftpRequest noHandle(Place at) {
        at.reader().skipRest();
        return at.refused("an unknown handle", Sftp.PERMISSION_DENIED);
    }

    private String path(Place at) throws MalformedStreamException {
        return home.resolve(at.reader().text());
    }

    /** A handle is opaque bytes: as a key, each byte is one character. */
    static String name(byte[] handle) {
        return new String(handle, StandardCharsets.ISO_8859_1);
    }
}
