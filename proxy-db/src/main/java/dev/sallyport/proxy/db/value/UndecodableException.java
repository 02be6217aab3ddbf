package dev.sallyport.proxy.db.value;

import java.io.Serial;

/** Bytes are not of the form of their type. Caught in this package; has no stack trace. */
final class UndecodableException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    UndecodableException() {
        super("not of the form of its type", null, false, false);
    }
}
