package dev.sallyport.cli.agent;

import dev.sallyport.access.Secret;
import dev.sallyport.access.certificate.KeyFiles;
import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.access.certificate.KeyProof;
import dev.sallyport.broker.request.KeyStep;
import dev.sallyport.broker.request.RequestProof;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/**
 * The agent's own keys for the grants of one token: Ed25519 for SSH, P-256 for X.509. They never
 * leave this machine; the broker sees their public halves and a proof.
 */
record AgentKeys(KeyPair ssh, KeyPair x509) {
    private static final String X509 = "client.key";

    /**
     * The keys that go with {@code token}: fresh ones for a new token, the same again for a token
     * that was used before, since a token is good for one set of keys only.
     *
     * @param keys the directory of keys by token
     */
    static AgentKeys of(Secret token, Path keys) throws IOException {
        return inDirectory(keys.resolve(name(token)));
    }

    /** The keys in {@code directory}, made when they are not there. */
    static AgentKeys inDirectory(Path directory) throws IOException {
        Files.createDirectories(
                directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new AgentKeys(
                KeyFiles.loadOrCreate(
                        directory.resolve(SshConfigFile.KEY),
                        KeyKind.ED25519,
                        KeyFiles.Format.OPENSSH),
                KeyFiles.loadOrCreate(
                        directory.resolve(X509), KeyKind.P256, KeyFiles.Format.PKCS8));
    }

    /** The name of a token's directory: a hash, from which nobody gets the token back. */
    static String name(Secret token) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(token.reveal().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The keys of an existing grant directory. */
    static AgentKeys load(Path directory) throws IOException {
        return new AgentKeys(
                KeyFiles.load(directory.resolve(SshConfigFile.KEY)),
                KeyFiles.load(directory.resolve(X509)));
    }

    void write(Path directory) throws IOException {
        KeyFiles.write(directory.resolve(SshConfigFile.KEY), ssh, KeyFiles.Format.OPENSSH);
        KeyFiles.write(directory.resolve(X509), x509, KeyFiles.Format.PKCS8);
    }

    /** Proof for a later step on a request or grant. */
    KeyStep step(KeyStep.Verb verb, String id, Instant at) {
        byte[] message = RequestProof.ofStep(verb, id, at);
        String proof = KeyProof.sign(ssh.getPrivate(), RequestProof.PURPOSE_STEP, message);
        return new KeyStep(id, at, ssh.getPublic(), proof);
    }
}
