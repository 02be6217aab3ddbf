package dev.sallyport.proxy.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import org.apache.sshd.certificate.OpenSshCertificateBuilder;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.junit.jupiter.api.Test;

class HostKeyPinTest {
    private final KeyPair authority = key();
    private final KeyPair host = key();
    private final HostKeyPin pin = pinned(authority);

    private static KeyPair key() {
        try {
            return KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    private static HostKeyPin pinned(KeyPair ca) {
        return HostKeyPin.parse(HostKeyPin.AUTHORITY + PublicKeyEntry.toString(ca.getPublic()));
    }

    private OpenSshCertificate certificate(OpenSshCertificateBuilder kind, Instant end)
            throws Exception {
        return kind.publicKey(host.getPublic())
                .serial(1)
                .id("host")
                .principals(List.of("127.0.0.1"))
                .validAfter(Instant.now().minusSeconds(600))
                .validBefore(end)
                .sign(authority);
    }

    @Test
    @Attack(5)
    void anAuthorityThatIsNoLongerPinnedIsRefusedForHosts() throws Exception {
        // Given
        var certificate =
                certificate(
                        OpenSshCertificateBuilder.hostCertificate(),
                        Instant.now().plusSeconds(600));

        // Then
        assertThat(pin.accepts(certificate)).isTrue();
        assertThat(pinned(key()).accepts(certificate)).isFalse();
    }

    @Test
    @Attack({5, 16})
    void onlyAValidHostCertificateOfTheAuthorityCounts() throws Exception {
        Instant later = Instant.now().plusSeconds(600);

        assertThat(pin.accepts(host.getPublic())).isFalse();
        assertThat(pin.accepts(authority.getPublic())).isFalse();
        assertThat(pin.accepts(certificate(OpenSshCertificateBuilder.userCertificate(), later)))
                .isFalse();
        assertThat(
                        pin.accepts(
                                certificate(
                                        OpenSshCertificateBuilder.hostCertificate(),
                                        Instant.now().minusSeconds(60))))
                .isFalse();
    }

    @Test
    void anExactPinIsThatKeyOnly() {
        HostKeyPin exact = HostKeyPin.parse(PublicKeyEntry.toString(host.getPublic()));

        assertThat(exact.accepts(host.getPublic())).isTrue();
        assertThat(exact.accepts(key().getPublic())).isFalse();
    }
}
