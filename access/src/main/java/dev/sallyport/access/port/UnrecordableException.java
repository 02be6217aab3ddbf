package dev.sallyport.access.port;

/** The record cannot be kept: no act may go on. */
public final class UnrecordableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnrecordableException(String message) {
        super(message);
    }

    public UnrecordableException(String message, Throwable cause) {
        super(message, cause);
    }
}
