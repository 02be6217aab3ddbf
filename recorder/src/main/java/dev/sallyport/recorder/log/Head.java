package dev.sallyport.recorder.log;

/**
 * A state of a log: how many leaves, and the root over them.
 *
 * @param origin the log's name, as in its checkpoints
 */
public record Head(String origin, long size, Hash root) {
    public Head {
        if (size < 0) {
            throw new IllegalArgumentException("a log has no negative size");
        }
        if (size == 0 && !root.equals(Hash.EMPTY_ROOT)) {
            throw new IllegalArgumentException("the empty tree has one root only");
        }
    }
}
