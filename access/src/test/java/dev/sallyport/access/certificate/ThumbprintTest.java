package dev.sallyport.access.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.KeyPair;
import java.security.PublicKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ThumbprintTest {
    @ParameterizedTest
    @EnumSource
    void isTheSameForEveryProvider(KeyKind kind) throws Exception {
        PublicKey key = KeyFiles.generate(kind).getPublic();

        assertThat(Thumbprint.of(Keys.jdk(key)))
                .isEqualTo(Thumbprint.of(Keys.bouncyCastle(key)))
                .startsWith("SHA256:")
                .hasSize(7 + 43);
    }

    @Test
    void isTheHashOfTheGoldenKey() throws Exception {
        // openssl pkey -pubin -outform DER | openssl dgst -sha256, of RFC 8032's first key
        assertThat(Thumbprint.of(GrantCodecTest.goldenKey().getPublic()))
                .isEqualTo("SHA256:BuP9j9opu2CrWVV95h7bCuzbIxE0vjDnW0Vfjht5L6k");
    }

    @Test
    void namesNoCertificate() throws Exception {
        var authority = new TestAuthority();
        KeyPair agent = KeyFiles.generate(KeyKind.ED25519);
        var certificate =
                authority.sshCertificate(TestAuthority.grant(agent.getPublic()), agent.getPublic());

        assertThatIllegalArgumentException().isThrownBy(() -> Thumbprint.of(certificate));
    }
}
