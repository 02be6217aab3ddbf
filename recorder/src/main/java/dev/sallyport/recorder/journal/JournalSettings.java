package dev.sallyport.recorder.journal;

import java.time.Duration;

/**
 * Limits of the journal.
 *
 * @param fileBytes length of each preallocated file
 * @param softBacklog bytes in memory from which appends complete only when they left it again
 * @param hardBacklog bytes in memory from which appends are refused
 * @param stall how long one write and force may take before the recorder gives up
 */
public record JournalSettings(long fileBytes, long softBacklog, long hardBacklog, Duration stall) {
    /** 64 MiB files; 32 MiB then back-pressure; never more than 256 MiB; 30 s. */
    public static final JournalSettings DEFAULT =
            new JournalSettings(64L << 20, 32L << 20, 256L << 20, Duration.ofSeconds(30));

    public JournalSettings {
        if (fileBytes < 4096 || fileBytes > 1L << 30) {
            throw new IllegalArgumentException("journal file size is not in 4 KiB..1 GiB");
        }
        if (softBacklog < 1 || hardBacklog < softBacklog || !stall.isPositive()) {
            throw new IllegalArgumentException("journal backlog limits are not in order");
        }
    }
}
