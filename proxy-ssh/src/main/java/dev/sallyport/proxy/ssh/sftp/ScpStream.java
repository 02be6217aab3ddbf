package dev.sallyport.proxy.ssh.sftp;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.event.EventJson;
import dev.sallyport.access.event.EventType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * scp's old protocol, as OpenSSH speaks it: lines {@code C} (file), {@code D} and {@code E}
 * (directory and its end), {@code T} (times), the content, and one octet as an answer to each. The
 * side with the files sends lines; each file and directory is judged before its line is forwarded.
 *
 * <p>What follows a line depends on its answer: after a "no" there is no content, and a directory
 * was not entered. So nothing is read on before the answer is there; a side that does not wait for
 * it is made to wait.
 *
 * <pre>
 *   line ─▶ judged ─▶ forwarded ─▶ (answer owed) ─▶ answered ─▶ content, or the next line
 * </pre>
 *
 * <p>Thread-safe: the two directions come on different threads.
 */
public final class ScpStream implements StreamActs {
    /** Longer lines are no names of files; OpenSSH's own buffer holds 2 KiB. */
    private static final int MAX_LINE = 8 * 1024;

    /** PATH_MAX bounds how deep directories can lie in each other. */
    private static final int MAX_DEPTH = 2048;

    private static final Pattern ENTRY =
            Pattern.compile("([CD])([0-7]{4}) ([0-9]{1,18}) ([^/\\n]+)");
    private static final Pattern TIMES =
            Pattern.compile("T[0-9]{1,18} [0-9]{1,6} [0-9]{1,18} [0-9]{1,6}");

    private static final int FAILED = 1;
    private static final int FATAL = 2;

    /** What the side without the files has to answer before anything goes on. */
    private sealed interface Owed {
        record Nothing() implements Owed {}

        /** The first word of all, times, the end of a directory: yes and no are the same here. */
        record Word() implements Owed {}

        record Directory(List<String> places) implements Owed {}

        record File(List<String> places, long size) implements Owed {}

        record Content() implements Owed {}
    }

    private final ScpCommand command;
    // All guarded by this.
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ArrayDeque<List<String>> directories = new ArrayDeque<>();
    private Owed owed = new Owed.Word();
    private CompletableFuture<Void> waiting = new CompletableFuture<>();
    private List<String> paths = List.of();
    private Transfer transfer = new Transfer();
    private long size;
    private long left;
    private int words = -1;
    private boolean inContent;
    private boolean failing;
    private boolean began;
    private boolean broken;
    private boolean gone;

    private ScpStream(ScpCommand command) {
        this.command = command;
    }

    /** How to read the program {@code argv}; empty when it is not scp's remote half. */
    public static Optional<StreamActs> of(List<String> argv) {
        return ScpCommand.of(argv).map(ScpStream::new);
    }

    @Override
    public synchronized List<Piece> fromAgent(byte[] bytes) {
        if (command.sink()) {
            return lines(bytes, 0);
        }
        if (began) {
            return answers(bytes);
        }
        began = true; // A source waits for the first answer before it reads anything.
        return List.of(
                new Piece.Ask(
                        List.of(new SshAct.File("scp-read", false, command.paths())),
                        no -> no.isPresent() ? List.of(new Piece.End(no.get())) : answers(bytes)));
    }

    @Override
    public synchronized List<Piece> fromTarget(byte[] bytes) {
        return command.sink() ? answers(bytes) : lines(bytes, 0);
    }

    @Override
    public void gone() {
        CompletableFuture<Void> left;
        synchronized (this) {
            gone = true;
            left = waiting;
        }
        left.complete(null);
    }

    @Override
    public synchronized List<Piece> end() {
        boolean open = inContent || owed instanceof Owed.Content;
        inContent = false;
        return open ? List.of(account("aborted")) : List.of();
    }

    @Override
    public boolean isKept() {
        return false;
    }

    // ---- the side that answers

    /** An octet 0 is a yes; everything else begins words up to the end of the line, and is a no. */
    private synchronized List<Piece> answers(byte[] bytes) {
        List<Piece> pieces = new ArrayList<>();
        boolean wasOwed = !(owed instanceof Owed.Nothing);
        for (int at = 0; at < bytes.length && !broken; at++) {
            if (words < 0 && bytes[at] != 0) {
                words = 0;
            } else if (words < 0 || bytes[at] == '\n') {
                settle(words < 0, pieces);
                words = -1;
            } else if (++words > MAX_LINE) {
                pieces.add(broken("an answer is too long"));
            }
        }
        if (!broken) {
            pieces.add(new Piece.Pass(bytes));
            if (wasOwed && owed instanceof Owed.Nothing) {
                pieces.add(new Piece.GoOn(waiting));
                waiting = new CompletableFuture<>();
            }
        }
        return pieces;
    }

    private void settle(boolean yes, List<Piece> pieces) {
        switch (owed) {
            case Owed.Nothing nothing -> {
                if (yes) {
                    pieces.add(broken("an answer to nothing"));
                }
            }
            case Owed.Word word -> {
                // Whoever is told "no" here gives up by itself.
            }
            case Owed.Directory(List<String> places) -> {
                if (yes) {
                    directories.addLast(places);
                }
            }
            case Owed.File(List<String> places, long length) -> {
                begin(places, length);
                inContent = yes;
                if (!yes) {
                    pieces.add(account("failure"));
                }
            }
            case Owed.Content content -> {
                pieces.add(account(yes && !failing ? "ok" : "failure"));
                failing = false;
            }
        }
        owed = new Owed.Nothing();
    }

    // ---- the side with the files

    /** Reads on from {@code from}; what follows an entry is read only when it was answered. */
    private synchronized List<Piece> lines(byte[] bytes, int from) {
        List<Piece> pieces = new ArrayList<>();
        int at = from;
        while (at < bytes.length && !broken && !gone) {
            if (!(owed instanceof Owed.Nothing)) {
                int rest = at;
                pieces.add(new Piece.Wait(waiting, () -> lines(bytes, rest)));
                return pieces;
            }
            if (inContent) {
                at += content(bytes, at, pieces);
                continue;
            }
            byte octet = bytes[at++];
            if (octet != '\n') {
                line.write(octet);
                if (line.size() > MAX_LINE) {
                    pieces.add(broken("a line is too long"));
                }
            } else {
                byte[] whole = line.toByteArray();
                line.reset();
                if (entry(whole, bytes, at, pieces)) {
                    return pieces;
                }
            }
        }
        return pieces;
    }

    /** Takes content and the octet after it; returns how many bytes it took. */
    private int content(byte[] bytes, int from, List<Piece> pieces) {
        int part = (int) Math.min(left, bytes.length - from);
        if (part > 0) {
            transfer.add(size - left, ByteBuffer.wrap(bytes, from, part));
            left -= part;
            pieces.add(new Piece.Pass(Arrays.copyOfRange(bytes, from, from + part)));
            return part;
        }
        inContent = false;
        if (bytes[from] == 0) {
            owed = new Owed.Content();
            pieces.add(new Piece.Pass(new byte[1]));
            return 1;
        }
        if (bytes[from] == FAILED || bytes[from] == FATAL) {
            failing = true; // An error while the file was read: the line that follows says which.
        } else {
            pieces.add(broken("content without an end"));
        }
        return 0;
    }

    /** Takes a line; true when the rest waits for a verdict. */
    private boolean entry(byte[] whole, byte[] bytes, int at, List<Piece> pieces) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(whole)).toString();
        } catch (CharacterCodingException e) {
            pieces.add(broken("a line is not UTF-8"));
            return false;
        }
        byte[] withEnd = Arrays.copyOf(whole, whole.length + 1);
        withEnd[whole.length] = '\n';
        Piece pass = new Piece.Pass(withEnd);
        Matcher entry = ENTRY.matcher(text);
        if (entry.matches()) {
            pieces.add(judge(entry, pass, bytes, at));
            return true;
        }
        boolean tells = whole.length > 0 && (whole[0] == FAILED || whole[0] == FATAL);
        if (tells) {
            owed = failing ? new Owed.Content() : owed;
            pieces.add(pass);
        } else if (TIMES.matcher(text).matches()
                || text.equals("E") && directories.pollLast() != null) {
            owed = new Owed.Word();
            pieces.add(pass);
        } else {
            pieces.add(broken("a line that is not understood"));
        }
        return false;
    }

    private Piece judge(Matcher entry, Piece pass, byte[] bytes, int at) {
        String name = entry.group(4);
        boolean directory = entry.group(1).equals("D");
        List<String> places = places(name);
        if (name.equals(".")
                || name.equals("..")
                || name.indexOf('\0') >= 0
                || places.isEmpty()
                || directories.size() >= MAX_DEPTH) {
            return broken("a name that was not asked for");
        }
        boolean writes = command.sink();
        var act = new SshAct.File(writes ? "scp-write" : "scp-read", writes, places);
        return new Piece.Ask(
                List.of(act),
                no -> {
                    List<Piece> pieces = new ArrayList<>();
                    synchronized (this) {
                        if (no.isPresent()) {
                            pieces.add(refuse(no.get()));
                        } else {
                            owed =
                                    directory
                                            ? new Owed.Directory(places)
                                            : new Owed.File(places, Long.parseLong(entry.group(3)));
                            pieces.add(pass);
                        }
                        pieces.addAll(lines(bytes, at));
                    }
                    return pieces;
                });
    }

    /** A sink says no to one file and goes on; a source has no word for it. */
    private Piece refuse(Refusal why) {
        if (!command.sink()) {
            return new Piece.End(why);
        }
        var words = new ByteArrayOutputStream();
        words.write(FAILED);
        words.writeBytes(EventJson.refusal(why));
        if (words.toByteArray()[words.size() - 1] != '\n') {
            words.write('\n');
        }
        return new Piece.Answer(words.toByteArray());
    }

    private void begin(List<String> places, long length) {
        paths = places;
        transfer = new Transfer();
        size = length;
        left = length;
    }

    /**
     * Where an entry ends up. A sink's own path may be a directory or not, which only the target
     * knows, so that both readings have to be allowed; a source may only send what was asked for.
     */
    private List<String> places(String name) {
        if (!directories.isEmpty()) {
            return directories.getLast().stream().map(place -> below(place, name)).toList();
        }
        if (!command.sink()) {
            return command.paths().stream()
                    .filter(asked -> asked.endsWith("/" + name))
                    .limit(1)
                    .toList();
        }
        String root = command.paths().getFirst();
        return command.intoDirectory()
                ? List.of(below(root, name))
                : List.of(root, below(root, name));
    }

    private static String below(String directory, String name) {
        return directory.equals("/") ? "/" + name : directory + "/" + name;
    }

    private Piece account(String result) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("operation", command.sink() ? "scp-write" : "scp-read");
        fields.put("path", paths.getFirst());
        if (paths.size() > 1) {
            fields.put("pathIfDirectory", paths.getLast());
        }
        fields.put("result", result);
        fields.put("read", command.sink() ? 0L : transfer.bytes());
        fields.put("written", command.sink() ? transfer.bytes() : 0L);
        fields.put("sha256", transfer.hash());
        fields.put("random", false);
        return new Piece.Note(EventType.SSH_SFTP, fields);
    }

    private Piece broken(String what) {
        broken = true;
        return Malformed.ends("scp: " + what);
    }
}
