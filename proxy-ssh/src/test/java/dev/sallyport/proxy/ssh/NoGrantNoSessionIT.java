package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Lock;
import dev.sallyport.access.certificate.GrantCodec;
import dev.sallyport.access.certificate.KeyFiles;
import dev.sallyport.access.certificate.KeyKind;
import dev.sallyport.access.certificate.PublicKeys;
import dev.sallyport.access.certificate.SshCertificates;
import dev.sallyport.access.certificate.Thumbprint;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.Grants;
import dev.sallyport.proxy.ssh.fixture.RawAgent;
import dev.sallyport.proxy.ssh.fixture.SshHouse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.sshd.certificate.OpenSshCertificateBuilder;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise 1. Every case of a login that must fail: the same answer outside, to the last byte, and
 * the true reason in the record (attacks 2, 3, 6 and 16).
 */
class NoGrantNoSessionIT {
    /** All that a stock client prints, whatever the reason was. */
    private static final String OUTSIDE = "LOGIN@127.0.0.1: Permission denied (publickey).\r\n";

    @TempDir static Path directory;

    private static SshHouse house;
    private static int seen;

    @BeforeAll
    static void open() throws Exception {
        house = new SshHouse(directory);
    }

    @AfterAll
    static void close() throws Exception {
        house.close();
    }

    /** What somebody tries to log in with; no line of a certificate for a plain key. */
    private record Attempt(KeyPair key, String certificate, String user) {
        private Attempt(KeyPair key, String certificate) {
            this(key, certificate, SshHouse.USER);
        }

        /** With the stock client; all that it printed, with the user's name taken out. */
        String stock() throws Exception {
            var result = house.agent(key, certificate, user).ssh("host", "true");
            assertThat(result.exit()).isEqualTo(255);
            assertThat(result.stdout()).isEmpty();
            return result.err().replace(user, "LOGIN");
        }

        /** With a client that sends what it is given; all that the proxy answered. */
        List<String> raw() throws Exception {
            if (certificate.isEmpty()) {
                return RawAgent.refused(house, user, bouncyPair(key));
            }
            PublicKey identity = SshCertificates.parse(certificate);
            return RawAgent.refused(house, user, new KeyPair(identity, key.getPrivate()));
        }
    }

    @Test
    @Attack(3)
    void aPlainKeyIsNoCertificate() throws Exception {
        assertRefused(plainKey(), "deny", "no-certificate", "a plain key was offered");
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        assertRefused(expired(), "expired", "expired", "the certificate has expired");
    }

    @Test
    @Attack(16)
    void anotherAuthorityIsNotBelieved() throws Exception {
        assertRefused(
                anotherAuthority(),
                "deny",
                "wrong-ca",
                "the certificate was signed by a CA that is not trusted");
    }

    @Test
    @Attack({2, 49})
    void theKeyOfAnotherAgentDoesNotFit() throws Exception {
        assertRefused(anotherKey(), "deny", "signature", "the key did not prove itself");
    }

    @Test
    @Attack(17)
    void anotherTargetIsRefused() throws Exception {
        assertRefused(
                anotherTarget(),
                "deny",
                "principal",
                "the certificate is not for this login and target");
    }

    @Test
    @Attack(6)
    void noPrincipalsMeanNobody() throws Exception {
        assertRefused(noPrincipals(), "deny", "no-principals", "the certificate names nobody");
    }

    @Test
    void aGrantSignedBySomebodyElseIsRefused() throws Exception {
        assertRefused(
                foreignGrant(),
                "deny",
                "grant-signature",
                "no trusted grant key signed this grant");
    }

    @Test
    @Attack(49)
    void aGrantThatWasAlteredBeforeItWasCertifiedIsRefused() throws Exception {
        assertRefused(
                alteredGrant(),
                "deny",
                "grant-signature",
                "no trusted grant key signed this grant");
    }

    @Test
    @Attack(49)
    void aWiderGrantUnderTheSignatureOfANarrowOneIsRefused() throws Exception {
        assertRefused(
                widerGrant(), "deny", "grant-signature", "no trusted grant key signed this grant");
    }

    @Test
    @Attack(49)
    void alteredBytesOfAGrantInItsCertificateAreSeen() throws Exception {
        // Given: no stock client loads such a certificate, so that another one has to send it
        String certificate = house.certificate(house.grants().grant(SshHouse.everything()));
        KeyPair key = house.grants().agentKey();
        List<String> usual = plainKey().raw();
        recorded();
        for (int step = 0; step < 10; step++) {
            // When
            List<String> heard = new Attempt(key, altered(certificate, step)).raw();
            // Then
            assertThat(heard).as("part " + step).isEqualTo(usual);
            assertThat(recorded())
                    .containsEntry("verdict", "deny")
                    .containsEntry("rule", "ca-signature")
                    .containsEntry("reason", "the CA's signature does not fit the certificate");
        }
    }

    @Test
    void aReleasedGrantIsShutOut() throws Exception {
        assertRefused(released(), "expired", "released", "the grant was handed back");
    }

    @Test
    void aLockedAgentIsShutOut() throws Exception {
        assertRefused(locked(), "killed", "lock", "an operator has locked this agent");
    }

    @Test
    void fromOutsideTheReasonsCannotBeToldApart() throws Exception {
        // Given
        List<Attempt> attempts =
                List.of(
                        plainKey(),
                        anotherAuthority(),
                        anotherKey(),
                        anotherTarget(),
                        noPrincipals(),
                        alteredGrant(),
                        released(),
                        locked(),
                        expired());
        var printed = new HashSet<String>();
        var answered = new HashSet<List<String>>();
        var reasons = new HashSet<Object>();
        // When
        for (Attempt attempt : attempts) {
            printed.add(attempt.stock());
            reasons.add(recorded().get("reason"));
        }
        // The other client looks at the dates itself, and does not send what has expired.
        for (Attempt attempt : attempts.subList(0, attempts.size() - 1)) {
            answered.add(attempt.raw());
            reasons.add(recorded().get("reason"));
        }
        // Then
        assertThat(printed).containsExactly(OUTSIDE);
        assertThat(answered).hasSize(1);
        assertThat(reasons).hasSize(attempts.size());
    }

    /** Nothing but the usual words outside; inside one refusal that says who and why. */
    private static void assertRefused(Attempt attempt, String verdict, String rule, String reason)
            throws Exception {
        // When
        String printed = attempt.stock();
        // Then
        assertThat(printed).isEqualTo(OUTSIDE);
        assertThat(recorded())
                .containsEntry("protocol", "ssh")
                .containsEntry("user", attempt.user())
                .containsEntry("verdict", verdict)
                .containsEntry("rule", rule)
                .containsEntry("reason", reason);
        assertThat(house.recorder().events(EventType.SESSION_OPENED)).isEmpty();
        assertThat(house.live().list()).isEmpty();
    }

    /** The fields of the one refusal that was recorded since the last call. */
    private static Map<String, Object> recorded() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (true) {
            List<Event> events = house.recorder().events(EventType.SESSION_REFUSED);
            if (events.size() > seen) {
                assertThat(events).as("one attempt, one refusal").hasSize(seen + 1);
                seen = events.size();
                return events.getLast().fields();
            }
            assertThat(System.nanoTime()).as("nothing was recorded").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    // ---- attempts

    private static Attempt plainKey() {
        return new Attempt(house.grants().agentKey(), "");
    }

    /** A certificate that an hour ago was good for ten minutes. */
    private static Attempt expired() {
        InstantSource past = InstantSource.offset(InstantSource.system(), Duration.ofHours(-1));
        Grant grant = grant(house.grants().agentKey(), past.instant());
        return new Attempt(
                house.grants().agentKey(),
                SshCertificates.issue(
                        grant,
                        signed(grant),
                        house.grants().agentKey().getPublic(),
                        11,
                        house.grants().sshCa(),
                        Duration.ofMinutes(10),
                        past));
    }

    private static Attempt anotherAuthority() {
        Grant grant = house.grants().grant(SshHouse.everything());
        return certified(grant, signed(grant), KeyFiles.generate(KeyKind.ED25519));
    }

    /** A good certificate, whose owner's key somebody else's file pretends to hold. */
    private static Attempt anotherKey() {
        String certificate = house.certificate(house.grants().grant(SshHouse.everything()));
        PublicKey owner = house.grants().agentKey().getPublic();
        KeyPair thief = KeyFiles.generate(KeyKind.ED25519);
        return new Attempt(new KeyPair(owner, thief.getPrivate()), certificate);
    }

    private static Attempt anotherTarget() {
        String certificate = house.certificate(house.grants().grant(SshHouse.everything()));
        return new Attempt(house.grants().agentKey(), certificate, "root@host-2");
    }

    private static Attempt noPrincipals() throws Exception {
        Grant grant = house.grants().grant(SshHouse.everything());
        var certificate =
                OpenSshCertificateBuilder.userCertificate()
                        .publicKey(bouncy(house.grants().agentKey()))
                        .serial(5)
                        .id("none")
                        .validAfter(Instant.now().minusSeconds(60))
                        .validBefore(Instant.now().plusSeconds(300))
                        .extension(SshCertificates.GRANT_EXTENSION, signed(grant))
                        .sign(bouncyPair(house.grants().sshCa()));
        return new Attempt(house.grants().agentKey(), PublicKeyEntry.toString(certificate));
    }

    private static Attempt foreignGrant() {
        Grant grant = house.grants().grant(SshHouse.everything());
        KeyPair other = KeyFiles.generate(KeyKind.ED25519);
        return certified(grant, GrantCodec.sign(grant, other.getPrivate()), house.grants().sshCa());
    }

    /** One character of the signed grant is another one; the authority signed it all the same. */
    private static Attempt alteredGrant() {
        Grant grant = house.grants().grant(SshHouse.everything());
        String encoded = signed(grant);
        int at = encoded.indexOf('.') + 40;
        char other = encoded.charAt(at) == 'A' ? 'B' : 'A';
        String altered = encoded.substring(0, at) + other + encoded.substring(at + 1);
        return certified(grant, altered, house.grants().sshCa());
    }

    private static Attempt widerGrant() {
        Grant narrow = house.grants().grant(SshHouse.only("true"));
        Grant wide = house.grants().grant(SshHouse.everything());
        String body = signed(wide).substring(0, signed(wide).lastIndexOf('.'));
        String signature = signed(narrow).substring(signed(narrow).lastIndexOf('.'));
        return certified(wide, body + signature, house.grants().sshCa());
    }

    private static Attempt released() {
        Grant grant = house.grants().grant(SshHouse.everything());
        house.broker().release(grant.id());
        return new Attempt(house.grants().agentKey(), house.certificate(grant));
    }

    private static Attempt locked() {
        Grant grant =
                house.grants().grant(Grants.agent("github/acme/locked"), SshHouse.everything());
        house.broker().kill(Lock.Subject.AGENT, "github/acme/locked");
        return new Attempt(house.grants().agentKey(), house.certificate(grant));
    }

    private static Attempt certified(Grant grant, String encoded, KeyPair ca) {
        KeyPair key = house.grants().agentKey();
        return new Attempt(
                key,
                SshCertificates.issue(
                        grant,
                        encoded,
                        key.getPublic(),
                        9,
                        ca,
                        Duration.ofMinutes(5),
                        InstantSource.system()));
    }

    private static String signed(Grant grant) {
        return GrantCodec.sign(grant, house.grants().grantKey().getPrivate());
    }

    /** The certificate with one bit of another tenth of its grant turned; nobody signed that. */
    private static String altered(String certificate, int tenth) {
        String[] words = certificate.split(" ");
        byte[] blob = Base64.getDecoder().decode(words[1]);
        String text = new String(blob, StandardCharsets.ISO_8859_1);
        int start = text.indexOf("spg1.") + "spg1.".length();
        int end = text.lastIndexOf('.') + 80;
        blob[start + (end - start) * tenth / 10] ^= 1;
        return words[0] + " " + Base64.getEncoder().encodeToString(blob);
    }

    private static Grant grant(KeyPair key, Instant from) {
        return new Grant(
                "g-old",
                Grants.CLUSTER,
                Grants.agent(),
                "read-only-billing",
                Map.of(),
                Map.of(),
                "a test",
                "",
                List.of(SshHouse.everything()),
                List.of(),
                List.of(Thumbprint.of(key.getPublic())),
                from,
                from.plus(Duration.ofMinutes(10)));
    }

    private static PublicKey bouncy(KeyPair pair) throws Exception {
        return PublicKeys.parse(PublicKeys.line(pair.getPublic(), ""));
    }

    private static KeyPair bouncyPair(KeyPair pair) throws Exception {
        Path file = directory.resolve("ca-" + System.nanoTime());
        KeyFiles.write(file, pair, KeyFiles.Format.OPENSSH);
        return KeyFiles.load(file);
    }
}
