package dev.sallyport.recorder.log;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The text of a log's signed head (C2SP tlog-checkpoint v1.0.0): origin, size and base64 root, a
 * line each. Extension lines are read and kept; we never write any.
 */
public record Checkpoint(Head head, List<String> extensions) {
    // 18 digits fit a long and are more leaves than any log will have.
    private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,17}");

    public Checkpoint {
        extensions = List.copyOf(extensions);
    }

    /** A head without extensions. */
    public static Checkpoint of(Head head) {
        return new Checkpoint(head, List.of());
    }

    /**
     * Reads the text of a note.
     *
     * @throws IllegalArgumentException when it is not a checkpoint
     */
    public static Checkpoint parse(String text) {
        List<String> lines = List.of(text.split("\n", -1));
        boolean wellFormed =
                lines.size() >= 4
                        && lines.getLast().isEmpty()
                        && lines.subList(0, lines.size() - 1).stream().noneMatch(String::isEmpty)
                        && SIZE.matcher(lines.get(1)).matches();
        if (!wellFormed) {
            throw new IllegalArgumentException("not a checkpoint");
        }
        Head head =
                new Head(lines.get(0), Long.parseLong(lines.get(1)), Hash.ofBase64(lines.get(2)));
        return new Checkpoint(head, lines.subList(3, lines.size() - 1));
    }

    /**
     * Reads the checkpoint in a note, whoever signed it.
     *
     * @throws IllegalArgumentException when it is not a note with a checkpoint
     */
    public static Checkpoint ofNote(String note) {
        return parse(Note.parse(note).text());
    }

    /** The text to sign. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(head.origin()).append('\n');
        text.append(head.size()).append('\n');
        text.append(head.root().base64()).append('\n');
        extensions.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
