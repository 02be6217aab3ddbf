package dev.sallyport.proxy.db.catalogue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A server with a certificate for another name, that asks whoever comes for the password. */
final class PasswordThief implements AutoCloseable {
    private static final char[] STORE_PASSWORD = "test".toCharArray();

    private final ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final List<String> stolen = new CopyOnWriteArrayList<>();
    private final SSLContext context;

    PasswordThief(Path store) throws IOException, GeneralSecurityException {
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            own.load(in, STORE_PASSWORD);
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, STORE_PASSWORD);
        context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        Thread.ofVirtual().start(this::serve);
    }

    private void serve() {
        while (!listening.isClosed()) {
            try (Socket plain = listening.accept()) {
                rob(plain);
            } catch (IOException e) {
                // The visitor saw through it, or the test is over.
                continue;
            }
        }
    }

    private void rob(Socket plain) throws IOException {
        new DataInputStream(plain.getInputStream()).readLong();
        plain.getOutputStream().write('S');
        try (var tls = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true)) {
            tls.setUseClientMode(false);
            var in = new DataInputStream(tls.getInputStream());
            in.readNBytes(in.readInt() - 4);
            var out = new DataOutputStream(tls.getOutputStream());
            out.writeByte('R');
            out.writeInt(8);
            out.writeInt(3);
            out.flush();
            in.readByte();
            byte[] password = in.readNBytes(in.readInt() - 4);
            stolen.add(new String(password, 0, password.length - 1, StandardCharsets.UTF_8));
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    List<String> stolen() {
        return stolen;
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
