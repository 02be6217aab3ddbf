package dev.sallyport.recorder.journal;

import java.util.Optional;

/** What a frame of the journal holds. The code is on disk: never reuse one. */
public enum FrameType {
    /** Bytes of a stream at {@code number}, its offset over all segments. */
    DATA(1),
    /** A session opened; {@code handle} is its event stream's. */
    OPEN(2),
    /** A further stream of a session. */
    STREAM(3),
    /** Leaf {@code number} of the log. */
    LEAF(4),
    /** A signed checkpoint of {@code number} leaves. */
    CHECKPOINT(5),
    /** One open session's state, so that older files can be freed. */
    STATE(6),
    /** Ends a series of STATE frames: every session open behind frame {@code number} is in it. */
    STATE_END(7),
    /** The journal was closed in order. */
    STOP(8);

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    byte code() {
        return (byte) code;
    }

    static Optional<FrameType> of(byte code) {
        int index = code - 1;
        return index >= 0 && index < ALL.length ? Optional.of(ALL[index]) : Optional.empty();
    }

    private static final FrameType[] ALL = values();
}
