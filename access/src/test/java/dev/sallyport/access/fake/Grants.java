package dev.sallyport.access.fake;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Grant;
import dev.sallyport.access.Target;
import dev.sallyport.access.certificate.GrantCodec;
import dev.sallyport.access.certificate.GrantRefusedException;
import dev.sallyport.access.certificate.GrantVerifier;
import dev.sallyport.access.certificate.KeyFiles;
import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.access.certificate.SshCertificates;
import dev.sallyport.access.certificate.Thumbprint;
import dev.sallyport.access.certificate.TrustedKeys;
import dev.sallyport.access.certificate.VerifiedGrant;
import dev.sallyport.access.certificate.X509Certificates;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.access.scope.Scope;
import dev.sallyport.access.scope.SshScope;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A cluster's authorities and agents' grants for tests. Grants are verified by the real {@link
 * GrantVerifier}, because nothing else can make a {@link VerifiedGrant}. Thread-safe.
 */
public final class Grants {
    public static final String CLUSTER = "acme";
    public static final Target TARGET = Target.parse("ssh:batch-1");
    public static final String LOGIN = "report";

    private final InstantSource clock;
    private final KeyPair sshCa = keyPair();
    private final KeyPair grantKey = keyPair();
    private final KeyPair agentKey = keyPair();
    private final KeyPair x509CaKey = KeyFiles.generate(KeyKind.P256);
    private final KeyPair x509Key = KeyFiles.generate(KeyKind.P256);
    private final X509Certificate x509Ca;
    private final AtomicLong serial = new AtomicLong(1);

    public Grants(InstantSource clock) {
        this.clock = clock;
        this.x509Ca =
                X509Certificates.selfSignedCa(
                        x509CaKey, "Sallyport acme", Duration.ofDays(1), clock);
    }

    /** The agent of most tests. */
    public static Agent agent() {
        return agent("github/acme/billing-bot");
    }

    public static Agent agent(String id) {
        return new Agent(id, "olga", "run-7", List.of("billing-agents"));
    }

    /** May run {@code exec} on {@link #TARGET} as {@link #LOGIN}, and nothing else. */
    public static SshScope execScope(String... exec) {
        return scope(List.of(exec), false, Budget.UNLIMITED);
    }

    public static SshScope scope(List<String> exec, boolean shell, Budget budget) {
        return new SshScope(
                TARGET, LOGIN, exec, shell, List.of(), List.of(), List.of(), List.of(), false,
                false, List.of(), budget);
    }

    /** A grant for ten minutes from now. */
    public Grant grant(Scope... scope) {
        return grant(agent(), scope);
    }

    public Grant grant(Agent agent, Scope... scope) {
        return grant(agent, "read-only-billing", Map.of("customer", "42"), Map.of(), scope);
    }

    public Grant grant(
            Agent agent,
            String intent,
            Map<String, String> parameters,
            Map<String, String> facts,
            Scope... scope) {
        return new Grant(
                "g-" + serial.getAndIncrement(),
                CLUSTER,
                agent,
                intent,
                parameters,
                facts,
                "a test",
                "",
                List.of(scope),
                List.of(),
                List.of(Thumbprint.of(agentKey.getPublic()), Thumbprint.of(x509Key.getPublic())),
                clock.instant(),
                clock.instant().plus(Duration.ofMinutes(10)));
    }

    /** The grant as a proxy gets it: certified, carried by a certificate, and verified. */
    public VerifiedGrant verified(Grant grant) {
        String line =
                SshCertificates.issue(
                        grant,
                        GrantCodec.sign(grant, grantKey.getPrivate()),
                        agentKey.getPublic(),
                        serial.getAndIncrement(),
                        sshCa,
                        Duration.between(clock.instant(), grant.notAfter()),
                        clock);
        try {
            return switch (verifier().verifySsh(SshCertificates.parse(line))) {
                case GrantVerifier.Result.Verified(VerifiedGrant verified) -> verified;
                case GrantVerifier.Result.Refused(var refusal) ->
                        throw new AssertionError("a test's grant is refused: " + refusal);
            };
        } catch (GrantRefusedException e) {
            throw new AssertionError("a test's certificate cannot be parsed", e);
        }
    }

    /** A verified grant with these scopes. */
    public VerifiedGrant verified(Scope... scope) {
        return verified(grant(scope));
    }

    /** Believes this cluster's authorities. */
    public GrantVerifier verifier() {
        return new GrantVerifier(CLUSTER, trusted(), clock);
    }

    public TrustedKeys trusted() {
        return new TrustedKeys(
                List.of(sshCa.getPublic()), List.of(x509Ca), List.of(grantKey.getPublic()));
    }

    /** A client certificate that carries {@code grant}, for {@link #x509Key}. */
    public X509Certificate clientCertificate(Grant grant) {
        return X509Certificates.issueClient(
                grant,
                GrantCodec.sign(grant, grantKey.getPrivate()),
                x509Key.getPublic(),
                serial.getAndIncrement(),
                x509Ca,
                x509CaKey.getPrivate(),
                Duration.between(clock.instant(), grant.notAfter()),
                clock);
    }

    /** A certificate for a listener on loopback, by the same CA. */
    public X509Certificate serverCertificate(KeyPair key) {
        return X509Certificates.issueServer(
                key.getPublic(),
                List.of("localhost", "127.0.0.1"),
                x509Ca,
                x509CaKey.getPrivate(),
                Duration.ofDays(1),
                clock);
    }

    /** The CA of client certificates and listeners. */
    public X509Certificate x509Ca() {
        return x509Ca;
    }

    /** The agent's own key for TLS, of every grant made here. */
    public KeyPair x509Key() {
        return x509Key;
    }

    /** The CA that signs agents' SSH certificates. */
    public KeyPair sshCa() {
        return sshCa;
    }

    /** The key that signs grants. */
    public KeyPair grantKey() {
        return grantKey;
    }

    /** The agent's own key, of every grant made here. */
    public KeyPair agentKey() {
        return agentKey;
    }

    private static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }
}
