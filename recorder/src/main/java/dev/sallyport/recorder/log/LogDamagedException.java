package dev.sallyport.recorder.log;

import java.io.IOException;

/**
 * What is stored of the log is not what was signed. Nothing may be appended to it: an operator has
 * to look. The message names the file.
 */
public final class LogDamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    public LogDamagedException(String message) {
        super(message);
    }

    public LogDamagedException(String message, Throwable cause) {
        super(message, cause);
    }
}
