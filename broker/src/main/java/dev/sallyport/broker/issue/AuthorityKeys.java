package dev.sallyport.broker.issue;

import dev.sallyport.access.certificate.GrantRefusedException;
import dev.sallyport.access.certificate.KeyFiles;
import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.access.certificate.PublicKeys;
import dev.sallyport.access.certificate.TrustedKeys;
import dev.sallyport.access.certificate.X509Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;

/**
 * The cluster's four keys: the SSH user CA, the X.509 CA, the grant key, and the upstream CA that
 * targets trust. They are apart so that no certificate of one kind can pass for another. Files of
 * mode 0600, made at the first start. Immutable.
 */
public final class AuthorityKeys {
    /** The CA certificate outlives any machine; what it signs lives for minutes. */
    private static final Duration CA_VALIDITY = Duration.ofDays(3650);

    /** A listener's certificate is made anew at each start. */
    private static final Duration SERVER_VALIDITY = Duration.ofDays(90);

    private final KeyPair sshCa;
    private final KeyPair upstreamCa;
    private final KeyPair grantKey;
    private final KeyPair x509Key;
    private final X509Certificate x509Ca;
    private final InstantSource clock;

    private AuthorityKeys(Path directory, String cluster, InstantSource clock) throws IOException {
        this.clock = clock;
        this.sshCa = ed25519(directory.resolve("ssh-ca.pem"));
        this.upstreamCa = ed25519(directory.resolve("upstream-ca.pem"));
        this.grantKey = ed25519(directory.resolve("grant.pem"));
        this.x509Key =
                KeyFiles.loadOrCreate(
                        directory.resolve("x509-ca.pem"), KeyKind.P256, KeyFiles.Format.PKCS8);
        this.x509Ca = certificate(directory.resolve("x509-ca.crt"), cluster);
    }

    /**
     * Loads the keys, or makes those that are missing.
     *
     * @throws IOException when a file cannot be read or written, holds something else, or is
     *     readable by others
     */
    public static AuthorityKeys open(Path directory, String cluster, InstantSource clock)
            throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        return new AuthorityKeys(directory, cluster, clock);
    }

    private static KeyPair ed25519(Path file) throws IOException {
        return KeyFiles.loadOrCreate(file, KeyKind.ED25519, KeyFiles.Format.PKCS8);
    }

    private X509Certificate certificate(Path file, String cluster) throws IOException {
        if (Files.exists(file)) {
            return read(file);
        }
        X509Certificate made =
                X509Certificates.selfSignedCa(x509Key, "Sallyport " + cluster, CA_VALIDITY, clock);
        Path whole = Files.createTempFile(file.getParent(), ".x509-ca", ".crt");
        Files.writeString(whole, X509Certificates.pem(List.of(made)));
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
        return made;
    }

    private X509Certificate read(Path file) throws IOException {
        try {
            List<X509Certificate> found = X509Certificates.parsePem(Files.readString(file));
            if (found.size() != 1 || !isOurs(found.getFirst())) {
                throw new IOException(file + " is not the certificate of the CA key beside it");
            }
            return found.getFirst();
        } catch (GrantRefusedException e) {
            throw new IOException(file + " is not a certificate", e);
        }
    }

    private boolean isOurs(X509Certificate certificate) {
        return Arrays.equals(
                certificate.getPublicKey().getEncoded(), x509Key.getPublic().getEncoded());
    }

    /** What proxies trust. */
    public TrustedKeys trusted() {
        return new TrustedKeys(
                List.of(sshCa.getPublic()), List.of(x509Ca), List.of(grantKey.getPublic()));
    }

    /** The SSH user CA's public key, one line. */
    public String sshCaLine() {
        return PublicKeys.line(sshCa.getPublic(), "sallyport-user-ca");
    }

    /** What goes into a target's {@code TrustedUserCAKeys}, one line. */
    public String upstreamCaLine() {
        return PublicKeys.line(upstreamCa.getPublic(), "sallyport-upstream-ca");
    }

    /** The X.509 CA's certificate. */
    public String x509CaPem() {
        return X509Certificates.pem(List.of(x509Ca));
    }

    /**
     * A new key and certificate for a TLS listener of ours.
     *
     * @param hosts DNS names and IP addresses, at least one
     */
    public ServerIdentity serverIdentity(List<String> hosts) {
        KeyPair pair = KeyFiles.generate(KeyKind.P256);
        X509Certificate leaf =
                X509Certificates.issueServer(
                        pair.getPublic(),
                        hosts,
                        x509Ca,
                        x509Key.getPrivate(),
                        SERVER_VALIDITY,
                        clock);
        return new ServerIdentity(pair.getPrivate(), List.of(leaf, x509Ca));
    }

    KeyPair sshCa() {
        return sshCa;
    }

    KeyPair upstreamCa() {
        return upstreamCa;
    }

    PrivateKey grantKey() {
        return grantKey.getPrivate();
    }

    X509Certificate x509Ca() {
        return x509Ca;
    }

    PrivateKey x509CaKey() {
        return x509Key.getPrivate();
    }
}
