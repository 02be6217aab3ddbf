package dev.sallyport.access.certificate;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Refusal;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What is checked about the grant inside a certificate, whichever kind of certificate it is. */
final class GrantChecks {
    private static final Set<String> TIME_IS_UP = Set.of("expired", "grant-expired");

    private final String cluster;
    private final List<PublicKey> grantKeys;

    GrantChecks(String cluster, List<PublicKey> grantKeys) {
        this.cluster = cluster;
        this.grantKeys = grantKeys;
    }

    /** The grant, when it is this cluster's, valid now, and names {@code thumbprint}. */
    Grant verify(String encoded, String thumbprint, Instant now) throws GrantRefusedException {
        Grant grant = GrantCodec.verify(encoded, grantKeys);
        require(
                grant.cluster().equals(cluster),
                "grant-cluster",
                "the grant belongs to another cluster");
        require(
                !now.isBefore(grant.notBefore()),
                "grant-not-yet-valid",
                "the grant is not valid yet");
        require(now.isBefore(grant.notAfter()), "grant-expired", "the grant has expired");
        require(
                grant.keys().contains(thumbprint),
                "key-not-in-grant",
                "the certificate's key is not one of the grant's");
        return grant;
    }

    static void require(boolean condition, String rule, String reason)
            throws GrantRefusedException {
        if (!condition) {
            throw new GrantRefusedException(rule, reason);
        }
    }

    static Refusal refusal(GrantRefusedException refused) {
        Refusal.Verdict verdict =
                TIME_IS_UP.contains(refused.rule())
                        ? Refusal.Verdict.EXPIRED
                        : Refusal.Verdict.DENY;
        return new Refusal(verdict, refused.rule(), refused.reason(), "", "", "", 0);
    }
}
