package dev.sallyport.proxy.db.value;

/** A parameter as the record shows it. Never cut: whole, or as its hash. */
public sealed interface ParameterValue {
    /** SQL's null. */
    record Null() implements ParameterValue {}

    /** The text that PostgreSQL would write for it, or that the client wrote. */
    record Text(String text) implements ParameterValue {}

    /**
     * Bytes that are not decoded: of a type that is not known here, or not of its form.
     *
     * @param type OID, 0 when the server has not told it
     */
    record Undecoded(long type, String base64) implements ParameterValue {}

    /**
     * Too large for an event.
     *
     * @param type OID, 0 when the server has not told it
     * @param sha256 of the bytes as they were sent, in hexadecimal
     */
    record Large(long type, int bytes, String sha256) implements ParameterValue {}
}
