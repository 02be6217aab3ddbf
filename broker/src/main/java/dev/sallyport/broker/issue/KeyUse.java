package dev.sallyport.broker.issue;

import java.util.Locale;

/** What an agent's key is for. */
public enum KeyUse {
    /** An OpenSSH user certificate. */
    SSH,
    /** An X.509 client certificate. */
    X509;

    /** The word of API and events. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
