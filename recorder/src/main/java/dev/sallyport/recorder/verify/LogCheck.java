package dev.sallyport.recorder.verify;

import dev.sallyport.recorder.log.Checkpoint;
import dev.sallyport.recorder.log.Head;
import dev.sallyport.recorder.log.LogLocation;
import dev.sallyport.recorder.log.LogWriter;
import dev.sallyport.recorder.log.Note;
import dev.sallyport.recorder.log.VerifierKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Verifies one log: whose it is, its checkpoint, its entries and tiles, and all known heads. */
final class LogCheck {
    private static final long LARGEST_NOTE = 64 * 1024;

    private final RecordFiles files;
    private final LogLocation location;
    private final Path directory;
    private final VerifyOptions options;
    private final KnownHeads known;
    private final Findings findings;

    LogCheck(
            RecordFiles files,
            LogLocation location,
            VerifyOptions options,
            KnownHeads known,
            Findings findings) {
        this.files = files;
        this.location = location;
        this.directory = location.directory(files.root());
        this.options = options;
        this.known = known;
        this.findings = findings;
    }

    /** Takes the log's own kept checkpoints to the known ones; before {@link #run}. */
    void collectKept() {
        for (Path file : RecordFiles.list(directory.resolve("checkpoints"))) {
            Place place = place(file);
            try {
                String text = text(file);
                known.add(text, place);
                Head head = Checkpoint.parse(Note.parse(text).text()).head();
                boolean named =
                        file.endsWith(LogWriter.checkpointPath(head.size()))
                                && head.origin().equals(location.origin());
                if (!named) {
                    findings.failure(place, "holds the checkpoint of another log or size");
                }
            } catch (IOException | IllegalArgumentException malformed) {
                if (!file.toString().endsWith(RecordFiles.TEMPORARY)) {
                    findings.failure(place, "is no checkpoint");
                }
            }
        }
    }

    /**
     * Verifies the log and feeds its leaves to {@code leaves}.
     *
     * @return the head that was verified; empty when the log could not be read to its end
     */
    Optional<Head> run(NodeLeaves leaves, boolean newest) {
        List<VerifierKey> keys = keys();
        List<KnownHeads.Known> heads = verified(keys);
        Optional<Head> published = published(keys);
        Optional<Head> current = current(published, heads);
        if (current.isEmpty()) {
            findings.unverifiable(place(directory), "the log has no checkpoint");
            return Optional.empty();
        }
        Head head = current.get();
        SortedSet<Long> sizes = new TreeSet<>();
        heads.forEach(each -> sizes.add(each.head().size()));
        long settled = settledSize(heads, head.size());
        leaves.begin(files.name(directory), index -> options.strict() || index < settled);
        LogScan scan = new LogScan(files, directory, findings);
        boolean complete = scan.run(head.size(), sizes, leaves);
        scan.reportStrangers(head.size(), options.strict());
        if (!complete) {
            return Optional.empty();
        }
        compare(scan, head, heads);
        leaves.end(head, newest);
        return current;
    }

    private void compare(LogScan scan, Head head, List<KnownHeads.Known> heads) {
        if (!scan.rootAt(head.size()).equals(head.root())) {
            findings.failure(
                    place(directory.resolve("checkpoint")),
                    "the entries do not give the root that was signed");
        }
        for (KnownHeads.Known each : heads) {
            if (each.head().size() > head.size()) {
                findings.failure(
                        each.source(),
                        "rolled back: a checkpoint of "
                                + each.head().size()
                                + " leaves is known, the log has "
                                + head.size());
            } else if (!scan.rootAt(each.head().size()).equals(each.head().root())) {
                findings.failure(
                        each.source(),
                        "forked: the checkpoint of "
                                + each.head().size()
                                + " leaves has another root than the entries give");
            }
        }
    }

    /** Those that may sign this log: its own, or the trusted ones of its node. */
    private List<VerifierKey> keys() {
        Place place = place(directory.resolve("vkey"));
        Optional<VerifierKey> own = ownKey(place);
        if (options.trusted().isEmpty()) {
            own.ifPresent(key -> findings.note(place, "believed: no trusted key was given"));
            return own.stream().toList();
        }
        List<VerifierKey> trusted =
                options.trusted().stream()
                        .filter(key -> key.kind() == VerifierKey.Kind.LOG)
                        .filter(key -> isOfNode(key, location))
                        .map(key -> key.named(location.origin()))
                        .toList();
        if (trusted.isEmpty()) {
            findings.unverifiable(place, "no trusted key is of this node");
        } else if (own.isPresent() && !trusted.contains(own.get())) {
            findings.failure(place, "is not the trusted key of this node");
        }
        return trusted;
    }

    /**
     * True when a key signs for the node that this log is of: it is named for one of its epochs.
     */
    static boolean isOfNode(VerifierKey key, LogLocation log) {
        return key.name().startsWith(log.cluster() + "/" + log.node() + "/");
    }

    private Optional<VerifierKey> ownKey(Place place) {
        Path file = directory.resolve("vkey");
        if (!RecordFiles.isFile(file)) {
            findings.add(
                    options.trusted().isEmpty() ? Severity.UNVERIFIABLE : Severity.NOTE,
                    place,
                    "the log's key is missing");
            return Optional.empty();
        }
        try {
            String text = text(file);
            VerifierKey key = VerifierKey.parse(text.substring(0, Math.max(0, text.length() - 1)));
            if (text.endsWith("\n") && key.name().equals(location.origin())) {
                return Optional.of(key);
            }
            findings.failure(place, "is the key of another log");
        } catch (IOException | IllegalArgumentException damaged) {
            findings.failure(place, "is no key");
        }
        return Optional.empty();
    }

    private List<KnownHeads.Known> verified(List<VerifierKey> keys) {
        return known.of(location.origin()).parallelStream()
                .filter(each -> isSigned(each.note(), keys, each.source()))
                .toList();
    }

    private boolean isSigned(Note note, List<VerifierKey> keys, Place place) {
        return switch (note.verify(keys)) {
            case GOOD -> true;
            case FORGED -> {
                findings.failure(place, "the checkpoint's signature is not by the log's key");
                yield false;
            }
            case UNSIGNED -> {
                findings.unverifiable(place, "the checkpoint is not signed by a trusted key");
                yield keys.isEmpty();
            }
        };
    }

    private Optional<Head> published(List<VerifierKey> keys) {
        Path file = directory.resolve("checkpoint");
        try {
            Note note = Note.parse(text(file));
            Head head = Checkpoint.parse(note.text()).head();
            if (!head.origin().equals(location.origin())) {
                findings.failure(place(file), "is the checkpoint of another log");
                return Optional.empty();
            }
            // An unsigned one is still compared: a report that says more is more use.
            return isSigned(note, keys, place(file)) || note.verify(keys) == Note.Verdict.UNSIGNED
                    ? Optional.of(head)
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException malformed) {
            findings.failure(place(file), "is missing or no checkpoint");
            return Optional.empty();
        }
    }

    /** The published head, unless a crash came between keeping a newer one and publishing it. */
    private Optional<Head> current(Optional<Head> published, List<KnownHeads.Known> heads) {
        List<KnownHeads.Known> kept =
                heads.stream()
                        .filter(each -> isKept(each.head().size()))
                        .sorted(Comparator.comparingLong(each -> each.head().size()))
                        .toList();
        if (published.isEmpty()) {
            return kept.isEmpty() ? Optional.empty() : Optional.of(kept.getLast().head());
        }
        List<KnownHeads.Known> newer =
                kept.stream().filter(each -> each.head().size() > published.get().size()).toList();
        if (newer.size() == 1) {
            findings.incomplete(
                    place(directory.resolve("checkpoint")),
                    "is one behind the newest kept checkpoint: a crash or a roll-back of the file");
            return Optional.of(newer.getFirst().head());
        }
        return published;
    }

    private boolean isKept(long size) {
        return RecordFiles.isFile(directory.resolve(LogWriter.checkpointPath(size)));
    }

    /** Seals below this size have had time to get their receipt: a later checkpoint exists. */
    private static long settledSize(List<KnownHeads.Known> heads, long size) {
        List<Long> sizes = new ArrayList<>();
        heads.forEach(each -> sizes.add(each.head().size()));
        return sizes.stream().filter(each -> each < size).max(Long::compare).orElse(0L);
    }

    private Place place(Path file) {
        return Place.file(files.name(file));
    }

    private static String text(Path file) throws IOException {
        return new String(RecordFiles.read(file, LARGEST_NOTE), StandardCharsets.UTF_8);
    }
}
