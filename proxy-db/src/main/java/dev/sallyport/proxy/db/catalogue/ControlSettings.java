package dev.sallyport.proxy.db.catalogue;

import dev.sallyport.access.Secret;
import java.nio.file.Path;

/**
 * Where a database is and who asks it about itself.
 *
 * @param host name or address; with {@link Tls.VerifyFull} the certificate must be for it
 * @param user needs no right but {@code CONNECT}; the system catalogues are open to everyone
 */
public record ControlSettings(
        String host, int port, String database, String user, Password password, Tls tls) {
    public ControlSettings {
        if (host.isBlank() || database.isBlank() || user.isBlank()) {
            throw new IllegalArgumentException("host, database and user are named");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port must be 1 to 65535");
        }
    }

    /** Where the password is. It is read for each connection, so that a file can be renewed. */
    public sealed interface Password {
        /** The first line of a file. */
        record InFile(Path file) implements Password {}

        /** Held in memory. */
        record Held(Secret secret) implements Password {}
    }

    /** How the way to the server is protected. */
    public sealed interface Tls {
        /** TLS, with a certificate of one of these authorities for exactly this host. */
        record VerifyFull(Path authorities) implements Tls {}

        /** Nothing; for a server on the same machine. */
        record None() implements Tls {}
    }
}
