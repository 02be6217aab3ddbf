package dev.sallyport.access.certificate;

import dev.sallyport.access.Refusal;

/**
 * Bytes that claim to be a grant, a certificate, a key or a proof, and are not. The message is the
 * true reason, for the record; it quotes nothing of what was refused.
 */
public final class GrantRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String rule;

    public GrantRefusedException(String rule, String reason) {
        super(reason);
        this.rule = rule;
    }

    /** The rule that was broken, for example {@code grant-signature}. */
    public String rule() {
        return rule;
    }

    /** The true reason. */
    public String reason() {
        return String.valueOf(getMessage());
    }

    /** The same as a value. */
    public Refusal refusal() {
        return Refusal.deny(rule, reason());
    }
}
