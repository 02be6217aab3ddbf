package dev.sallyport.recorder.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

/**
 * A signed text (C2SP signed-note v1.0.0):
 *
 * <pre>
 * &lt;text, ends with a newline&gt;
 * (empty line)
 * — &lt;key name&gt; base64( key id (4, big endian) || signature )      one or more
 * </pre>
 *
 * @param text what is signed, with its last newline
 */
public record Note(String text, List<Line> signatures) {
    /** More than any log, its successor key and a crowd of witnesses need. */
    private static final int MOST_SIGNATURES = 100;

    /** A checkpoint has three lines; this leaves room and bounds what a stranger's file costs. */
    static final int LARGEST = 64 * 1024;

    private static final String DASH = "\u2014 ";

    /** One signature, not yet verified. */
    public record Line(String name, int keyId, byte[] signature) {
        public Line {
            signature = signature.clone();
        }

        private String text() {
            byte[] bytes =
                    ByteBuffer.allocate(4 + signature.length).putInt(keyId).put(signature).array();
            return DASH + name + " " + Base64.getEncoder().encodeToString(bytes) + "\n";
        }
    }

    /** What verifying came to. */
    public enum Verdict {
        /** At least one known key signed, and no known key's signature is wrong. */
        GOOD,
        /** No line is by a known key. */
        UNSIGNED,
        /** A line carries a known key's name and id and is not its signature. */
        FORGED
    }

    public Note {
        signatures = List.copyOf(signatures);
        if (!text.endsWith("\n")) {
            throw new IllegalArgumentException("a note's text ends with a newline");
        }
    }

    /**
     * Reads a note.
     *
     * @throws IllegalArgumentException when it is not exactly of the form above
     */
    public static Note parse(String note) {
        if (note.length() > LARGEST || note.chars().anyMatch(c -> c < ' ' && c != '\n')) {
            throw new IllegalArgumentException("a note is short and has no control characters");
        }
        int gap = note.lastIndexOf("\n\n");
        if (gap < 0 || !note.endsWith("\n") || gap + 2 == note.length()) {
            throw new IllegalArgumentException("a note has a text, an empty line and signatures");
        }
        List<Line> lines = new ArrayList<>();
        for (String line : note.substring(gap + 2, note.length() - 1).split("\n", -1)) {
            lines.add(line(line));
        }
        if (lines.size() > MOST_SIGNATURES) {
            throw new IllegalArgumentException("a note with too many signatures");
        }
        return new Note(note.substring(0, gap + 1), lines);
    }

    private static Line line(String line) {
        String[] parts = line.split(" ", -1);
        if (parts.length != 3
                || !parts[0].equals(DASH.strip())
                || parts[1].isEmpty()
                || parts[1].contains("+")
                || parts[1].codePoints().anyMatch(Character::isSpaceChar)) {
            throw new IllegalArgumentException("malformed signature line in a note");
        }
        byte[] bytes = Base64.getDecoder().decode(parts[2]);
        if (bytes.length < 5 || !Base64.getEncoder().encodeToString(bytes).equals(parts[2])) {
            throw new IllegalArgumentException("malformed signature in a note");
        }
        return new Line(
                parts[1],
                ByteBuffer.wrap(bytes).getInt(),
                Arrays.copyOfRange(bytes, 4, bytes.length));
    }

    /** The text form. */
    public String format() {
        StringBuilder note = new StringBuilder(text).append('\n');
        signatures.forEach(line -> note.append(line.text()));
        return note.toString();
    }

    /** Checks every line that claims to be by one of {@code keys}; lines of others do not count. */
    public Verdict verify(Collection<VerifierKey> keys) {
        Verdict verdict = Verdict.UNSIGNED;
        for (Line line : signatures) {
            for (VerifierKey key : keys) {
                if (key.id() == line.keyId() && key.name().equals(line.name())) {
                    if (!key.verifies(text, line.signature())) {
                        return Verdict.FORGED;
                    }
                    verdict = Verdict.GOOD;
                }
            }
        }
        return verdict;
    }
}
