package dev.sallyport.broker.kill;

import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import java.util.List;

/** What came of a kill or an unlock. */
public sealed interface KillAnswer {
    /**
     * The lock holds.
     *
     * @param silentNodes nodes that did not confirm within two seconds; they close by the missing
     *     heartbeat
     * @param stored false when it would not survive a restart of the broker
     * @param recorded false when the record could not be written
     * @param sessions how many live sessions it covered on the nodes that follow
     */
    record Placed(
            Lock lock, List<String> silentNodes, boolean stored, boolean recorded, int sessions)
            implements KillAnswer {
        public Placed {
            silentNodes = List.copyOf(silentNodes);
        }
    }

    /** The lock is gone. */
    record Lifted(Lock lock) implements KillAnswer {}

    /** Not allowed, not known, or (unlock only) not recordable. */
    record Refused(Refusal refusal) implements KillAnswer {}
}
