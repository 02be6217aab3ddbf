package dev.sallyport.proxy.db;

import dev.sallyport.access.certificate.KeyFiles;
import java.net.InetSocketAddress;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the PostgreSQL proxy is set up.
 *
 * @param listen where agents connect; port 0 takes a free one
 * @param key the proxy's TLS key, kept by {@link KeyFiles} or made at start
 * @param certificate the key's chain, its own certificate first
 * @param targets by their names
 */
public record DbProxySettings(
        InetSocketAddress listen,
        PrivateKey key,
        List<X509Certificate> certificate,
        Map<String, DbTarget> targets,
        DbLimits limits) {
    public DbProxySettings {
        certificate = List.copyOf(certificate);
        targets = Map.copyOf(targets);
    }

    /** Settings with the default limits. */
    public static DbProxySettings of(
            InetSocketAddress listen,
            PrivateKey key,
            List<X509Certificate> certificate,
            List<DbTarget> targets) {
        return new DbProxySettings(
                listen,
                key,
                certificate,
                targets.stream()
                        .collect(
                                Collectors.toMap(
                                        target -> target.target().name(), Function.identity())),
                DbLimits.DEFAULT);
    }
}
