package dev.sallyport.proxy.db;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.certificate.GrantVerifier;
import dev.sallyport.access.certificate.VerifiedGrant;
import dev.sallyport.access.gate.SessionGate;
import dev.sallyport.access.scope.DbScope;
import dev.sallyport.proxy.db.wire.StartupPacket.StartupMessage;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Client certificates only. Who somebody is says the certificate; {@code user} and {@code database}
 * are claims, which have to name a role and a target of the grant. Free of effects; every "no"
 * looks the same from outside. Thread-safe.
 */
final class DbAuthenticator {
    private final GrantVerifier verifier;
    private final Map<String, DbTarget> targets;
    private final SessionGate gate;

    DbAuthenticator(GrantVerifier verifier, Map<String, DbTarget> targets, SessionGate gate) {
        this.verifier = verifier;
        this.targets = targets;
        this.gate = gate;
    }

    /**
     * Who has proved what.
     *
     * @param role the upstream role, of the grant
     * @param parameters what the agent may set of what it asked for
     */
    record Proven(
            VerifiedGrant grant, DbTarget target, String role, StartupParameters parameters) {}

    /** What came out. */
    sealed interface Examined {
        /** The certificate is good, for this role and target; TLS has proved the key. */
        record Fits(Proven proven) implements Examined {}

        /** It is not; the refusal has the true reason. */
        record Refused(Refusal why) implements Examined {}
    }

    /**
     * Looks at a connection whose TLS handshake is over.
     *
     * @param chain what the client sent and proved to hold the key of; empty when it sent none
     */
    Examined examine(List<X509Certificate> chain, StartupMessage startup) {
        return switch (verifier.verifyX509(chain)) {
            case GrantVerifier.Result.Refused(Refusal why) -> new Examined.Refused(why);
            case GrantVerifier.Result.Verified(VerifiedGrant grant) -> examine(grant, startup);
        };
    }

    private Examined examine(VerifiedGrant grant, StartupMessage startup) {
        StartupParameters.Reading reading = StartupParameters.read(startup);
        if (reading instanceof StartupParameters.Reading.Refused(String reason)) {
            return refuse("startup", reason, grant);
        }
        StartupParameters parameters = ((StartupParameters.Reading.Good) reading).parameters();
        DbTarget target = targets.get(parameters.database());
        if (target == null) {
            return refuse("target", "the target is not configured on this proxy", grant);
        }
        boolean inGrant =
                grant.grant().scopesFor(target.target()).stream()
                        .anyMatch(scope ->
                                scope instanceof DbScope db && db.role().equals(parameters.user()));
        if (!inGrant) {
            return refuse("scope", "the grant does not reach this role on this target", grant);
        }
        Optional<Refusal> locked = gate.lockedOut(grant, target.target());
        return locked.isPresent()
                ? new Examined.Refused(locked.get())
                : new Examined.Fits(new Proven(grant, target, parameters.user(), parameters));
    }

    private static Examined refuse(String rule, String reason, VerifiedGrant grant) {
        return new Examined.Refused(Refusal.deny(rule, reason).in("", grant.grant().id()));
    }
}
