package dev.sallyport.broker.api;

import dev.sallyport.broker.issue.ServerIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * TLS 1.3 for connections that the {@link Doorkeeper} lets in. The server hands every accepted
 * socket to this context's factory before the handshake, which is the one place where it can still
 * be turned away; it MUST be run with blocking sockets ({@code useNio(false)}).
 */
final class DoorTls extends SSLContext {
    static final String PROTOCOL = "TLSv1.3";

    private DoorTls(SSLContext real, Doorkeeper keeper) {
        super(new Spi(real, keeper), real.getProvider(), real.getProtocol());
    }

    static DoorTls of(ServerIdentity identity, Doorkeeper keeper) {
        try {
            // Only in memory: the password protects nothing.
            char[] password = new char[0];
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            store.setKeyEntry(
                    "broker",
                    identity.key(),
                    password,
                    identity.chain().toArray(X509Certificate[]::new));
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            SSLContext real = SSLContext.getInstance(PROTOCOL);
            real.init(keys.getKeyManagers(), null, null);
            return new DoorTls(real, keeper);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the broker's own certificate cannot be used", e);
        }
    }

    /** Everything but the socket factory is the real context's. */
    private static final class Spi extends SSLContextSpi {
        private final SSLContext real;
        private final Doorkeeper keeper;

        Spi(SSLContext real, Doorkeeper keeper) {
            this.real = real;
            this.keeper = keeper;
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {
            throw new IllegalStateException("this context is ready");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return new Sockets(real.getSocketFactory(), keeper);
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return real.getServerSocketFactory();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return real.createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return real.createSSLEngine(host, port);
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return real.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return real.getClientSessionContext();
        }
    }

    /** Wraps accepted sockets and makes none. */
    private static final class Sockets extends SSLSocketFactory {
        private final SSLSocketFactory real;
        private final Doorkeeper keeper;

        Sockets(SSLSocketFactory real, Doorkeeper keeper) {
            this.real = real;
            this.keeper = keeper;
        }

        /** The socket beneath closes with what is wrapped around it, whatever the caller says. */
        @Override
        public Socket createSocket(Socket accepted, InputStream consumed, boolean autoClose)
                throws IOException {
            keeper.admit(accepted);
            var secured = (SSLSocket) real.createSocket(accepted, consumed, true);
            secured.setEnabledProtocols(new String[] {PROTOCOL});
            return secured;
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return real.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return real.getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
                throws IOException {
            throw dials();
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            throw dials();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort)
                throws IOException {
            throw dials();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            throw dials();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
                throws IOException {
            throw dials();
        }

        private static IOException dials() {
            return new IOException("the broker's own certificate serves and does not dial");
        }
    }
}
