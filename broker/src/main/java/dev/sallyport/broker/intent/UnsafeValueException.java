package dev.sallyport.broker.intent;

/** A value that would change the shape of what it is put into; never holds the value itself. */
final class UnsafeValueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    UnsafeValueException(String reason) {
        super(reason);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
