package dev.sallyport.access.port;

import java.util.Locale;

/** Why a session ended, as written into {@code session.closed} and its seal. */
public enum SessionEnd {
    NORMAL,
    TIMEOUT,
    EXPIRED,
    KILLED,
    BUDGET,
    UNRECORDABLE,
    ERROR,
    /** Written by recovery after a crash: the proxy died. */
    RECOVERED;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
