package dev.sallyport.access.port;

import dev.sallyport.access.Lock;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What a broker tells a node about locks. Calls may come on any thread and MUST NOT wait for
 * sessions, for the network or for each other: whoever has a lock to place has no time. Calls about
 * one lock come in the order of its life.
 */
public interface KillFeed {
    /**
     * All locks that exist, replacing what was known. They are in force when this returns, as by
     * {@link #placed}.
     */
    void replace(List<Lock> locks);

    /**
     * A new lock. It is in force when this returns: every live session that it covers is shut, and
     * none begins.
     */
    InForce placed(Lock lock);

    /** A lock is gone. */
    void lifted(String lock);

    /** The broker is alive. */
    void heartbeat();

    /**
     * What a lock met on a node.
     *
     * @param sessions how many live sessions it covers
     * @param closed completes when no further byte of them can pass; exceptionally, with {@link
     *     KillIncompleteException}, when that cannot be confirmed in time
     */
    record InForce(int sessions, CompletableFuture<Void> closed) {}
}
