package dev.sallyport.broker.identity;

/** A claim is missing or unfit; names the claim and never its value. */
final class ClaimException extends Exception {
    private static final long serialVersionUID = 1L;

    ClaimException(String message) {
        super(message);
    }
}
