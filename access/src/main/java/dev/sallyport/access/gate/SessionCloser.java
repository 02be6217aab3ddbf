package dev.sallyport.access.gate;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.port.SessionEnd;

/** The proxy's half of closing a session. */
@FunctionalInterface
public interface SessionCloser {
    /**
     * Called at most once, on a virtual thread, after {@link Session#isOpen} has become false; it
     * may come before {@link SessionGate#admit} has returned. MUST NOT return before it is sure
     * that no further byte passes. An exception counts as a session that could not be closed.
     */
    void close(SessionEnd end, Refusal why);
}
