package dev.sallyport.recorder.journal;

/**
 * A frame that was read back.
 *
 * @param flags meaning depends on the type
 * @param sequence number of the frame in the journal, from 1, without gaps
 * @param synced offset in its file up to which all was durable when the frame was built
 * @param number what the type says: offset, leaf index, size
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are compared nowhere and never copied
public record Frame(
        FrameType type,
        int flags,
        long sequence,
        long synced,
        int handle,
        long number,
        byte[] bytes) {}
