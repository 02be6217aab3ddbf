package dev.sallyport.recorder;

import dev.sallyport.recorder.log.Head;
import dev.sallyport.recorder.log.StoredTree;
import dev.sallyport.recorder.log.Tile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** Reads back the leaves of a log, for what the journal cannot say any more. */
final class StoredLeaves {
    private StoredLeaves() {}

    /** Hears of each leaf, in order. */
    interface Leaves {
        void leaf(long index, byte[] bytes) throws IOException;
    }

    /** All leaves below {@code head}. */
    static void read(Path directory, Head head, Leaves leaves) throws IOException {
        StoredTree tree = new StoredTree(directory, head.size());
        for (long first = 0; first < head.size(); first += Tile.WIDTH) {
            List<byte[]> bundle = tree.entriesAround(first);
            for (int i = 0; i < bundle.size(); i++) {
                leaves.leaf(first + i, bundle.get(i));
            }
        }
    }

    /** When the last leaf below {@code head} was written; empty when it cannot be read. */
    static OptionalLong lastTime(Path directory, Head head) {
        try {
            StoredTree tree = new StoredTree(directory, head.size());
            return OptionalLong.of(time(tree.entriesAround(head.size() - 1).getLast()));
        } catch (IOException unreadable) {
            return OptionalLong.empty();
        }
    }

    /** When a leaf was written, in milliseconds since 1970. */
    static long time(byte[] leaf) throws IOException {
        return JournalJson.read(leaf).path("ts").asLong();
    }
}
