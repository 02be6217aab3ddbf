package dev.sallyport.access.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.access.fake.Attack;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Random;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attack 14 of the list: no public key, however broken, raises anything but a refusal. */
class PublicKeysTest {
    @ParameterizedTest
    @EnumSource
    void readsTheLineThatItWrites(KeyKind kind) throws Exception {
        PublicKey key = KeyFiles.generate(kind).getPublic();

        PublicKey read = PublicKeys.parse(PublicKeys.line(key, "agent 7"));

        assertThat(Thumbprint.of(read)).isEqualTo(Thumbprint.of(key));
        assertThat(KeyKind.of(read)).contains(kind);
    }

    @Test
    void refusesOtherKindsOfKey() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        KeyPairGenerator p384 = KeyPairGenerator.getInstance("EC");
        p384.initialize(384);

        for (KeyPair pair : new KeyPair[] {rsa.generateKeyPair(), p384.generateKeyPair()}) {
            String line = PublicKeyEntry.toString(pair.getPublic());
            assertThatExceptionOfType(GrantRefusedException.class)
                    .isThrownBy(() -> PublicKeys.parse(line))
                    .matches(refused -> refused.rule().equals("key-type"));
        }
    }

    @Test
    @Attack(7)
    void refusesKeysOfHardwareWhoseTouchNobodyAsksFor() {
        for (String type : new String[] {"sk-ssh-ed25519", "sk-ecdsa-sha2-nistp256"}) {
            // Given
            byte[] name = (type + "@openssh.com").getBytes(StandardCharsets.US_ASCII);
            byte[] point = new byte[32];
            byte[] application = "ssh:".getBytes(StandardCharsets.US_ASCII);
            var blob = ByteBuffer.allocate(12 + name.length + point.length + application.length);
            blob.putInt(name.length).put(name).putInt(point.length).put(point);
            blob.putInt(application.length).put(application);
            String line = type + "@openssh.com " + Base64.getEncoder().encodeToString(blob.array());

            // Then
            assertThatExceptionOfType(GrantRefusedException.class)
                    .isThrownBy(() -> PublicKeys.parse(line));
        }
    }

    @Test
    @Attack(16)
    void refusesACertificateInPlaceOfAKey() {
        var authority = new TestAuthority();
        PublicKey key = KeyFiles.generate(KeyKind.ED25519).getPublic();
        String line = authority.sshLine(TestAuthority.grant(key), key);

        assertThatExceptionOfType(GrantRefusedException.class)
                .isThrownBy(() -> PublicKeys.parse(line))
                .matches(refused -> refused.rule().equals("nested-certificate"));
    }

    @Test
    void refusesATypeThatTheBytesDeny() {
        String line = PublicKeys.line(KeyFiles.generate(KeyKind.P256).getPublic(), "");

        assertThatExceptionOfType(GrantRefusedException.class)
                .isThrownBy(
                        () -> PublicKeys.parse(line.replace("ecdsa-sha2-nistp256", "ssh-ed25519")));
    }

    @ParameterizedTest
    @EnumSource
    @Attack(14)
    void staysQuietOnMutatedKeys(KeyKind kind) {
        // Given
        String line = PublicKeys.line(KeyFiles.generate(kind).getPublic(), "");
        byte[] good = Base64.getDecoder().decode(line.split(" ")[1]);
        var random = new Random(4);

        for (int round = 0; round < 2000; round++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
            String mutated = kind.sshName() + " " + Base64.getEncoder().encodeToString(bad);

            // When
            try {
                PublicKey key = PublicKeys.parse(mutated);

                // Then it is another, valid key
                assertThat(KeyKind.of(key)).isPresent();
                assertThat(Thumbprint.of(key)).isNotEmpty();
            } catch (GrantRefusedException refused) {
                assertThat(refused.rule()).isNotEmpty();
            }
        }
    }
}
