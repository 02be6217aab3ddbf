package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChannelBindingTest {
    private static final byte[] PASSWORD = {'p'};
    private static final Map<String, KeyPair> KEYS =
            Map.of("RSA", SelfSigned.keys("RSA"), "EC", SelfSigned.keys("EC"));

    /** RFC 5929, 4.1. */
    @ParameterizedTest
    @CsvSource({
        "RSA, MD5withRSA, SHA-256",
        "RSA, SHA1withRSA, SHA-256",
        "RSA, SHA224withRSA, SHA-224",
        "RSA, SHA256withRSA, SHA-256",
        "RSA, SHA384withRSA, SHA-384",
        "RSA, SHA512withRSA, SHA-512",
        "EC, SHA256withECDSA, SHA-256",
        "EC, SHA384withECDSA, SHA-384",
        "RSA, SHA256withRSAandMGF1, SHA-256",
        "RSA, SHA512withRSAandMGF1, SHA-512",
    })
    void hashesTheCertificateByItsSignature(String key, String signature, String hash)
            throws Exception {
        // Given
        SelfSigned server = SelfSigned.of(keysOf(key), signature);

        // When
        ChannelBinding binding = ChannelBinding.tlsServerEndPoint(server.certificate());

        // Then
        byte[] expected = MessageDigest.getInstance(hash).digest(server.certificate().getEncoded());
        assertThat(binding.exists()).isTrue();
        assertThat(binding.after("")).isEqualTo(expected);
    }

    private static KeyPair keysOf(String algorithm) {
        return Objects.requireNonNull(KEYS.get(algorithm));
    }

    @Test
    void hasNoBindingForASignatureWithoutAHashFunction() {
        // Given
        SelfSigned server = SelfSigned.of("Ed25519", "Ed25519");

        // When
        ChannelBinding binding = ChannelBinding.tlsServerEndPoint(server.certificate());

        // Then
        assertThat(binding.exists()).isFalse();
    }

    @Test
    void bindsWheneverBothSidesCan() {
        // Given
        ChannelBinding binding =
                ChannelBinding.tlsServerEndPoint(
                        SelfSigned.of("EC", "SHA256withECDSA").certificate());
        List<String> both = List.of(Scram.SHA_256_PLUS, Scram.SHA_256);
        SecureRandom random = new SecureRandom();

        // When
        try (Scram bound = Scram.begin(both, PASSWORD, binding, random);
                Scram downgraded = Scram.begin(List.of(Scram.SHA_256), PASSWORD, binding, random);
                Scram plain = Scram.begin(both, PASSWORD, ChannelBinding.none(), random)) {
            // Then
            assertThat(bound.mechanism()).isEqualTo("SCRAM-SHA-256-PLUS");
            assertThat(bound.clientFirst()).asString().startsWith("p=tls-server-end-point,,n=");
            assertThat(downgraded.mechanism()).isEqualTo("SCRAM-SHA-256");
            assertThat(downgraded.clientFirst()).asString().startsWith("y,,n=");
            assertThat(plain.mechanism()).isEqualTo("SCRAM-SHA-256");
            assertThat(plain.clientFirst()).asString().startsWith("n,,n=");
        }
    }
}
