package dev.sallyport.cli.config;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** A host and a port as people write them: {@code host:port} or {@code [v6]:port}. */
record HostAndPort(String host, int port) {
    private static final Pattern FORM =
            Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([A-Za-z0-9._-]+)):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;

    /** Parses it; empty when it is not one. */
    static Optional<HostAndPort> parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        int port = Integer.parseInt(matcher.group(3));
        return port > MAX_PORT ? Optional.empty() : Optional.of(new HostAndPort(host, port));
    }

    InetSocketAddress resolved() {
        return new InetSocketAddress(host, port);
    }
}
