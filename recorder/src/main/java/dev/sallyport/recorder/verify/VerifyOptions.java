package dev.sallyport.recorder.verify;

import dev.sallyport.recorder.log.VerifierKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a verification is based on.
 *
 * @param trusted keys of nodes that the auditor trusts; a key named for one epoch counts for all
 *     epochs of that node. Empty: each log's own {@code vkey} file is believed, which is said in a
 *     note, since then only known checkpoints expose a record that was rewritten as a whole
 * @param known files with checkpoints remembered elsewhere: notes, receipts ({@code .tlog-proof})
 *     or state files (notes one after the other)
 * @param strict what is merely open, not yet signed or not yet receipted counts as incomplete
 * @param freshWithin the newest heartbeat of each node's last log must not be older than this; zero
 *     turns the check off
 */
public record VerifyOptions(
        List<VerifierKey> trusted, List<Path> known, boolean strict, Duration freshWithin) {
    /** Believes the record's own keys and knows nothing from elsewhere. */
    public static final VerifyOptions NONE =
            new VerifyOptions(List.of(), List.of(), false, Duration.ZERO);

    public VerifyOptions {
        trusted = List.copyOf(trusted);
        known = List.copyOf(known);
    }

    /** The same with these trusted keys. */
    public VerifyOptions trusting(List<VerifierKey> keys) {
        return new VerifyOptions(keys, known, strict, freshWithin);
    }

    /** The same with these files of known checkpoints. */
    public VerifyOptions knowing(List<Path> files) {
        return new VerifyOptions(trusted, files, strict, freshWithin);
    }

    /** The same, strict. */
    public VerifyOptions strictly() {
        return new VerifyOptions(trusted, known, true, freshWithin);
    }
}
