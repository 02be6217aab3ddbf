package dev.sallyport.proxy.db.wire;

/**
 * Which message the byte {@code p} means: the one byte that only the conversation before it can
 * tell apart.
 */
public enum PasswordKind {
    /** No password was asked for: the message is a violation. */
    NONE,
    PASSWORD_MESSAGE,
    SASL_INITIAL_RESPONSE,
    SASL_RESPONSE
}
