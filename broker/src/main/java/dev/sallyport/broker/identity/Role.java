package dev.sallyport.broker.identity;

import java.util.Locale;

/** What a human may do at the broker. */
public enum Role {
    APPROVER,
    OPERATOR,
    AUDITOR;

    /** The word of configuration and events. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
