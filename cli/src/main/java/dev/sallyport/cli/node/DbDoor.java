package dev.sallyport.cli.node;

import dev.sallyport.broker.api.ApiBody;
import dev.sallyport.broker.issue.AuthorityKeys;
import dev.sallyport.broker.issue.ServerIdentity;
import dev.sallyport.cli.config.Configuration;
import dev.sallyport.proxy.db.DbProxySettings;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The PostgreSQL proxy's settings, and how agents reach it. */
record DbDoor(DbProxySettings settings) {
    /** Makes the proxy's TLS key; the cluster's CA certifies it at each start. */
    static DbDoor open(AuthorityKeys keys, Configuration configuration) {
        List<String> hosts =
                Stream.of("localhost", "127.0.0.1", configuration.db().getHostString())
                        .distinct()
                        .toList();
        ServerIdentity identity = keys.serverIdentity(hosts);
        return new DbDoor(
                DbProxySettings.of(
                        configuration.db(),
                        identity.key(),
                        identity.chain(),
                        configuration.dbTargets()));
    }

    /** How agents reach it on {@code port}; they know its CA from their grant. */
    Map<String, ApiBody.Door> describe(int port) {
        InetSocketAddress listen = settings.listen();
        String host =
                listen.getAddress().isAnyLocalAddress() ? "127.0.0.1" : listen.getHostString();
        return Map.of("db", new ApiBody.Door(host + ":" + port, "", List.of()));
    }
}
