package dev.sallyport.access.certificate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/**
 * Private keys in files of mode 0600. A key file appears whole or not at all, and is never
 * overwritten; one that others may read is refused, as OpenSSH does. Key pairs that come out are
 * BouncyCastle's objects, which MINA and everything in this package take. Stateless.
 */
public final class KeyFiles {
    /** A private key in either format is far below this. */
    private static final int MAX_BYTES = 64 * 1024;

    private static final Set<PosixFilePermission> PRIVATE =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private static final Set<PosixFilePermission> TOO_OPEN =
            EnumSet.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE,
                    PosixFilePermission.OTHERS_EXECUTE);

    private KeyFiles() {}

    /** How a private key is written. */
    public enum Format {
        /** {@code BEGIN PRIVATE KEY}: OpenSSL, libpq, kubectl, curl, the JDK. */
        PKCS8,
        /** {@code BEGIN OPENSSH PRIVATE KEY}: what {@code ssh} reads for every kind of key. */
        OPENSSH
    }

    /** A new key pair in memory. */
    public static KeyPair generate(KeyKind kind) {
        return PrivateKeyText.generate(kind);
    }

    /**
     * Makes a key and its file.
     *
     * @throws FileAlreadyExistsException when there is a file already; it is left alone
     */
    public static KeyPair create(Path file, KeyKind kind, Format format) throws IOException {
        KeyPair pair = generate(kind);
        write(file, pair, format);
        return pair;
    }

    /**
     * Writes a private key to a new file.
     *
     * @throws FileAlreadyExistsException when there is a file already; it is left alone
     */
    public static void write(Path file, KeyPair pair, Format format) throws IOException {
        try {
            writeNew(file, PrivateKeyText.write(pair, format));
        } catch (GeneralSecurityException refused) {
            throw new IOException("the key cannot be written", refused);
        }
    }

    /**
     * Reads a private key in either format, without passphrase.
     *
     * @throws IOException when there is none, others may read it, or it is not a key of {@link
     *     KeyKind}
     */
    public static KeyPair load(Path file) throws IOException {
        requirePrivate(file);
        String text = readLimited(file);
        try {
            return PrivateKeyText.read(text);
        } catch (IOException | GeneralSecurityException | RuntimeException refused) {
            // Parsers of two libraries raise what they like; none of it may quote the file.
            throw new IOException(file + " is not an Ed25519 or P-256 private key");
        }
    }

    /** Reads the key, or makes it when there is none; of two who try at once, one makes it. */
    public static KeyPair loadOrCreate(Path file, KeyKind kind, Format format) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            try {
                return create(file, kind, format);
            } catch (FileAlreadyExistsException other) {
                return load(file);
            }
        }
        return load(file);
    }

    /** Writes or replaces a public key's OpenSSH line, with its line end. */
    public static void writePublic(Path file, PublicKey key, String comment) throws IOException {
        Files.writeString(file, PublicKeys.line(key, comment) + "\n");
    }

    private static void writeNew(Path file, byte[] text) throws IOException {
        Path whole = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        try {
            try (FileChannel channel =
                    FileChannel.open(
                            whole,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(PRIVATE))) {
                ByteBuffer bytes = ByteBuffer.wrap(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            // A link, unlike a rename, never replaces a file that is there.
            Files.createLink(file, whole);
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    private static void requirePrivate(Path file) throws IOException {
        for (PosixFilePermission permission : Files.getPosixFilePermissions(file)) {
            if (TOO_OPEN.contains(permission)) {
                throw new IOException(file + " is open to others; chmod 600 it");
            }
        }
    }

    private static String readLimited(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = new ByteArrayOutputStream();
            bytes.write(in.readNBytes(MAX_BYTES + 1));
            if (bytes.size() > MAX_BYTES) {
                throw new IOException(file + " is too large for a key");
            }
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
