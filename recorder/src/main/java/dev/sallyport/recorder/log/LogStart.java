package dev.sallyport.recorder.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a log's directory holds when a writer starts on it, after checking it against the last head
 * that was signed.
 */
record LogStart(Head head, String note, List<List<Hash>> partialTiles, List<byte[]> lastEntries) {
    private static final Pattern KEPT_NOTE = Pattern.compile("([0-9]{20})\\.note");

    /**
     * @param durableNote the last note that the journal holds, or empty
     */
    static LogStart read(Path directory, VerifierKey key, String durableNote) throws IOException {
        Optional<String> publishedNote = published(directory);
        String note = durableNote.isEmpty() ? publishedNote.orElse("") : durableNote;
        Head head =
                note.isEmpty()
                        ? new Head(key.name(), 0, Hash.EMPTY_ROOT)
                        : verified(note, key, directory);
        if (publishedNote.isPresent()) {
            requireNotNewer(directory, head, verified(publishedNote.get(), key, directory));
        }
        requireNoLargerKept(directory, head.size());
        StoredTree tree = new StoredTree(directory, head.size());
        List<byte[]> entries =
                (head.size() & 255) == 0 ? List.of() : tree.entriesAround(head.size() - 1);
        List<List<Hash>> partials = partialTiles(tree, head.size());
        requireRoot(directory, head, tree, partials, entries);
        return new LogStart(head, note, partials, entries);
    }

    /** See {@link LogWriter#newestNote}. */
    static Optional<String> newestNote(Path directory, VerifierKey key) throws IOException {
        List<Path> files = new ArrayList<>(List.of(directory.resolve("checkpoint")));
        Path kept = directory.resolve("checkpoints");
        if (Files.isDirectory(kept)) {
            try (Stream<Path> notes = Files.list(kept)) {
                notes.filter(file -> KEPT_NOTE.matcher(file.getFileName().toString()).matches())
                        .forEach(files::add);
            }
        }
        Optional<Found> best = Optional.empty();
        for (Path file : files) {
            Optional<Found> found = found(file, key);
            if (best.isEmpty() || found.isPresent() && found.get().isBetterThan(best.get())) {
                best = found;
            }
        }
        return best.map(Found::text);
    }

    private record Found(String text, long size, boolean signed) {
        boolean isBetterThan(Found other) {
            return signed == other.signed ? size > other.size : signed;
        }
    }

    private static Optional<Found> found(Path file, VerifierKey key) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > Note.LARGEST) {
            return Optional.empty();
        }
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            Note note = Note.parse(text);
            long size = Checkpoint.parse(note.text()).head().size();
            boolean signed = note.verify(List.of(key)) == Note.Verdict.GOOD;
            return Optional.of(new Found(text, size, signed));
        } catch (MalformedInputException | IllegalArgumentException malformed) {
            // No checkpoint; verification names it.
            return Optional.empty();
        }
    }

    private static Optional<String> published(Path directory) throws IOException {
        Path file = directory.resolve("checkpoint");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        if (Files.size(file) > Note.LARGEST) {
            throw new LogDamagedException(file + " is too long");
        }
        return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
    }

    private static Head verified(String text, VerifierKey key, Path directory)
            throws LogDamagedException {
        try {
            Note note = Note.parse(text);
            Head head = Checkpoint.parse(note.text()).head();
            if (note.verify(List.of(key)) == Note.Verdict.GOOD
                    && head.origin().equals(key.name())) {
                return head;
            }
        } catch (IllegalArgumentException malformed) {
            throw new LogDamagedException(directory + ": malformed checkpoint", malformed);
        }
        throw new LogDamagedException(
                directory + ": a checkpoint is not signed by this node's key");
    }

    private static void requireNotNewer(Path directory, Head durable, Head published)
            throws LogDamagedException {
        if (published.size() > durable.size()
                || published.size() == durable.size() && !published.equals(durable)) {
            throw new LogDamagedException(
                    directory.resolve("checkpoint")
                            + " is not what the journal signed last: one of them is a restored"
                            + " copy");
        }
    }

    private static void requireNoLargerKept(Path directory, long size) throws IOException {
        try (Stream<Path> kept = Files.list(directory.resolve("checkpoints"))) {
            for (Path file : kept.toList()) {
                Matcher name = KEPT_NOTE.matcher(file.getFileName().toString());
                if (name.matches() && Long.parseLong(name.group(1)) > size) {
                    throw new LogDamagedException(file + " is newer than what the journal signed");
                }
            }
        }
    }

    private static List<List<Hash>> partialTiles(StoredTree tree, long size) throws IOException {
        List<List<Hash>> partials = new ArrayList<>();
        int level = 0;
        for (long count = size; count > 0; count >>>= 8) {
            int width = (int) (count & 255);
            partials.add(width == 0 ? List.of() : tree.tile(new Tile(level, count >>> 8, width)));
            level++;
        }
        return partials;
    }

    private static void requireRoot(
            Path directory,
            Head head,
            StoredTree tree,
            List<List<Hash>> partials,
            List<byte[]> entries)
            throws LogDamagedException {
        boolean leavesMatch =
                entries.isEmpty()
                        || entries.stream().map(Hash::leaf).toList().equals(partials.getFirst());
        Hash edgeRoot =
                TreeEdge.restored(head.size(), partials, (level, index, hashes) -> {}).root();
        try {
            if (leavesMatch && edgeRoot.equals(head.root()) && tree.root().equals(head.root())) {
                return;
            }
        } catch (UncheckedIOException missing) {
            throw new LogDamagedException(directory + ": a tile is missing", missing);
        }
        throw new LogDamagedException(
                directory + ": the stored tiles do not give the root that was signed last");
    }
}
