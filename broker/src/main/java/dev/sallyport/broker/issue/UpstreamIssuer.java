package dev.sallyport.broker.issue;

import dev.sallyport.access.certificate.CertificateDraft;
import dev.sallyport.access.certificate.GrantRefusedException;
import dev.sallyport.access.certificate.PublicKeys;
import dev.sallyport.access.certificate.SshCertificates;
import dev.sallyport.access.certificate.Thumbprint;
import dev.sallyport.access.port.UpstreamCertificateRequest;
import dev.sallyport.access.scope.SshScope;
import dev.sallyport.broker.kill.KillSwitch;
import dev.sallyport.broker.store.CertificateRow;
import dev.sallyport.broker.store.GrantRows;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Signs the certificates with which proxies log in to targets: only under a grant that is alive and
 * not locked, only for a login that it names, only with what its scope has. Thread-safe; blocks.
 */
public final class UpstreamIssuer {
    /** A proxy logs in at once. */
    private static final Duration MAX_VALIDITY = Duration.ofMinutes(2);

    private final AuthorityKeys keys;
    private final StoredGrants grants;
    private final GrantRows rows;
    private final KillSwitch killSwitch;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    public UpstreamIssuer(
            AuthorityKeys keys,
            StoredGrants grants,
            GrantRows rows,
            KillSwitch killSwitch,
            InstantSource clock) {
        this.keys = keys;
        this.grants = grants;
        this.rows = rows;
        this.killSwitch = killSwitch;
        this.clock = clock;
    }

    /** The certificate's line; empty when the grant does not carry this login now. */
    public Optional<String> issue(UpstreamCertificateRequest wanted) {
        Instant now = clock.instant();
        return grants.find(wanted.grant())
                .filter(stored -> stored.isUsableAt(now))
                .filter(stored -> killSwitch.match(stored.grant(), wanted.session()).isEmpty())
                .flatMap(stored -> scopes(stored, wanted))
                .flatMap(scopes -> sign(limited(wanted, scopes), now));
    }

    private static Optional<List<SshScope>> scopes(
            StoredGrants.Stored stored, UpstreamCertificateRequest wanted) {
        List<SshScope> scopes =
                stored.grant().scopesFor(wanted.target()).stream()
                        .filter(SshScope.class::isInstance)
                        .map(SshScope.class::cast)
                        .filter(scope -> scope.login().equals(wanted.login()))
                        .toList();
        return scopes.isEmpty() ? Optional.empty() : Optional.of(scopes);
    }

    private static UpstreamCertificateRequest limited(
            UpstreamCertificateRequest wanted, List<SshScope> scopes) {
        boolean forwards =
                scopes.stream().anyMatch(s -> !s.forward().isEmpty() || !s.listen().isEmpty());
        return new UpstreamCertificateRequest(
                wanted.grant(),
                wanted.session(),
                wanted.target(),
                wanted.login(),
                wanted.publicKey(),
                wanted.validity().compareTo(MAX_VALIDITY) > 0 ? MAX_VALIDITY : wanted.validity(),
                wanted.agentForwarding() && scopes.stream().anyMatch(SshScope::agentForwarding),
                wanted.x11() && scopes.stream().anyMatch(SshScope::x11),
                wanted.portForwarding() && forwards);
    }

    /** Empty when the grant ended meanwhile: what is not stored does not leave. */
    private Optional<String> sign(UpstreamCertificateRequest request, Instant now) {
        long serial = CertificateDraft.randomSerial(random);
        String line = SshCertificates.issueUpstream(request, serial, keys.upstreamCa(), clock);
        var row =
                new CertificateRow(
                        Long.toUnsignedString(serial),
                        request.grant(),
                        "UPSTREAM",
                        thumbprint(request),
                        now.plus(request.validity()));
        return rows.addCertificates(request.grant(), List.of(row))
                ? Optional.of(line)
                : Optional.empty();
    }

    private static String thumbprint(UpstreamCertificateRequest request) {
        try {
            return Thumbprint.of(PublicKeys.parse(request.publicKey()));
        } catch (GrantRefusedException e) {
            throw new IllegalArgumentException("the public key is malformed", e);
        }
    }
}
