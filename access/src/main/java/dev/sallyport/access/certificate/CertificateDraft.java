package dev.sallyport.access.certificate;

import dev.sallyport.access.Grant;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;

/**
 * What is about to be certified, built and checked before anything is recorded or signed. A draft
 * that exists is valid; signing one ({@link SshCertificates#sign}, {@link X509Certificates#sign})
 * MUST come after {@code grant.issued} is durable.
 *
 * @param key the agent's public key; its thumbprint is among the grant's keys
 * @param serial unsigned 64 bits, never 0
 * @param validAfter a little before now, see {@link #BACKDATE}
 * @param validBefore never after the grant's own end
 */
public record CertificateDraft(
        Grant grant, PublicKey key, long serial, Instant validAfter, Instant validBefore) {
    /** How much earlier a certificate begins, so that a proxy whose clock is behind accepts it. */
    public static final Duration BACKDATE = Duration.ofSeconds(30);

    /** Longest life of a certificate; a grant that lasts longer is carried by renewed ones. */
    public static final Duration MAX_LIFETIME = Duration.ofHours(1);

    public CertificateDraft {
        requireSerial(serial);
        requireKey(grant, key);
        requireLifetime(validAfter, validBefore, MAX_LIFETIME.plus(BACKDATE));
        if (validBefore.isAfter(grant.notAfter())) {
            throw new IllegalArgumentException("a certificate must not outlive its grant");
        }
    }

    /**
     * A draft that begins {@link #BACKDATE} before {@code now} and ends after {@code lifetime} or
     * with the grant, whichever is first.
     *
     * @throws IllegalArgumentException when the grant is over, the lifetime is above {@link
     *     #MAX_LIFETIME} or not positive, or the key is not one of the grant's
     */
    public static CertificateDraft of(
            Grant grant, PublicKey key, long serial, Instant now, Duration lifetime) {
        requireLifetime(now, now.plus(lifetime), MAX_LIFETIME);
        Instant wanted = now.plus(lifetime);
        Instant end = wanted.isAfter(grant.notAfter()) ? grant.notAfter() : wanted;
        if (!now.isBefore(end)) {
            throw new IllegalArgumentException("a certificate needs a life of its own");
        }
        return new CertificateDraft(grant, key, serial, now.minus(BACKDATE), end);
    }

    /** A serial number that nobody can guess and that does not repeat. */
    public static long randomSerial(SecureRandom random) {
        long serial = random.nextLong();
        return serial == 0 ? 1 : serial;
    }

    /** The serial number as both kinds of certificate print it. */
    public String serialText() {
        return Long.toUnsignedString(serial);
    }

    BigInteger serialNumber() {
        return new BigInteger(serialText());
    }

    private static void requireSerial(long serial) {
        if (serial == 0) {
            throw new IllegalArgumentException("0 is the serial number of nothing in particular");
        }
    }

    private static void requireKey(Grant grant, PublicKey key) {
        if (KeyKind.of(key).isEmpty()) {
            throw new IllegalArgumentException("the key is neither Ed25519 nor P-256");
        }
        if (!grant.keys().contains(Thumbprint.of(key))) {
            throw new IllegalArgumentException("the key is not one of the grant's");
        }
    }

    private static void requireLifetime(Instant validAfter, Instant validBefore, Duration longest) {
        Duration lifetime = Duration.between(validAfter, validBefore);
        if (!lifetime.isPositive()) {
            throw new IllegalArgumentException("a certificate must end after it begins");
        }
        if (lifetime.compareTo(longest) > 0) {
            throw new IllegalArgumentException("a certificate lives at most " + MAX_LIFETIME);
        }
    }
}
