package dev.sallyport.access.certificate;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Approval;
import dev.sallyport.access.Grant;
import dev.sallyport.access.Protocol;
import dev.sallyport.access.Target;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.access.scope.DbScope;
import dev.sallyport.access.scope.K8sScope;
import dev.sallyport.access.scope.Scope;
import dev.sallyport.access.scope.SshScope;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.common.config.keys.OpenSshCertificate;

/** A whole cluster's authority for tests: CAs, grant key, clock, and grants that it issues. */
public final class TestAuthority {
    public static final String CLUSTER = "acme";
    public static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    public static final Duration LIFETIME = Duration.ofMinutes(10);

    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final KeyPair sshCa = KeyFiles.generate(KeyKind.ED25519);
    private final KeyPair grantKey = KeyFiles.generate(KeyKind.ED25519);
    private final KeyPair x509CaKey = KeyFiles.generate(KeyKind.P256);
    private final X509Certificate x509Ca =
            X509Certificates.selfSignedCa(
                    x509CaKey, "Sallyport acme", Duration.ofDays(3650), clock());

    public InstantSource clock() {
        return now::get;
    }

    /** Moves the clock to {@code NOW + offset}. */
    public void at(Duration offset) {
        now.set(NOW.plus(offset));
    }

    public KeyPair sshCa() {
        return sshCa;
    }

    public KeyPair grantKey() {
        return grantKey;
    }

    public X509Certificate x509Ca() {
        return x509Ca;
    }

    public KeyPair x509CaKey() {
        return x509CaKey;
    }

    public TrustedKeys trusted() {
        return new TrustedKeys(
                List.of(sshCa.getPublic()), List.of(x509Ca), List.of(grantKey.getPublic()));
    }

    public GrantVerifier verifier() {
        return new GrantVerifier(CLUSTER, trusted(), clock());
    }

    /** A grant with one scope of each kind, for these keys, valid for {@link #LIFETIME}. */
    public static Grant grant(PublicKey... keys) {
        return grant(List.of(ssh("report"), db(), k8s()), keys);
    }

    public static Grant grant(List<Scope> scope, PublicKey... keys) {
        return new Grant(
                "g-01JDCM6N2E8ZK4YQ0VXH5T7R3W",
                CLUSTER,
                new Agent("github/acme/billing-bot", "ann", "run-7", List.of("billing-agents")),
                "read-only-billing",
                Map.of("customer", "42"),
                Map.of("customerActive", "true"),
                "monthly report",
                "OPS-1",
                scope,
                List.of(new Approval("a-1", "bob", "0".repeat(64), NOW)),
                Arrays.stream(keys).map(Thumbprint::of).toList(),
                NOW.minus(CertificateDraft.BACKDATE),
                NOW.plus(LIFETIME));
    }

    public static SshScope ssh(String login) {
        return new SshScope(
                new Target(Protocol.SSH, "batch-1"),
                login,
                List.of("/usr/local/bin/report --customer 42"),
                true,
                List.of("/srv/reports/**"),
                List.of(),
                List.of("db.internal:5432"),
                List.of(),
                false,
                false,
                List.of("LC_*"),
                new Budget(Map.of(Budget.Unit.BYTES, 20_000_000L, Budget.Unit.EXECS, 5L)));
    }

    public static DbScope db() {
        return new DbScope(
                new Target(Protocol.DB, "billing"),
                "billing_reader",
                List.of("select"),
                List.of("public.invoices"),
                List.of("public.invoice_total"),
                Map.of("app.customer", "42", "app.zone", "eu"),
                true,
                new Budget(Map.of(Budget.Unit.ROWS, 5000L)));
    }

    public static K8sScope k8s() {
        return new K8sScope(
                new Target(Protocol.K8S, "prod"),
                List.of("billing-viewers"),
                List.of("billing"),
                List.of("get", "list"),
                List.of("pods"),
                Budget.UNLIMITED);
    }

    public String encode(Grant grant) {
        return GrantCodec.sign(grant, grantKey.getPrivate());
    }

    /** The line of an OpenSSH certificate for {@code key}. */
    public String sshLine(Grant grant, PublicKey key) {
        return SshCertificates.issue(grant, encode(grant), key, 7, sshCa, LIFETIME, () -> NOW);
    }

    public OpenSshCertificate sshCertificate(Grant grant, PublicKey key)
            throws GrantRefusedException {
        return SshCertificates.parse(sshLine(grant, key));
    }

    public X509Certificate x509Certificate(Grant grant, PublicKey key) {
        return X509Certificates.issueClient(
                grant, encode(grant), key, 7, x509Ca, x509CaKey.getPrivate(), LIFETIME, () -> NOW);
    }

    /** The proof for a grant, by way of a real certificate and a real check. */
    public VerifiedGrant verified(Grant grant, PublicKey key) {
        return switch (verifier().verifyX509(List.of(x509Certificate(grant, key)))) {
            case GrantVerifier.Result.Verified good -> good.grant();
            case GrantVerifier.Result.Refused bad ->
                    throw new AssertionError(bad.refusal().toString());
        };
    }
}
