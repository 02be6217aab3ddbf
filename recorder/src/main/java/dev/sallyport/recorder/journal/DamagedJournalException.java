package dev.sallyport.recorder.journal;

import java.io.IOException;

/**
 * Bytes that were durable are not what was written: the node MUST NOT start on them. The message
 * names file and offset.
 */
public final class DamagedJournalException extends IOException {
    private static final long serialVersionUID = 1L;

    public DamagedJournalException(String message) {
        super(message);
    }
}
