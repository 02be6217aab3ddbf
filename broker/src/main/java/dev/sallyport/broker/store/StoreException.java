package dev.sallyport.broker.store;

/** The database cannot be used; what was asked for is not done. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
