package dev.sallyport.cli.agent;

import dev.sallyport.access.certificate.KeyFiles;
import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.access.certificate.KeyProof;
import dev.sallyport.broker.request.KeyStep;
import dev.sallyport.broker.request.RequestProof;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;

/**
 * The agent's own fresh keys for one grant: Ed25519 for SSH, P-256 for X.509. They never leave this
 * machine; the broker sees their public halves and a proof.
 */
record AgentKeys(KeyPair ssh, KeyPair x509) {
    private static final String X509 = "client.key";

    static AgentKeys generate() {
        return new AgentKeys(
                KeyFiles.generate(KeyKind.ED25519), KeyFiles.generate(KeyKind.P256));
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
