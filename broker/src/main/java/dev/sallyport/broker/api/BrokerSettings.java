package dev.sallyport.broker.api;

import dev.sallyport.access.Target;
import dev.sallyport.broker.identity.IssuerSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * How a broker runs.
 *
 * @param data directory of store and keys; {@code operator.credential} and {@code broker-ca.pem}
 *     are written into it
 * @param bind where the API listens
 * @param hosts names and addresses in the API's certificate
 * @param issuers of agents and, with a mapping for humans, of humans
 * @param policy directory of catalogue and policies
 * @param targets every configured target
 */
public record BrokerSettings(
        String cluster,
        Path data,
        InetSocketAddress bind,
        List<String> hosts,
        List<IssuerSettings> issuers,
        Path policy,
        Set<Target> targets) {
    public BrokerSettings {
        hosts = List.copyOf(hosts);
        issuers = List.copyOf(issuers);
        targets = Set.copyOf(targets);
    }
}
