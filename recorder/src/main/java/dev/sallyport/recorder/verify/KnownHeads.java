package dev.sallyport.recorder.verify;

import dev.sallyport.recorder.log.Checkpoint;
import dev.sallyport.recorder.log.Head;
import dev.sallyport.recorder.log.Note;
import dev.sallyport.recorder.log.TlogProof;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All checkpoints known from anywhere, by the log they are of. They are what a rollback and a fork
 * cannot agree with.
 */
final class KnownHeads {
    /** A checkpoint and where it was found. */
    record Known(Head head, Note note, Place source) {}

    // A state file of an auditor with many nodes.
    private static final long LARGEST_FILE = 16 << 20;
    // One note within a file of many: text, empty line, signature lines.
    private static final Pattern NOTES =
            Pattern.compile("(?:[^\\n—][^\\n]*\\n)+\\n(?:— [^\\n]*\\n)+");

    private final Findings findings;
    private final Map<String, List<Known>> byOrigin = new TreeMap<>();
    private final Set<String> seen = new HashSet<>();

    KnownHeads(Findings findings) {
        this.findings = findings;
    }

    /** Takes a file of the auditor: a note, a receipt, or notes one after the other. */
    void addFile(Path file) {
        Place place = Place.file(file.toString());
        try {
            String text = new String(RecordFiles.read(file, LARGEST_FILE), StandardCharsets.UTF_8);
            if (text.startsWith("c2sp.org/tlog-proof")) {
                add(TlogProof.parse(text).checkpoint(), place);
                return;
            }
            Matcher notes = NOTES.matcher(text);
            int end = 0;
            while (notes.find() && text.substring(end, notes.start()).isBlank()) {
                add(notes.group(), place);
                end = notes.end();
            }
            if (end == 0 || !text.substring(end).isBlank()) {
                findings.unverifiable(place, "holds something else than checkpoints");
            }
        } catch (IOException | IllegalArgumentException unreadable) {
            findings.unverifiable(place, "is no readable file of checkpoints");
        }
    }

    /**
     * Takes a note.
     *
     * @throws IllegalArgumentException when it is no checkpoint
     */
    void add(String text, Place source) {
        if (seen.add(text)) {
            Note note = Note.parse(text);
            Head head = Checkpoint.parse(note.text()).head();
            byOrigin.computeIfAbsent(head.origin(), origin -> new ArrayList<>())
                    .add(new Known(head, note, source));
        }
    }

    /** The checkpoints of one log. */
    List<Known> of(String origin) {
        return byOrigin.getOrDefault(origin, List.of());
    }

    /** Says which logs are known from elsewhere and are not in the record. */
    void requirePresent(Collection<String> origins) {
        byOrigin.forEach((origin, known) -> {
            if (!origins.contains(origin)) {
                findings.failure(
                        known.getFirst().source(),
                        "the log " + origin + " is known and not in this record");
            }
        });
    }
}
