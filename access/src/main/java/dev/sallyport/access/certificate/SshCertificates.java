package dev.sallyport.access.certificate;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Words;
import dev.sallyport.access.port.UpstreamCertificateRequest;
import dev.sallyport.access.scope.SshScope;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.OpenSshCertificate;

/**
 * OpenSSH user certificates (OpenSSH PROTOCOL.certkeys): those that carry a grant to a proxy, and
 * those with which a proxy logs in to a target. In small steps: build, check, sign. Stateless.
 */
public final class SshCertificates {
    /** The extension that carries the signed grant. */
    public static final String GRANT_EXTENSION = "grant@sallyport.dev";

    /** A proxy logs in at once; a certificate that it loses shall be worth nothing soon. */
    public static final Duration MAX_UPSTREAM_VALIDITY = Duration.ofMinutes(5);

    /** OpenSSH's own limit (SSHKEY_CERT_MAX_PRINCIPALS). */
    private static final int MAX_PRINCIPALS = 256;

    private SshCertificates() {}

    /**
     * Certifies an agent's key and signs it at once; {@link CertificateDraft} has the steps apart.
     *
     * @param encodedGrant the grant's signed encoding
     * @return one line in OpenSSH's format
     * @throws IllegalArgumentException when the certificate would be invalid or reach nothing by
     *     SSH
     */
    public static String issue(
            Grant grant,
            String encodedGrant,
            PublicKey key,
            long serial,
            KeyPair ca,
            Duration lifetime,
            InstantSource clock) {
        return sign(
                CertificateDraft.of(grant, key, serial, clock.instant(), lifetime),
                encodedGrant,
                ca);
    }

    /** The names that a grant's certificate is for: {@code login@target} for each SSH scope. */
    public static List<String> principals(Grant grant) {
        return sshScopes(grant)
                .map(scope -> scope.login() + "@" + scope.target().name())
                .distinct()
                .toList();
    }

    /** Signs a draft. MUST be called only after {@code grant.issued} is durable. */
    public static String sign(CertificateDraft draft, String encodedGrant, KeyPair ca) {
        SortedMap<String, String> extensions = permissions(draft.grant());
        extensions.put(GRANT_EXTENSION, encodedGrant);
        return sign(
                new SshCertificateBody(
                        draft.key(),
                        draft.serial(),
                        draft.grant().id(),
                        requirePrincipals(principals(draft.grant())),
                        draft.validAfter(),
                        draft.validBefore(),
                        extensions),
                ca);
    }

    /**
     * Certifies a proxy's throw-away key for one login on one target.
     *
     * @return one line in OpenSSH's format
     * @throws IllegalArgumentException when the request is invalid
     */
    public static String issueUpstream(
            UpstreamCertificateRequest request, long serial, KeyPair ca, InstantSource clock) {
        if (!request.validity().isPositive()
                || request.validity().compareTo(MAX_UPSTREAM_VALIDITY) > 0) {
            throw new IllegalArgumentException("an upstream certificate is valid for 5 minutes");
        }
        Instant now = clock.instant();
        var extensions = new TreeMap<String, String>();
        extensions.put("permit-pty", "");
        putIf(extensions, request.agentForwarding(), "permit-agent-forwarding");
        putIf(extensions, request.x11(), "permit-X11-forwarding");
        putIf(extensions, request.portForwarding(), "permit-port-forwarding");
        return sign(
                new SshCertificateBody(
                        throwAwayKey(request),
                        serial,
                        "sallyport session=" + request.session() + " grant=" + request.grant(),
                        requirePrincipals(List.of(request.login())),
                        now.minus(CertificateDraft.BACKDATE),
                        now.plus(request.validity()),
                        extensions),
                ca);
    }

    /**
     * Parses a certificate's line. Nothing is trusted by that: {@link GrantVerifier} checks it.
     *
     * @throws GrantRefusedException rule {@code no-certificate} when it is anything else
     */
    public static OpenSshCertificate parse(String line) throws GrantRefusedException {
        if (SshKeyLines.parse(line) instanceof OpenSshCertificate certificate) {
            return certificate;
        }
        throw new GrantRefusedException("no-certificate", "the key is not a certificate");
    }

    private static String sign(SshCertificateBody body, KeyPair ca) {
        try {
            return body.sign(ca);
        } catch (GeneralSecurityException refused) {
            throw new IllegalArgumentException("the CA key cannot sign", refused);
        }
    }

    private static PublicKey throwAwayKey(UpstreamCertificateRequest request) {
        try {
            return PublicKeys.parse(request.publicKey());
        } catch (GrantRefusedException refused) {
            throw new IllegalArgumentException("the public key is malformed", refused);
        }
    }

    private static SortedMap<String, String> permissions(Grant grant) {
        var extensions = new TreeMap<String, String>();
        List<SshScope> scopes = sshScopes(grant).toList();
        putIf(extensions, scopes.stream().anyMatch(SshScope::shell), "permit-pty");
        putIf(
                extensions,
                scopes.stream().anyMatch(SshScope::agentForwarding),
                "permit-agent-forwarding");
        putIf(extensions, scopes.stream().anyMatch(SshScope::x11), "permit-X11-forwarding");
        putIf(
                extensions,
                scopes.stream()
                        .anyMatch(scope -> !scope.forward().isEmpty() || !scope.listen().isEmpty()),
                "permit-port-forwarding");
        return extensions;
    }

    private static void putIf(Map<String, String> extensions, boolean wanted, String name) {
        if (wanted) {
            extensions.put(name, "");
        }
    }

    private static Stream<SshScope> sshScopes(Grant grant) {
        return grant.scope().stream()
                .<SshScope>mapMulti((scope, next) -> {
                    if (scope instanceof SshScope ssh) {
                        next.accept(ssh);
                    }
                });
    }

    /** To older servers an empty list means anyone (CVE-2024-7594), so none is ever signed. */
    private static List<String> requirePrincipals(List<String> principals) {
        if (principals.isEmpty()) {
            throw new IllegalArgumentException("a certificate without principals is never signed");
        }
        if (principals.size() > MAX_PRINCIPALS) {
            throw new IllegalArgumentException("a certificate has at most 256 principals");
        }
        var checked = new ArrayList<String>();
        for (String principal : principals) {
            checked.add(Words.requireText("principal", principal));
        }
        return checked;
    }
}
