package dev.sallyport.proxy.db.catalogue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * The certificate that a server proved for its name, in a file of its own for as long as this is
 * open.
 *
 * <p>The driver compares the name in the certificate only after it has logged in, so that any
 * server with a certificate of the same authority could ask for the password in clear. So the name
 * is proved here first, in a handshake that ends without a login, and the driver is then told to
 * trust this one certificate and no other: whoever has not its key gets nothing.
 */
final class ProvenCertificate implements AutoCloseable {
    /**
     * Request code of SSLRequest: https://www.postgresql.org/docs/18/protocol-message-formats.html
     */
    private static final int SSL_REQUEST = 80_877_103;

    private final Path file;

    private ProvenCertificate(Path file) {
        this.file = file;
    }

    static ProvenCertificate of(String host, int port, Path authorities, Duration patience)
            throws IOException {
        Certificate leaf;
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, port), (int) patience.toMillis());
            plain.setSoTimeout((int) patience.toMillis());
            askForTls(plain);
            leaf = handshake(plain, host, port, context(authorities));
        } catch (GeneralSecurityException e) {
            throw new IOException("the file of authorities holds no usable certificate", e);
        }
        Path file = Files.createTempFile("sallyport-db", ".pem");
        try {
            Files.write(file, pem(leaf));
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
        return new ProvenCertificate(file);
    }

    private static void askForTls(Socket plain) throws IOException {
        var request = new DataOutputStream(plain.getOutputStream());
        request.writeLong(8L << 32 | SSL_REQUEST);
        request.flush();
        if (new DataInputStream(plain.getInputStream()).readByte() != 'S') {
            throw new IOException("the server does not speak TLS");
        }
    }

    private static Certificate handshake(Socket plain, String host, int port, SSLContext context)
            throws IOException {
        try (var tls =
                (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, false)) {
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            return tls.getSession().getPeerCertificates()[0];
        }
    }

    private static SSLContext context(Path authorities)
            throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(authorities)) {
            int count = 0;
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("authority-" + count++, each);
            }
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static byte[] pem(Certificate certificate) throws IOException {
        try {
            return ("-----BEGIN CERTIFICATE-----\n"
                            + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                            + "\n-----END CERTIFICATE-----\n")
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException e) {
            throw new IOException("the server's certificate cannot be written down", e);
        }
    }

    Path file() {
        return file;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
