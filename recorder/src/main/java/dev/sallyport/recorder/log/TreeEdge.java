package dev.sallyport.recorder.log;

import java.util.ArrayList;
import java.util.List;

/**
 * The growing right edge of a tree: for each level the hashes of its last, not yet full tile. That
 * is all one needs to add leaves and to know the root, in memory that grows with the logarithm of
 * the size. Not thread-safe.
 */
public final class TreeEdge {
    /** Hears of each tile that became full, lowest level first. */
    public interface FullTiles {
        /** A tile is full; {@code hashes} are its 256 and belong to the receiver. */
        void full(int level, long index, List<Hash> hashes);
    }

    private final List<List<Hash>> levels = new ArrayList<>();
    private final FullTiles fullTiles;
    private long size;

    /** An empty tree that tells nobody about full tiles. */
    public TreeEdge() {
        this((level, index, hashes) -> {});
    }

    /** An empty tree. */
    public TreeEdge(FullTiles fullTiles) {
        this.fullTiles = fullTiles;
    }

    /** The edge of a stored tree, from its partial tiles (an empty list where a level has none). */
    static TreeEdge restored(long size, List<List<Hash>> partialTiles, FullTiles fullTiles) {
        TreeEdge edge = new TreeEdge(fullTiles);
        edge.size = size;
        partialTiles.forEach(tile -> edge.levels.add(new ArrayList<>(tile)));
        return edge;
    }

    /** Adds a leaf by its hash. */
    public void add(Hash leaf) {
        long index = size++ >>> 8;
        Hash carried = leaf;
        for (int level = 0; ; level++) {
            List<Hash> row = row(level);
            row.add(carried);
            if (row.size() < Tile.WIDTH) {
                return;
            }
            levels.set(level, new ArrayList<>(Tile.WIDTH));
            fullTiles.full(level, index, row);
            carried = Hash.tree(row);
            index >>>= 8;
        }
    }

    /** How many leaves. */
    public long size() {
        return size;
    }

    /** The root over all leaves so far. */
    public Hash root() {
        List<Hash> row = List.of();
        for (List<Hash> level : levels) {
            List<Hash> nodes = new ArrayList<>(level);
            if (!row.isEmpty()) {
                nodes.add(Hash.tree(row));
            }
            row = nodes;
        }
        return Hash.tree(row);
    }

    /** The hashes of the last, not full tile of a level; empty when there is none. */
    public List<Hash> partialTile(int level) {
        return level < levels.size() ? List.copyOf(levels.get(level)) : List.of();
    }

    private List<Hash> row(int level) {
        if (level == levels.size()) {
            levels.add(new ArrayList<>(Tile.WIDTH));
        }
        return levels.get(level);
    }
}
