package dev.sallyport.access.port;

import dev.sallyport.access.Lock;
import java.util.List;

/** What a broker tells a node about locks. Calls come one at a time. */
public interface KillFeed {
    /** All locks that exist, replacing what was known. Closes sessions that match. */
    void replace(List<Lock> locks);

    /**
     * A new lock. MUST return only when no further byte of a matching session can pass.
     *
     * @throws KillIncompleteException when that cannot be confirmed in time; the lock is in force
     *     and the feed goes on
     */
    void placed(Lock lock);

    /** A lock is gone. */
    void lifted(String lock);

    /** The broker is alive. */
    void heartbeat();
}
