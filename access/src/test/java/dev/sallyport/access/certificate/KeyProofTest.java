package dev.sallyport.access.certificate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.access.fake.Attack;
import java.security.KeyPair;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attack 52 of the list: a stolen token is worth nothing without the key. */
class KeyProofTest {
    private static final byte[] MESSAGE = "token hash and nonce".getBytes(UTF_8);

    @ParameterizedTest
    @EnumSource
    @Attack(49)
    void provesOneKeyForOnePurposeAndOneMessage(KeyKind kind) {
        // Given
        KeyPair key = KeyFiles.generate(kind);
        KeyPair other = KeyFiles.generate(kind);

        // When
        String proof = KeyProof.sign(key.getPrivate(), "request", MESSAGE);

        // Then
        assertThat(KeyProof.verify(key.getPublic(), "request", MESSAGE, proof)).isTrue();
        assertThat(KeyProof.verify(key.getPublic(), "renew", MESSAGE, proof)).isFalse();
        assertThat(KeyProof.verify(key.getPublic(), "request", new byte[0], proof)).isFalse();
        assertThat(KeyProof.verify(other.getPublic(), "request", MESSAGE, proof)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void refusesEveryChangedCharacter(KeyKind kind) {
        KeyPair key = KeyFiles.generate(kind);
        String proof = KeyProof.sign(key.getPrivate(), "request", MESSAGE);

        for (int i = 0; i < proof.length(); i++) {
            char other = proof.charAt(i) == 'A' ? 'B' : 'A';
            String bad = proof.substring(0, i) + other + proof.substring(i + 1);
            assertThat(KeyProof.verify(key.getPublic(), "request", MESSAGE, bad))
                    .as("changed at %d", i)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "====", "not base64!", "AAAA"})
    void refusesWhatIsNoProof(String proof) {
        KeyPair key = KeyFiles.generate(KeyKind.P256);

        assertThat(KeyProof.verify(key.getPublic(), "request", MESSAGE, proof)).isFalse();
        assertThat(KeyProof.verify(key.getPublic(), "request", MESSAGE, proof.repeat(1000)))
                .isFalse();
    }

    @Test
    void refusesTheZeroSignature() {
        // Given r = s = 0, which a broken ECDSA accepts for any message (CVE-2022-21449)
        String zero = Signatures.encode(new byte[64]);

        for (KeyKind kind : KeyKind.values()) {
            assertThat(
                            KeyProof.verify(
                                    KeyFiles.generate(kind).getPublic(), "request", MESSAGE, zero))
                    .isFalse();
        }
    }

    @Test
    @Attack(14)
    void staysQuietOnRandomProofs() {
        var random = new Random(3);
        KeyPair key = KeyFiles.generate(KeyKind.P256);

        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[random.nextInt(70)];
            random.nextBytes(bytes);
            assertThat(
                            KeyProof.verify(
                                    key.getPublic(), "request", MESSAGE, Signatures.encode(bytes)))
                    .isFalse();
        }
    }

    @Test
    void refusesAPurposeThatCouldBeTakenForAnother() {
        KeyPair key = KeyFiles.generate(KeyKind.ED25519);

        for (String purpose : new String[] {"", "a\nb"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> KeyProof.sign(key.getPrivate(), purpose, MESSAGE));
        }
    }
}
