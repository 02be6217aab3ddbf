package dev.sallyport.access.scope;

import dev.sallyport.access.Target;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a forwarding leads or listens, {@code host:port}, compared by name and never by lookup.
 *
 * <p>{@code host:*} means any port, except where that would open a door past Sallyport: port 22,
 * the target itself and link-local or metadata addresses must be spelled out with their port.
 */
record Destination(String host, String port) {
    private static final String ANY_PORT = "*";
    private static final String SSH_PORT = "22";
    private static final int MAX_PORT = 65_535;

    /** Cloud metadata that is not link-local. */
    private static final Set<String> METADATA =
            Set.of("fd00:ec2:0:0:0:0:0:254", "metadata.google.internal");

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
        return new Destination(
                canonicalHost(text.substring(0, colon)), canonicalPort(text.substring(colon + 1)));
    }

    /** Like {@link #parse}, and empty for a socket's path or anything else. */
    static Optional<Destination> read(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String canonicalHost(String text) {
        String host = text.toLowerCase(Locale.ROOT);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        return address(host).map(InetAddress::getHostAddress).orElse(host);
    }

    /** The address that {@code host} spells, in any of inet_aton's forms too; never looks up. */
    private static Optional<InetAddress> address(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            // Not the usual spelling; 0xa9fea9fe and 2852039166 are addresses all the same.
        }
        try {
            return Optional.of(Inet4Address.ofPosixLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String canonicalPort(String text) {
        if (text.equals(ANY_PORT)) {
            return text;
        }
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > MAX_PORT) {
            throw new IllegalArgumentException("a destination's port must be a number or '*'");
        }
        return String.valueOf(Integer.parseInt(text));
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
                || host.isEmpty()
                || host.equals("localhost")
                || METADATA.contains(host)
                || address(host).filter(Destination::isNear).isPresent();
    }

    /** Loopback and "any" are the target itself, seen from the target, which is who dials. */
    private static boolean isNear(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress();
    }
}
