package dev.sallyport.broker.request;

import dev.sallyport.access.Refusal;
import dev.sallyport.broker.store.GrantRows;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds what one agent may hold: grants that live, and grants that it handed back whose time is
 * not over, for each of which a lock is kept. Thread-safe.
 */
final class GrantQuota {
    /** For each grant that may live, so many may have been handed back. */
    private static final int RELEASED_FOR_EACH = 10;

    private final GrantRows rows;
    private final int live;
    // Guarded by this: grants that are being issued and not in the rows yet.
    private final Map<String, Integer> underWay = new HashMap<>();

    GrantQuota(GrantRows rows, int live) {
        if (live < 1) {
            throw new IllegalArgumentException("an agent may hold at least one grant");
        }
        this.rows = rows;
        this.live = live;
    }

    /** Room for one more grant, until it is closed. */
    interface Room extends AutoCloseable {
        @Override
        void close();
    }

    /** Takes room for a grant that is about to be issued. */
    synchronized Room take(String agent, Instant now) throws RequestRefusedException {
        GrantRows.Held held = rows.held(agent, now);
        int more = underWay.getOrDefault(agent, 0);
        if (held.live() + more >= live) {
            throw new RequestRefusedException(
                    Refusal.deny("limit", "this agent holds " + live + " grants already")
                            .withNext("sallyport grants"));
        }
        if (held.released() + more >= live * RELEASED_FOR_EACH) {
            throw RequestRefusedException.deny(
                    "limit", "this agent handed back too many grants whose time is not over");
        }
        underWay.put(agent, more + 1);
        return () -> giveBack(agent);
    }

    private synchronized void giveBack(String agent) {
        underWay.computeIfPresent(agent, (key, count) -> count == 1 ? null : count - 1);
    }
}
