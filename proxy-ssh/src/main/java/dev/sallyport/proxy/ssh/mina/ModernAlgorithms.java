package dev.sallyport.proxy.ssh.mina;

import java.util.List;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.helpers.AbstractFactoryManager;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;

/**
 * The algorithms of both legs. AES only: it is what processors are fast at, and without ChaCha20
 * and CBC the Terrapin attack (CVE-2023-48795) has nothing to work on even where strict key
 * exchange is not offered. No SHA-1, no finite-field groups, no compression.
 */
public final class ModernAlgorithms {
    private static final List<BuiltinDHFactories> EXCHANGES =
            List.of(
                    BuiltinDHFactories.mlkem768x25519,
                    BuiltinDHFactories.sntrup761x25519,
                    BuiltinDHFactories.sntrup761x25519_openssh,
                    BuiltinDHFactories.curve25519,
                    BuiltinDHFactories.curve25519_libssh,
                    BuiltinDHFactories.ecdhp256);

    private static final List<BuiltinCiphers> CIPHERS =
            List.of(
                    BuiltinCiphers.aes128gcm,
                    BuiltinCiphers.aes256gcm,
                    BuiltinCiphers.aes128ctr,
                    BuiltinCiphers.aes256ctr);

    private static final List<BuiltinMacs> MACS =
            List.of(
                    BuiltinMacs.hmacsha256etm,
                    BuiltinMacs.hmacsha512etm,
                    BuiltinMacs.hmacsha256,
                    BuiltinMacs.hmacsha512);

    private ModernAlgorithms() {}

    /** For the leg that agents connect to; grants are bound to Ed25519 or P-256 keys only. */
    public static void apply(SshServer server) {
        server.setKeyExchangeFactories(
                NamedFactory.setUpTransformedFactories(true, EXCHANGES, ServerBuilder.DH2KEX));
        applyToBoth(server);
        server.setSignatureFactories(
                List.of(
                        BuiltinSignatures.ed25519_cert,
                        BuiltinSignatures.ed25519,
                        BuiltinSignatures.nistp256_cert,
                        BuiltinSignatures.nistp256));
    }

    /** For the leg to the targets; {@link #hostKeys} narrows it to what is pinned. */
    public static void apply(SshClient client) {
        client.setKeyExchangeFactories(
                NamedFactory.setUpTransformedFactories(true, EXCHANGES, ClientBuilder.DH2KEX));
        applyToBoth(client);
        client.setSignatureFactories(hostKeys(true));
    }

    /**
     * Host key algorithms in the order to ask for them; Ed25519 is always among them because it
     * signs the login.
     *
     * @param certificates whether the target's key is pinned by its authority
     */
    public static List<NamedFactory<Signature>> hostKeys(boolean certificates) {
        return certificates
                ? List.of(
                        BuiltinSignatures.ed25519_cert,
                        BuiltinSignatures.nistp256_cert,
                        BuiltinSignatures.nistp384_cert,
                        BuiltinSignatures.nistp521_cert,
                        BuiltinSignatures.rsaSHA512_cert,
                        BuiltinSignatures.rsaSHA256_cert,
                        BuiltinSignatures.ed25519)
                : List.of(
                        BuiltinSignatures.ed25519,
                        BuiltinSignatures.nistp256,
                        BuiltinSignatures.nistp384,
                        BuiltinSignatures.nistp521,
                        BuiltinSignatures.rsaSHA512,
                        BuiltinSignatures.rsaSHA256,
                        BuiltinSignatures.ed25519_cert);
    }

    private static void applyToBoth(AbstractFactoryManager manager) {
        manager.setCipherFactories(List.copyOf(CIPHERS));
        manager.setMacFactories(List.copyOf(MACS));
        manager.setCompressionFactories(List.of(BuiltinCompressions.none));
    }
}
