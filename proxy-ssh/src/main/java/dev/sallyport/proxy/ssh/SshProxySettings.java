package dev.sallyport.proxy.ssh;

import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the SSH proxy is set up.
 *
 * @param listen where agents connect; port 0 takes a free one
 * @param hostKey the proxy's Ed25519 key, kept in a file of mode 0600 by whoever loads it
 * @param hostCertificate the key's host certificate in OpenSSH's one-line format, or empty
 * @param targets by their names
 */
public record SshProxySettings(
        InetSocketAddress listen,
        KeyPair hostKey,
        String hostCertificate,
        Map<String, SshTarget> targets,
        SshLimits limits) {
    public SshProxySettings {
        targets = Map.copyOf(targets);
    }

    /** Settings with the default limits. */
    public static SshProxySettings of(
            InetSocketAddress listen,
            KeyPair hostKey,
            String hostCertificate,
            List<SshTarget> targets) {
        return new SshProxySettings(
                listen,
                hostKey,
                hostCertificate,
                targets.stream()
                        .collect(
                                Collectors.toMap(
                                        target -> target.target().name(), Function.identity())),
                SshLimits.DEFAULT);
    }
}
