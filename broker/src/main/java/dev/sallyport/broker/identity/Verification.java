package dev.sallyport.broker.identity;

/** What a token proved. */
public sealed interface Verification {
    /** The caller is known. */
    record Accepted(Caller caller) implements Verification {}

    /**
     * The caller is not known. Outwards this is always the same 401.
     *
     * @param rule short word for metrics: {@code signature}, {@code issuer}, {@code expired}, …
     * @param reason the true reason, for the record; never holds a byte of the token that could be
     *     replayed
     */
    record Rejected(String rule, String reason) implements Verification {}
}
