package dev.sallyport.access.port;

/**
 * Some sessions did not confirm that no byte passes any more. The lock is in force and they are
 * refused every further act, but an operator must not be told that they are closed.
 */
public final class KillIncompleteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int open;

    public KillIncompleteException(int open) {
        super(open + " sessions did not close in time");
        this.open = open;
    }

    /** How many sessions are in doubt. */
    public int open() {
        return open;
    }
}
