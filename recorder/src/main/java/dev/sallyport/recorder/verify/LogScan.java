package dev.sallyport.recorder.verify;

import dev.sallyport.recorder.log.EntryBundle;
import dev.sallyport.recorder.log.Hash;
import dev.sallyport.recorder.log.Tile;
import dev.sallyport.recorder.log.TreeEdge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.IntStream;

/**
 * Recomputes one log from its entry bundles and compares every stored tile, full or partial, with
 * what it must be. Trusts no stored hash. Bundles are read and hashed in parallel, a window at a
 * time; the rest runs in order.
 */
final class LogScan {
    /** Hears of each entry, in order. */
    interface Entries {
        void entry(long index, byte[] entry, Hash hash);
    }

    private record Bundle(List<byte[]> entries, List<Hash> hashes, String problem) {}

    private static final int WINDOW = 64;
    private static final long LARGEST_BUNDLE = Tile.WIDTH * (2L + EntryBundle.LARGEST_ENTRY);

    private final RecordFiles files;
    private final Path directory;
    private final Findings findings;
    private final TreeEdge edge = new TreeEdge(this::compareFull);
    private final Map<Long, Hash> roots = new HashMap<>();

    LogScan(RecordFiles files, Path directory, Findings findings) {
        this.files = files;
        this.directory = directory;
        this.findings = findings;
    }

    /**
     * Reads the first {@code size} entries.
     *
     * @param sizes where the root has to be known
     * @return false when entries are missing; what was found is reported and reading stopped
     */
    boolean run(long size, SortedSet<Long> sizes, Entries entries) {
        roots.put(0L, Hash.EMPTY_ROOT);
        long bundles = size + Tile.WIDTH - 1 >>> 8;
        for (long first = 0; first < bundles; first += WINDOW) {
            long start = first;
            int count = (int) Math.min(WINDOW, bundles - first);
            List<Bundle> window =
                    IntStream.range(0, count)
                            .parallel()
                            .mapToObj(i -> read(start + i, size))
                            .toList();
            for (int i = 0; i < count; i++) {
                if (!take(window.get(i), start + i, sizes, entries)) {
                    return false;
                }
            }
        }
        roots.put(size, edge.root());
        comparePartial(size);
        return true;
    }

    /** The root at one of the sizes that were asked for. */
    Hash rootAt(long size) {
        Hash root = roots.get(size);
        if (root == null) {
            throw new IllegalStateException("no root was asked for at " + size);
        }
        return root;
    }

    private boolean take(Bundle bundle, long number, SortedSet<Long> sizes, Entries entries) {
        if (!bundle.problem().isEmpty()) {
            Tile tile = new Tile(Tile.ENTRIES, number, Tile.WIDTH);
            findings.failure(
                    Place.file(files.name(directory.resolve(tile.path()))).leaf(edge.size()),
                    bundle.problem());
            return false;
        }
        for (int i = 0; i < bundle.entries().size(); i++) {
            long index = edge.size();
            edge.add(bundle.hashes().get(i));
            if (sizes.contains(index + 1)) {
                roots.put(index + 1, edge.root());
            }
            entries.entry(index, bundle.entries().get(i), bundle.hashes().get(i));
        }
        return true;
    }

    private Bundle read(long number, long size) {
        int width = (int) Math.min(Tile.WIDTH, size - (number << 8));
        Path full = directory.resolve(new Tile(Tile.ENTRIES, number, Tile.WIDTH).path());
        Path exact = directory.resolve(new Tile(Tile.ENTRIES, number, width).path());
        Path chosen = RecordFiles.isFile(exact) ? exact : full;
        try {
            byte[] bytes = RecordFiles.read(chosen, LARGEST_BUNDLE);
            List<byte[]> entries =
                    chosen.equals(exact)
                            ? EntryBundle.decode(bytes, width)
                            : EntryBundle.decodeFirst(bytes, width);
            comparePartialBundles(number, bytes, entries);
            return new Bundle(entries, entries.stream().map(Hash::leaf).toList(), "");
        } catch (IOException missing) {
            return new Bundle(List.of(), List.of(), "entry bundle is missing or unreadable");
        } catch (IllegalArgumentException malformed) {
            return new Bundle(List.of(), List.of(), String.valueOf(malformed.getMessage()));
        }
    }

    private void comparePartialBundles(long number, byte[] bundle, List<byte[]> entries)
            throws IOException {
        Tile full = new Tile(Tile.ENTRIES, number, Tile.WIDTH);
        for (Path file : RecordFiles.list(directory.resolve(full.path() + ".p"))) {
            int width = width(file);
            if (width < 1 || width > entries.size()) {
                continue;
            }
            int length = entries.subList(0, width).stream().mapToInt(e -> 2 + e.length).sum();
            byte[] partial = RecordFiles.read(file, LARGEST_BUNDLE);
            if (!Arrays.equals(partial, 0, partial.length, bundle, 0, length)) {
                findings.failure(
                        Place.file(files.name(file)), "partial bundle differs from the entries");
            }
        }
    }

    private void compareFull(int level, long index, List<Hash> hashes) {
        Tile tile = new Tile(level, index, Tile.WIDTH);
        compare(directory.resolve(tile.path()), hashes, tile.first());
        comparePartials(tile, hashes);
    }

    /** Compares the tiles at the right edge, where the log ends. */
    private void comparePartial(long size) {
        int level = 0;
        for (long count = size; count > 0; count >>>= 8) {
            int width = (int) (count & 255);
            if (width > 0) {
                Tile full = new Tile(level, count >>> 8, Tile.WIDTH);
                List<Hash> hashes = edge.partialTile(level);
                Path exact = directory.resolve(new Tile(level, count >>> 8, width).path());
                if (!RecordFiles.isFile(exact)
                        && !RecordFiles.isFile(directory.resolve(full.path()))) {
                    findings.failure(Place.file(files.name(exact)), "tile is missing");
                }
                comparePartials(full, hashes);
            }
            level++;
        }
    }

    private void comparePartials(Tile full, List<Hash> hashes) {
        for (Path file : RecordFiles.list(directory.resolve(full.path() + ".p"))) {
            int width = width(file);
            if (width >= 1 && width <= hashes.size()) {
                compare(file, hashes.subList(0, width), full.first());
            }
        }
    }

    private void compare(Path file, List<Hash> hashes, long first) {
        Place place = Place.file(files.name(file));
        byte[] stored;
        try {
            stored = RecordFiles.read(file, Tile.WIDTH * (long) Hash.LENGTH);
        } catch (IOException missing) {
            findings.failure(place, "tile is missing or unreadable");
            return;
        }
        if (stored.length != hashes.size() * Hash.LENGTH) {
            findings.failure(place, "tile has a wrong length");
            return;
        }
        for (int i = 0; i < hashes.size(); i++) {
            if (!Hash.of(stored, i * Hash.LENGTH).equals(hashes.get(i))) {
                Place hash = place.offset(i * (long) Hash.LENGTH);
                boolean leaf = file.startsWith(directory.resolve("tile/0"));
                findings.failure(
                        leaf ? hash.leaf(first + i) : hash,
                        "tile differs from what the entries give");
            }
        }
    }

    private static int width(Path partial) {
        String name = partial.getFileName().toString();
        return name.matches("[1-9][0-9]{0,2}") ? Integer.parseInt(name) : -1;
    }

    /** Every file of the log's directory that is none of a log, or lies beyond its size. */
    void reportStrangers(long size, boolean strict) {
        List<Path> open = new ArrayList<>(List.of(directory));
        while (!open.isEmpty()) {
            for (Path entry : RecordFiles.list(open.removeLast())) {
                if (RecordFiles.isDirectory(entry)) {
                    open.add(entry);
                } else {
                    judge(entry, size, strict);
                }
            }
        }
    }

    private void judge(Path file, long size, boolean strict) {
        String name = directory.relativize(file).toString().replace('\\', '/');
        boolean plain = RecordFiles.isFile(file);
        if (plain
                && (name.equals("vkey")
                        || name.equals("checkpoint")
                        || name.matches("checkpoints/[0-9]{20}\\.note"))) {
            return;
        }
        Tile tile = plain ? Tile.parse(name).orElse(null) : null;
        if (tile == null) {
            files.unknown(file, findings);
        } else if (isBeyond(tile, size)) {
            findings.add(
                    strict ? Severity.INCOMPLETE : Severity.NOTE,
                    Place.file(files.name(file)),
                    "lies beyond the checkpoint: not signed (yet)");
        }
    }

    private static boolean isBeyond(Tile tile, long size) {
        long count = tile.level() <= 0 ? size : size >>> 8 * tile.level();
        return tile.first() + tile.width() > count;
    }
}
