package dev.sallyport.cli.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.apache.sshd.server.shell.ProcessShellFactory;

/**
 * The target for machines that have no sshd of their own: Apache MINA SSHD running commands as the
 * current user, on loopback, for certificates of one authority only.
 */
final class EmbeddedSshd implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(5);

    private final SshServer server;
    private final String hostKey;

    private EmbeddedSshd(SshServer server, String hostKey) {
        this.server = server;
        this.hostKey = hostKey;
    }

    static EmbeddedSshd start(Path directory, PublicKey authority) throws IOException {
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setPort(0);
        var hostKeys = new SimpleGeneratorHostKeyProvider(directory.resolve("host_key"));
        hostKeys.setAlgorithm("EC");
        server.setKeyPairProvider(hostKeys);
        server.setPublickeyAuthenticator(
                (user, key, session) -> isTrusted(user, key, authority, session));
        server.setCommandFactory(new ProcessShellCommandFactory());
        server.setShellFactory(new ProcessShellFactory("/bin/sh", List.of("/bin/sh", "-i")));
        server.start();
        PublicKey key = hostKeys.loadKeys(null).iterator().next().getPublic();
        return new EmbeddedSshd(server, PublicKeyEntry.toString(key));
    }

    /** MINA checked validity and signature; who signed and for whom is for us to check. */
    private static boolean isTrusted(
            String user, PublicKey key, PublicKey authority, ServerSession session) {
        return key instanceof OpenSshCertificate certificate
                && OpenSshCertificate.Type.USER == certificate.getType()
                && KeyUtils.compareKeys(authority, certificate.getCaPubKey())
                && certificate.getPrincipals().contains(user)
                && session.getRemoteAddress() != null;
    }

    int port() {
        return server.getPort();
    }

    String hostKey() {
        return hostKey;
    }

    @Override
    public void close() throws IOException {
        server.close(true).await(STOP);
    }
}
