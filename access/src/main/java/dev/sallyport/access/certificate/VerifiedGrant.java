package dev.sallyport.access.certificate;

import dev.sallyport.access.Grant;
import java.security.PublicKey;
import java.time.Instant;

/**
 * The proof that a grant was checked: signed by the cluster's broker, valid at that moment, and
 * bound to the key of the certificate that carried it. Only {@link GrantVerifier} makes one. It
 * says nothing about locks, policy or the passing of time since; that is the gate's part. The
 * protocol MUST have seen the key prove itself before it uses this.
 */
public final class VerifiedGrant {
    private final Grant grant;
    private final PublicKey key;
    private final String thumbprint;
    private final String certificateSerial;
    private final Instant certificateEnd;

    private VerifiedGrant(
            Grant grant,
            PublicKey key,
            String thumbprint,
            String certificateSerial,
            Instant certificateEnd) {
        this.grant = grant;
        this.key = key;
        this.thumbprint = thumbprint;
        this.certificateSerial = certificateSerial;
        this.certificateEnd = certificateEnd;
    }

    /** For {@link GrantVerifier} alone. */
    static VerifiedGrant of(
            Grant grant, PublicKey key, String thumbprint, String serial, Instant certificateEnd) {
        return new VerifiedGrant(grant, key, thumbprint, serial, certificateEnd);
    }

    public Grant grant() {
        return grant;
    }

    /** The agent's public key, which the certificate certifies. */
    public PublicKey key() {
        return key;
    }

    /** {@link Thumbprint} of {@link #key}. */
    public String thumbprint() {
        return thumbprint;
    }

    /** The certificate's serial number in decimal. */
    public String certificateSerial() {
        return certificateSerial;
    }

    /** When the certificate ends; the grant may end later. */
    public Instant certificateEnd() {
        return certificateEnd;
    }

    @Override
    public String toString() {
        return "VerifiedGrant[" + grant.id() + " " + thumbprint + "]";
    }
}
