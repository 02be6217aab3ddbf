package dev.sallyport.recorder.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the tiles of a log directory for a tree of known size. It trusts them: who verifies must
 * recompute from the entries. Keeps a few tiles in memory; not thread-safe.
 */
public final class StoredTree implements MerkleProofs.Nodes {
    // A proof touches two tiles of each level at most.
    private static final int KEPT_TILES = 32;
    private static final long LARGEST_BUNDLE = Tile.WIDTH * (2L + EntryBundle.LARGEST_ENTRY);

    private final Path directory;
    private final long size;
    private final Map<Tile, List<Hash>> kept = new LinkedHashMap<>();

    public StoredTree(Path directory, long size) {
        this.directory = directory;
        this.size = size;
    }

    @Override
    public Hash at(int level, long index) {
        long count = size >>> 8 * level;
        if (index < 0 || index >= count) {
            throw new IllegalArgumentException("no node " + index + " on level " + level);
        }
        int width = (int) Math.min(Tile.WIDTH, count - (index & ~255L));
        try {
            return tile(new Tile(level, index >>> 8, width)).get((int) (index & 255));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The hashes of a tile; a partial one may be read from the full one that replaced it. */
    public List<Hash> tile(Tile tile) throws IOException {
        List<Hash> known = kept.get(tile);
        if (known != null) {
            return known;
        }
        byte[] bytes = read(tile, Hash.LENGTH * (long) Tile.WIDTH);
        if (bytes.length % Hash.LENGTH != 0 || bytes.length < tile.width() * Hash.LENGTH) {
            throw new LogDamagedException(directory.resolve(tile.path()) + " has a wrong length");
        }
        List<Hash> hashes = new ArrayList<>(tile.width());
        for (int i = 0; i < tile.width(); i++) {
            hashes.add(Hash.of(bytes, i * Hash.LENGTH));
        }
        if (kept.size() >= KEPT_TILES) {
            kept.remove(kept.keySet().iterator().next());
        }
        kept.put(tile, hashes);
        return hashes;
    }

    /** The entries of the bundle that holds {@code index}, as far as this tree goes. */
    public List<byte[]> entriesAround(long index) throws IOException {
        long bundle = index >>> 8;
        int width = (int) Math.min(Tile.WIDTH, size - (bundle << 8));
        Tile tile = new Tile(Tile.ENTRIES, bundle, width);
        byte[] bytes = read(tile, LARGEST_BUNDLE);
        try {
            return EntryBundle.decodeFirst(bytes, width);
        } catch (IllegalArgumentException malformed) {
            throw new LogDamagedException(
                    directory.resolve(tile.path()) + ": " + malformed.getMessage());
        }
    }

    /** The root over all leaves, from the tiles. */
    public Hash root() {
        return MerkleProofs.range(0, size, this);
    }

    private byte[] read(Tile tile, long limit) throws IOException {
        Path path = directory.resolve(tile.path());
        Tile full = new Tile(tile.level(), tile.index(), Tile.WIDTH);
        Path chosen = Files.exists(path) ? path : directory.resolve(full.path());
        if (!Files.isRegularFile(chosen)) {
            throw new LogDamagedException(path + " is missing");
        }
        if (Files.size(chosen) > limit) {
            throw new LogDamagedException(chosen + " is too long");
        }
        return Files.readAllBytes(chosen);
    }
}
