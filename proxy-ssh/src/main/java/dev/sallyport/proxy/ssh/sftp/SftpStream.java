package dev.sallyport.proxy.ssh.sftp;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.event.EventJson;
import dev.sallyport.access.event.EventType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The SFTP subsystem, both ways. Each request is judged before it is forwarded and a refused one is
 * answered here; each answer is matched with its request, counted and hashed.
 *
 * <pre>
 *   agent ─ INIT ─▶ target ─ VERSION ─┐ (kept back)
 *                   target ◀─ REALPATH "." ─┘ ─▶ home known ─ VERSION ─▶ agent: ready
 * </pre>
 *
 * <p>Thread-safe: the two directions come on different threads.
 */
public final class SftpStream implements StreamActs {
    /** Requests without an answer; OpenSSH's client has 64, and more only by option. */
    private static final int MAX_PENDING = 4096;

    /** Open files of one channel; OpenSSH's server stops at its own limit of descriptors. */
    private static final int MAX_HANDLES = 4096;

    /** The draft's bound on a handle's length (§3). */
    private static final int MAX_HANDLE = 256;

    /** Of the proxy's own question, which is over before the agent can ask any. */
    private static final int OWN_ID = 0;

    private enum State {
        START,
        GREETED,
        FINDING_HOME,
        READY,
        BROKEN
    }

    private final String login;
    // All guarded by this.
    private final SftpFrames agentFrames = new SftpFrames();
    private final SftpFrames targetFrames = new SftpFrames();
    private final Map<Integer, Pending> pending = new HashMap<>();
    private final Map<String, OpenFile> handles = new LinkedHashMap<>();
    private SftpRequests requests;
    private boolean contentFirst;
    private byte[] version = new byte[0];
    private State state = State.START;

    /**
     * @param login the login at the target, whose home may be asked for
     */
    public SftpStream(String login) {
        this.login = login;
        this.requests = new SftpRequests(new Home("/"), login, false, handles);
    }

    @Override
    public synchronized List<Piece> fromAgent(byte[] bytes) {
        List<Piece> pieces = new ArrayList<>();
        try {
            agentFrames.feed(bytes);
            while (state != State.BROKEN) {
                byte[] packet = agentFrames.next();
                if (packet.length == 0) {
                    break;
                }
                pieces.add(request(packet));
            }
        } catch (MalformedStreamException e) {
            pieces.add(broken("from the agent: " + e.getMessage()));
        }
        return pieces;
    }

    @Override
    public synchronized List<Piece> fromTarget(byte[] bytes) {
        List<Piece> pieces = new ArrayList<>();
        try {
            targetFrames.feed(bytes);
            while (state != State.BROKEN) {
                byte[] packet = targetFrames.next();
                if (packet.length == 0) {
                    break;
                }
                answer(packet, pieces);
            }
        } catch (MalformedStreamException e) {
            pieces.add(broken("from the target: " + e.getMessage()));
        }
        return pieces;
    }

    @Override
    public synchronized List<Piece> end() {
        List<Piece> pieces = new ArrayList<>();
        handles.values().forEach(file -> pieces.add(aborted(file)));
        handles.clear();
        for (Pending unanswered : pending.values()) {
            if (unanswered instanceof Pending.Closing(OpenFile file)) {
                pieces.add(aborted(file));
            }
        }
        pending.clear();
        return pieces;
    }

    @Override
    public boolean isKept() {
        return false;
    }

    // ---- agent to target

    private Piece request(byte[] packet) throws MalformedStreamException {
        if (packet[0] == Sftp.INIT) {
            return greet(packet);
        }
        if (state != State.READY) {
            throw new MalformedStreamException("a request before the version");
        }
        SftpRequest request = requests.read(packet);
        if (pending.size() >= MAX_PENDING
                || pending.putIfAbsent(request.id(), request.pending()) != null) {
            throw new MalformedStreamException("too many requests, or one id twice");
        }
        return request.acts().isEmpty()
                ? new Piece.Pass(request.packet())
                : new Piece.Ask(request.acts(), no -> List.of(judged(request, no)));
    }

    private synchronized Piece judged(SftpRequest request, Optional<Refusal> no) {
        if (no.isEmpty()) {
            return new Piece.Pass(request.packet());
        }
        pending.remove(request.id());
        return new Piece.Answer(
                new SftpWriter(Sftp.STATUS)
                        .int32(request.id())
                        .int32(request.status())
                        .string(EventJson.refusal(no.get()))
                        .text("")
                        .packet());
    }

    private Piece greet(byte[] packet) throws MalformedStreamException {
        var reader = new SftpReader(packet);
        reader.octet();
        if (state != State.START || reader.int32() < Sftp.VERSION_3) {
            throw new MalformedStreamException("a greeting that is none");
        }
        state = State.GREETED;
        return new Piece.Pass(new SftpWriter(Sftp.INIT).int32(Sftp.VERSION_3).packet());
    }

    // ---- target to agent

    private void answer(byte[] packet, List<Piece> pieces) throws MalformedStreamException {
        var reader = new SftpReader(packet);
        int type = reader.octet();
        switch (state) {
            case START, BROKEN -> throw new MalformedStreamException("an answer to nothing");
            case GREETED -> pieces.add(version(type, reader));
            case FINDING_HOME -> pieces.add(home(type, reader));
            case READY -> {
                Pending asked = pending.remove(reader.int32());
                if (asked == null) {
                    throw new MalformedStreamException("an answer to nothing");
                }
                settle(type, reader, asked, pieces);
                reader.done();
                pieces.add(new Piece.Pass(SftpWriter.framed(packet)));
            }
        }
    }

    private Piece version(int type, SftpReader reader) throws MalformedStreamException {
        if (type != Sftp.VERSION || reader.int32() != Sftp.VERSION_3) {
            throw new MalformedStreamException("another version than 3");
        }
        var shown = new SftpWriter(Sftp.VERSION).int32(Sftp.VERSION_3);
        while (reader.hasMore()) {
            String name = reader.text();
            byte[] value = reader.string();
            contentFirst |= name.equals(Sftp.POSIX_RENAME);
            if (Sftp.EXTENSIONS.contains(name)) {
                shown.text(name).string(value);
            }
        }
        version = shown.packet();
        state = State.FINDING_HOME;
        return new Piece.Answer(new SftpWriter(Sftp.REALPATH).int32(OWN_ID).text(".").packet());
    }

    private Piece home(int type, SftpReader reader) throws MalformedStreamException {
        if (type != Sftp.NAME || reader.int32() != OWN_ID || reader.int32() != 1) {
            throw new MalformedStreamException("no home directory");
        }
        try {
            requests = new SftpRequests(new Home(reader.text()), login, contentFirst, handles);
        } catch (IllegalArgumentException e) {
            throw new MalformedStreamException("a home directory that is no path");
        }
        state = State.READY;
        return new Piece.Pass(version);
    }

    private void settle(int type, SftpReader reader, Pending asked, List<Piece> pieces)
            throws MalformedStreamException {
        switch (type) {
            case Sftp.STATUS -> status(reader, asked, pieces);
            case Sftp.HANDLE -> opened(reader, asked);
            case Sftp.DATA -> content(reader, asked);
            case Sftp.NAME -> {
                expectLooking(asked);
                int count = reader.int32();
                for (int i = 0; i != count; i++) {
                    reader.data();
                    reader.data();
                    reader.attributes();
                }
            }
            case Sftp.ATTRS -> {
                expectLooking(asked);
                reader.attributes();
            }
            case Sftp.EXTENDED_REPLY -> {
                expectLooking(asked);
                reader.skipRest();
            }
            default -> throw new MalformedStreamException("an unknown answer type");
        }
    }

    private void status(SftpReader reader, Pending asked, List<Piece> pieces)
            throws MalformedStreamException {
        int code = reader.int32();
        while (reader.hasMore()) {
            reader.data(); // Message and language, which old servers leave away.
        }
        String word = Sftp.word(code);
        switch (asked) {
            case Pending.Opening(OpenFile file) -> {
                if (code == Sftp.OK) {
                    throw new MalformedStreamException("opened without a handle");
                }
                pieces.add(note(file.account("open", word)));
            }
            case Pending.Reading(OpenFile file, long offset, int length) -> {
                if (code != Sftp.EOF) {
                    file.failed(word);
                }
            }
            case Pending.Writing(OpenFile file) -> {
                if (code != Sftp.OK) {
                    file.failed(word);
                }
            }
            case Pending.Closing(OpenFile file) -> pieces.add(note(file.account("close", word)));
            case Pending.Changing(String operation, List<String> paths) ->
                    pieces.add(
                            note(Map.of("operation", operation, "paths", paths, "result", word)));
            case Pending.Looking() -> {
                // What was looked at is in the record since it was allowed.
            }
        }
    }

    private void opened(SftpReader reader, Pending asked) throws MalformedStreamException {
        byte[] handle = reader.string();
        if (!(asked instanceof Pending.Opening(OpenFile file))
                || handle.length > MAX_HANDLE
                || handles.size() >= MAX_HANDLES
                || handles.putIfAbsent(SftpRequests.name(handle), file) != null) {
            throw new MalformedStreamException("a handle that was not asked for");
        }
    }

    private static void content(SftpReader reader, Pending asked) throws MalformedStreamException {
        var content = reader.data();
        if (!(asked instanceof Pending.Reading(OpenFile file, long offset, int length))
                || Integer.compareUnsigned(content.remaining(), length) > 0) {
            throw new MalformedStreamException("content that was not asked for");
        }
        file.read().add(offset, content);
    }

    private static void expectLooking(Pending asked) throws MalformedStreamException {
        if (!(asked instanceof Pending.Looking)) {
            throw new MalformedStreamException("an answer of the wrong kind");
        }
    }

    // ---- both

    private static Piece aborted(OpenFile file) {
        return note(file.account("close", "aborted"));
    }

    private static Piece note(Map<String, Object> fields) {
        return new Piece.Note(EventType.SSH_SFTP, fields);
    }

    /** The record learns what was wrong, and the channel ends, whatever the gate says. */
    private Piece broken(String what) {
        state = State.BROKEN;
        return Malformed.ends("SFTP " + what);
    }
}
