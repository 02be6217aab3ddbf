package dev.sallyport.recorder.verify;

import dev.sallyport.recorder.log.Hash;
import dev.sallyport.recorder.log.Head;
import java.util.List;
import java.util.Map;

/** A leaf of the log as a verifier reads it; times are milliseconds since 1970. */
sealed interface LeafRecord {
    /** When it was written. */
    long at();

    /** A leaf that belongs to one session's chain. */
    sealed interface OfSession extends LeafRecord {
        String session();
    }

    /**
     * A process began to write, or went on in a new epoch; {@code previous} holds the older epoch's
     * final head, or nothing.
     */
    record Boot(long at, String boot, List<Head> previous) implements LeafRecord {}

    record Open(long at, String session, String protocol) implements OfSession {}

    /** {@code length} bytes at {@code offset} of a stream's segment, lines first to last. */
    record Chunk(
            long at,
            String session,
            String stream,
            long number,
            int segment,
            long offset,
            long length,
            long firstLine,
            long lastLine,
            Hash sha256,
            Hash previous)
            implements OfSession {}

    /** {@code previous} holds the chain's last leaf hash, or nothing. */
    record Seal(
            long at, String session, String end, SealTotals totals, Hash sums, List<Hash> previous)
            implements OfSession {}

    record Heartbeat(long at, long open, Hash sessions) implements LeafRecord {}

    /** What was acknowledged from {@code since} on may be lost. */
    record Loss(long at, long since, String what) implements LeafRecord {}

    record Close(long at, String next) implements LeafRecord {}

    record Tombstone(long at, String session, String policy, String approver)
            implements LeafRecord {}

    /** Key, anchor, redaction: committed to by the tree, nothing else to check here. */
    record Other(long at, String type) implements LeafRecord {}

    /** What a seal says about a session's streams. */
    sealed interface SealTotals {
        record PerStream(Map<String, Stream> streams) implements SealTotals {}

        /** For sessions with so many channels that the leaf would be too long. */
        record Sum(long count, long chunks, long bytes, long lines) implements SealTotals {}
    }

    /** {@code segments} is empty when the seal leaves them to SHA256SUMS. */
    record Stream(long chunks, long bytes, long lines, Hash last, List<Hash> segments) {}
}
