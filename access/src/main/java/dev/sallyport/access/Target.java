package dev.sallyport.access;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * What is reached: an SSH host, a PostgreSQL database or a Kubernetes cluster, by its configured
 * name. Written {@code ssh:batch-1}.
 */
public record Target(Protocol protocol, String name) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    public Target {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "target name must be 1 to 63 letters, digits, '.', '_' or '-'");
        }
    }

    /** Parses {@code protocol:name}. */
    public static Target parse(String text) {
        int colon = text.indexOf(':');
        String word = colon < 0 ? "" : text.substring(0, colon);
        Protocol protocol =
                Arrays.stream(Protocol.values())
                        .filter(candidate -> candidate.word().equals(word))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "target must be ssh:NAME, db:NAME or k8s:NAME"));
        return new Target(protocol, text.substring(colon + 1));
    }

    @Override
    public String toString() {
        return protocol.word() + ":" + name;
    }
}
