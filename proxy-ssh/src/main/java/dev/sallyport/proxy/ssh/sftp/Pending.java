package dev.sallyport.proxy.ssh.sftp;

import java.util.List;

/** A request that went to the target and has no answer yet. */
sealed interface Pending {
    /** A handle is expected. */
    record Opening(OpenFile file) implements Pending {}

    /** At most {@code length} bytes of content are expected. */
    record Reading(OpenFile file, long offset, int length) implements Pending {}

    /** Content was sent. */
    record Writing(OpenFile file) implements Pending {}

    /** The end of a handle. */
    record Closing(OpenFile file) implements Pending {}

    /** Changes something by name: its result belongs into the record. */
    record Changing(String operation, List<String> paths) implements Pending {}

    /** Only looks. */
    record Looking() implements Pending {}
}
