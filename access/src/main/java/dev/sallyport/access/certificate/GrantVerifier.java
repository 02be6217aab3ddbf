package dev.sallyport.access.certificate;

import dev.sallyport.access.Refusal;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import org.apache.sshd.common.config.keys.OpenSshCertificate;

/**
 * Checks certificates offline. Free of effects and thread-safe: SSH asks it before the key has
 * proved itself, and more than once for one login.
 *
 * <p>Each way to fail has its own rule, told to the record; what an agent hears is the proxy's
 * matter. {@code no-certificate}, {@code nested-certificate}, {@code key-type}, {@code wrong-ca},
 * {@code ca-signature}, {@code ca-expired}, {@code wrong-type}, {@code not-yet-valid}, {@code
 * expired}, {@code no-end}, {@code no-principals}, {@code critical-option}, {@code no-grant},
 * {@code grant-encoding}, {@code grant-signature}, {@code grant-cluster}, {@code
 * grant-not-yet-valid}, {@code grant-expired}, {@code key-not-in-grant}, {@code name-not-in-grant}.
 */
public final class GrantVerifier {
    private final SshCertificateChecks ssh;
    private final X509CertificateChecks x509;

    /**
     * @param cluster the cluster whose grants are accepted
     * @param keys whom to believe
     */
    public GrantVerifier(String cluster, TrustedKeys keys, InstantSource clock) {
        var grants = new GrantChecks(cluster, keys.grantKeys());
        this.ssh = new SshCertificateChecks(keys.sshCas(), grants, clock);
        this.x509 = new X509CertificateChecks(keys.x509Cas(), grants, clock);
    }

    /** What came out. */
    public sealed interface Result {
        /** The certificate is good; the key must still prove itself. */
        record Verified(VerifiedGrant grant) implements Result {}

        /** It is not; the refusal has the true reason. */
        record Refused(Refusal refusal) implements Result {}
    }

    /** Checks the key that an SSH client offers: only an {@link OpenSshCertificate} can do. */
    public Result verifySsh(PublicKey offered) {
        try {
            if (offered instanceof OpenSshCertificate certificate) {
                return new Result.Verified(ssh.verify(certificate));
            }
            throw new GrantRefusedException("no-certificate", "a plain key was offered");
        } catch (GrantRefusedException refused) {
            return new Result.Refused(GrantChecks.refusal(refused));
        }
    }

    /** Checks a TLS client's chain, the client's own certificate first. */
    public Result verifyX509(List<X509Certificate> chain) {
        try {
            if (chain.isEmpty()) {
                throw new GrantRefusedException("no-certificate", "no certificate was sent");
            }
            return new Result.Verified(x509.verify(chain.getFirst()));
        } catch (GrantRefusedException refused) {
            return new Result.Refused(GrantChecks.refusal(refused));
        }
    }
}
