package dev.sallyport.recorder.log;

import dev.sallyport.recorder.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The Ed25519 key with which a node signs its log's checkpoints (C2SP signed-note, type 0x01).
 * Immutable and thread-safe. The file holds the private and the public key, each DER in base64 on
 * its own line, and MUST be readable by its owner only.
 */
public final class NoteKey {
    private static final int LARGEST_FILE = 4096;
    private static final Set<PosixFilePermission> OTHERS =
            EnumSet.complementOf(
                    EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

    private final PrivateKey privateKey;
    private final VerifierKey verifier;

    private NoteKey(PrivateKey privateKey, VerifierKey verifier) {
        this.privateKey = privateKey;
        this.verifier = verifier;
    }

    /**
     * Reads the key from {@code file}, or makes one and keeps it there durably.
     *
     * @param origin the log's origin, which becomes the key's name
     * @throws IOException when the file is damaged, or others than its owner may use it
     */
    public static NoteKey loadOrCreate(Disk disk, Path file, String origin) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            disk.createOnce(file, encode(newPair()));
        }
        Set<PosixFilePermission> permissions =
                Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
        if (permissions.stream().anyMatch(OTHERS::contains)) {
            throw new IOException(file + " must be readable by its owner only (mode 0600)");
        }
        try {
            return decode(disk.read(file, LARGEST_FILE), origin);
        } catch (GeneralSecurityException | IllegalArgumentException damaged) {
            throw new IOException(file + " holds no Ed25519 key", damaged);
        }
    }

    /** A key that is nowhere stored. */
    public static NoteKey ephemeral(String origin) {
        KeyPair pair = newPair();
        return new NoteKey(
                pair.getPrivate(), VerifierKey.of(origin, VerifierKey.Kind.LOG, pair.getPublic()));
    }

    /** The public side. */
    public VerifierKey verifier() {
        return verifier;
    }

    /** The public side's text form: {@code <origin>+<hex key id>+<base64>}. */
    public String vkey() {
        return verifier.vkey();
    }

    /** The same key for another log of this node. */
    public NoteKey named(String origin) {
        return new NoteKey(privateKey, verifier.named(origin));
    }

    /** Signs a text into a note with this one signature. */
    public Note sign(String text) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(privateKey);
            signer.update(text.getBytes(StandardCharsets.UTF_8));
            Note.Line line = new Note.Line(verifier.name(), verifier.id(), signer.sign());
            return new Note(text, List.of(line));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("cannot sign with Ed25519", broken);
        }
    }

    private static KeyPair newPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java since 15 has Ed25519", impossible);
        }
    }

    private static byte[] encode(KeyPair pair) {
        Base64.Encoder base64 = Base64.getEncoder();
        ByteBuffer file = ByteBuffer.allocate(LARGEST_FILE);
        file.put(base64.encode(pair.getPrivate().getEncoded())).put((byte) '\n');
        file.put(base64.encode(pair.getPublic().getEncoded())).put((byte) '\n');
        return Arrays.copyOf(file.array(), file.position());
    }

    private static NoteKey decode(byte[] file, String origin) throws GeneralSecurityException {
        String[] lines = new String(file, StandardCharsets.US_ASCII).split("\n", -1);
        if (lines.length != 3) {
            throw new IllegalArgumentException("a key file has two lines");
        }
        KeyFactory factory = KeyFactory.getInstance("Ed25519");
        byte[] secret = Base64.getDecoder().decode(lines[0]);
        PrivateKey privateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(secret));
        Arrays.fill(secret, (byte) 0);
        byte[] open = Base64.getDecoder().decode(lines[1]);
        VerifierKey verifier =
                VerifierKey.of(
                        origin,
                        VerifierKey.Kind.LOG,
                        factory.generatePublic(new X509EncodedKeySpec(open)));
        NoteKey key = new NoteKey(privateKey, verifier);
        // A file whose halves do not belong together would sign what nobody can verify.
        if (key.sign("probe\n").verify(List.of(verifier)) != Note.Verdict.GOOD) {
            throw new IllegalArgumentException("the two keys are no pair");
        }
        return key;
    }
}
