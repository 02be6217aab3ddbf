package dev.sallyport.broker.identity;

import dev.sallyport.access.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The one human of a broker without an identity provider: a random secret of 256 bits in a file of
 * mode 0600, of which the broker keeps only the hash. Beside an identity provider it is what an
 * operator has when that is broken: it kills and unlocks, and does not approve, for nobody knows
 * which human holds it. Thread-safe.
 */
public final class OperatorCredential {
    /** Begins every credential, so that secret scanners and {@link CallerVerifier} know it. */
    static final String PREFIX = "spo1.";

    private static final int SECRET_BYTES = 32;
    private static final Duration LINK_LIFETIME = Duration.ofMinutes(10);
    private static final String OWNER_ONLY = "rw-------";

    private final byte[] hash;
    private final Supplier<List<String>> groups;
    private final Set<Role> roles;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    // Guarded by this; empty = no link is open.
    private byte[] linkHash = new byte[0];
    private Instant linkEnd = Instant.EPOCH;

    private OperatorCredential(
            byte[] hash, Supplier<List<String>> groups, Set<Role> roles, InstantSource clock) {
        this.hash = hash;
        this.groups = groups;
        this.roles = roles;
        this.clock = clock;
    }

    /**
     * Opens the credential, making it on first use.
     *
     * @param credential where the secret is written for the operator; may be moved away afterwards
     * @param hashFile where the broker keeps the hash
     * @param issuers those that are believed: humans among them know their own approvers
     * @param groups the groups in which this human may approve: every one that an intent names
     * @throws IOException also when the hash file is open to others
     */
    public static OperatorCredential open(
            Path credential,
            Path hashFile,
            List<IssuerSettings> issuers,
            Supplier<List<String>> groups,
            InstantSource clock)
            throws IOException {
        if (!Files.exists(hashFile)) {
            String secret = secret(new SecureRandom());
            writeOwnerOnly(credential, secret + "\n");
            writeOwnerOnly(hashFile, Base64.getUrlEncoder().encodeToString(sha256(secret)) + "\n");
        }
        if (!Files.getPosixFilePermissions(hashFile)
                .equals(PosixFilePermissions.fromString(OWNER_ONLY))) {
            throw new IOException(hashFile + " must have mode 0600");
        }
        try {
            byte[] hash = Base64.getUrlDecoder().decode(Files.readString(hashFile).strip());
            return new OperatorCredential(hash, groups, rolesBeside(issuers), clock);
        } catch (IllegalArgumentException e) {
            throw new IOException(hashFile + " does not hold a hash", e);
        }
    }

    private static Set<Role> rolesBeside(List<IssuerSettings> issuers) {
        boolean known =
                issuers.stream().anyMatch(each -> each.mapping() instanceof ClaimMapping.Humans);
        return known ? EnumSet.of(Role.OPERATOR) : EnumSet.allOf(Role.class);
    }

    /** The operator, when {@code presented} is the secret. */
    public Optional<HumanCaller> verify(Secret presented) {
        boolean same = MessageDigest.isEqual(hash, sha256(presented.reveal()));
        return same ? Optional.of(operator()) : Optional.empty();
    }

    /** A new one-time secret for a login link; the one before it is void. */
    public synchronized Secret newLink() {
        String secret = secret(random);
        linkHash = sha256(secret);
        linkEnd = clock.instant().plus(LINK_LIFETIME);
        return Secret.of(secret);
    }

    /** The operator, once, when {@code presented} is the open link's secret. */
    public synchronized Optional<HumanCaller> redeemLink(Secret presented) {
        boolean open = linkHash.length > 0 && clock.instant().isBefore(linkEnd);
        if (!MessageDigest.isEqual(linkHash, sha256(presented.reveal())) || !open) {
            return Optional.empty();
        }
        linkHash = new byte[0];
        return Optional.of(operator());
    }

    private HumanCaller operator() {
        return new HumanCaller("operator", List.of(), groups.get(), roles);
    }

    private static String secret(SecureRandom random) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The file is born with its mode and gets its name only when it is whole. */
    private static void writeOwnerOnly(Path file, String text) throws IOException {
        Path born = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(born);
        var mode =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY));
        try (FileChannel channel =
                FileChannel.open(
                        born,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        mode)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
        }
        Files.move(born, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
