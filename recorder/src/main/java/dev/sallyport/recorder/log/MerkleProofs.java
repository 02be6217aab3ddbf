package dev.sallyport.recorder.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Inclusion and consistency proofs (RFC 6962 §2.1.1 and §2.1.2, checked as in RFC 9162 §2.1.3.2 and
 * §2.1.4.2). Proofs are made from the hashes that tiles store.
 */
public final class MerkleProofs {
    /** Where the hashes of complete subtrees of 256^level leaves come from. */
    @FunctionalInterface
    public interface Nodes {
        /**
         * The {@code index}-th hash of a level of tiles.
         *
         * @throws java.io.UncheckedIOException when it cannot be read
         */
        Hash at(int level, long index);
    }

    private MerkleProofs() {}

    /**
     * The hashes that lead from leaf {@code index} to the root of the first {@code size} leaves.
     */
    public static List<Hash> inclusion(long index, long size, Nodes nodes) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("leaf " + index + " is not in a tree of " + size);
        }
        Deque<Hash> proof = new ArrayDeque<>();
        long from = 0;
        long to = size;
        while (to - from > 1) {
            long middle = from + split(to - from);
            if (index < middle) {
                proof.addFirst(range(middle, to, nodes));
                to = middle;
            } else {
                proof.addFirst(range(from, middle, nodes));
                from = middle;
            }
        }
        return List.copyOf(proof);
    }

    /**
     * The hashes that show the first {@code older} leaves to be a prefix of the first {@code
     * newer}.
     */
    public static List<Hash> consistency(long older, long newer, Nodes nodes) {
        if (older < 0 || older > newer) {
            throw new IllegalArgumentException("no proof from " + older + " to " + newer);
        }
        if (older == 0 || older == newer) {
            return List.of();
        }
        Deque<Hash> proof = new ArrayDeque<>();
        long from = 0;
        long to = newer;
        while (older != to) {
            long middle = from + split(to - from);
            if (older <= middle) {
                proof.addFirst(range(middle, to, nodes));
                to = middle;
            } else {
                proof.addFirst(range(from, middle, nodes));
                from = middle;
            }
        }
        if (from != 0) {
            proof.addFirst(range(from, to, nodes));
        }
        return List.copyOf(proof);
    }

    /**
     * The root over the leaves {@code from} (inclusive) to {@code to} (exclusive), {@code from}
     * aligned.
     */
    public static Hash range(long from, long to, Nodes nodes) {
        long width = to - from;
        if (width == 0) {
            return Hash.EMPTY_ROOT;
        }
        int height = 63 - Long.numberOfLeadingZeros(width);
        if (width != 1L << height) {
            long middle = from + split(width);
            return Hash.node(range(from, middle, nodes), range(middle, to, nodes));
        }
        int level = height / 8;
        long first = from >>> 8 * level;
        List<Hash> row = new ArrayList<>();
        for (long i = 0; i < 1L << height % 8; i++) {
            row.add(nodes.at(level, first + i));
        }
        return Hash.tree(row);
    }

    /** True when {@code proof} leads from {@code leaf} to {@code root}. */
    public static boolean verifyInclusion(
            Hash leaf, long index, long size, List<Hash> proof, Hash root) {
        if (index < 0 || index >= size) {
            return false;
        }
        long node = index;
        long last = size - 1;
        Hash hash = leaf;
        for (Hash sibling : proof) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                hash = Hash.node(sibling, hash);
                while ((node & 1) == 0 && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                hash = Hash.node(hash, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && hash.equals(root);
    }

    /** True when {@code proof} shows that {@code newer} is {@code older} with leaves added. */
    public static boolean verifyConsistency(Head older, Head newer, List<Hash> proof) {
        if (older.size() > newer.size()) {
            return false;
        }
        if (older.size() == newer.size()) {
            return proof.isEmpty() && older.root().equals(newer.root());
        }
        if (older.size() == 0) {
            return proof.isEmpty();
        }
        List<Hash> path = new ArrayList<>(proof);
        if (Long.bitCount(older.size()) == 1) {
            path.addFirst(older.root());
        }
        return !path.isEmpty() && consistent(older, newer, path);
    }

    private static boolean consistent(Head older, Head newer, List<Hash> path) {
        long node = older.size() - 1;
        long last = newer.size() - 1;
        while ((node & 1) == 1) {
            node >>>= 1;
            last >>>= 1;
        }
        Hash before = path.getFirst();
        Hash after = path.getFirst();
        for (Hash hash : path.subList(1, path.size())) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                before = Hash.node(hash, before);
                after = Hash.node(hash, after);
                while ((node & 1) == 0 && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                after = Hash.node(after, hash);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && before.equals(older.root()) && after.equals(newer.root());
    }

    /** The largest power of two below {@code width}. */
    private static long split(long width) {
        return Long.highestOneBit(width - 1);
    }
}
