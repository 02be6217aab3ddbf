package dev.sallyport.cli.node;

import dev.sallyport.access.certificate.KeyFiles;
import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.broker.api.ApiBody;
import dev.sallyport.cli.config.Configuration;
import dev.sallyport.cli.config.DataDirectory;
import dev.sallyport.proxy.ssh.SshProxySettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/** The SSH proxy's settings, and how agents recognise it. */
record SshDoor(SshProxySettings settings) {
    private static final String ALIAS = "sallyport";

    /** Loads the proxy's host key, or makes it. */
    static SshDoor open(DataDirectory data, Configuration configuration) throws IOException {
        KeyPair hostKey =
                KeyFiles.loadOrCreate(
                        data.keys().resolve("ssh-host.key"),
                        KeyKind.ED25519,
                        KeyFiles.Format.OPENSSH);
        return new SshDoor(
                SshProxySettings.of(configuration.ssh(), hostKey, "", configuration.sshTargets()));
    }

    /** How agents reach it on {@code port}. */
    Map<String, ApiBody.Door> describe(int port) {
        String key = PublicKeyEntry.toString(settings.hostKey().getPublic());
        InetSocketAddress listen = settings.listen();
        String host =
                listen.getAddress().isAnyLocalAddress() ? "127.0.0.1" : listen.getHostString();
        return Map.of(
                "ssh", new ApiBody.Door(host + ":" + port, ALIAS, List.of(ALIAS + " " + key)));
    }
}
