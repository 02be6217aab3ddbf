package dev.sallyport.access;

import java.util.Locale;

/** The protocols that Sallyport guards; also the first half of a {@link Target}'s name. */
public enum Protocol {
    SSH,
    DB,
    K8S;

    /**
     * The word used in events, configuration and policy: {@code ssh}, {@code db} or {@code k8s}.
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
