package dev.sallyport.recorder.session;

import java.io.IOException;

/** A cast is not what {@link CastEncoder} writes. */
public final class DamagedCastException extends IOException {
    private static final long serialVersionUID = 1L;

    public DamagedCastException(String message) {
        super(message);
    }
}
