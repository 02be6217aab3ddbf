package dev.sallyport.access.scope;

import dev.sallyport.access.Target;
import java.util.Locale;
import java.util.Set;

/**
 * Where a forwarding leads or listens, {@code host:port}, compared by name and never by lookup.
 *
 * <p>{@code host:*} means any port, except where that would open a door past Sallyport: port 22, the
 * target itself and link-local or metadata addresses must be spelled out with their port.
 */
record Destination(String host, String port) {
    private static final String ANY_PORT = "*";
    private static final String SSH_PORT = "22";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1", "", "0.0.0.0", "::");
    private static final Set<String> METADATA = Set.of("fd00:ec2::254", "metadata.google.internal");

    /**
     * Parses {@code host:port}, {@code [v6]:port} or {@code v6:port}.
     *
     * @throws IllegalArgumentException when there is no port
     */
    static Destination parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("a destination must be host:port or host:*");
        }
        String host = text.substring(0, colon).toLowerCase(Locale.ROOT);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        String port = text.substring(colon + 1);
        if (!port.equals(ANY_PORT) && !port.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("a destination's port must be a number or '*'");
        }
        return new Destination(host.endsWith(".") ? host.substring(0, host.length() - 1) : host, port);
    }

    /** True when this pattern reaches {@code wanted} from {@code target}. */
    boolean reaches(Destination wanted, Target target) {
        if (!host.equals(wanted.host)) {
            return false;
        }
        return port.equals(wanted.port)
                || port.equals(ANY_PORT) && !wanted.mustBeSpelledOut(target);
    }

    /** True when this pattern lets {@code wanted} be listened on. */
    boolean binds(Destination wanted) {
        return host.equals(wanted.host) && (port.equals(ANY_PORT) || port.equals(wanted.port));
    }

    private boolean mustBeSpelledOut(Target target) {
        return port.equals(SSH_PORT)
                || host.equals(target.name().toLowerCase(Locale.ROOT))
                || LOOPBACK.contains(host)
                || host.startsWith("127.")
                || isLinkLocal();
    }

    private boolean isLinkLocal() {
        String address = host.startsWith("::ffff:") ? host.substring("::ffff:".length()) : host;
        // fe80::/10 covers fe8 to feb. A number instead of a dotted address is some inet_aton form.
        return address.startsWith("169.254.")
                || address.matches("fe[89ab][0-9a-f]:.*")
                || address.matches("[0-9]+|0x[0-9a-f]+|a9fe:[0-9a-f]+")
                || METADATA.contains(address);
    }
}
