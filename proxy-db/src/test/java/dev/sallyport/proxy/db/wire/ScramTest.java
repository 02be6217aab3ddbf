package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The exchange of RFC 7677, 3, and what a server may not do to it. */
final class ScramTest {
    private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String SERVER_NONCE = NONCE + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";
    private static final String SERVER_FIRST = "r=" + SERVER_NONCE + ",s=" + SALT + ",i=4096";
    private static final String SIGNATURE = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    private static Scram scram() {
        return Scram.begin(
                List.of(Scram.SHA_256), bytes("pencil"), ChannelBinding.none(), "user", NONCE);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuf data(String text) {
        return Unpooled.wrappedBuffer(bytes(text));
    }

    @Test
    void speaksTheExampleOfTheRfc() {
        try (Scram scram = scram()) {
            // When
            Scram.Proof proof = scram.answer(data(SERVER_FIRST));
            proof.verify(data(SIGNATURE));

            // Then
            assertThat(scram.clientFirst()).asString().isEqualTo("n,,n=user,r=" + NONCE);
            assertThat(proof.clientFinal())
                    .asString()
                    .isEqualTo(
                            "c=biws,r="
                                    + SERVER_NONCE
                                    + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=,does not prove the password",
                "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=,is not in base64",
                "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4,is not in base64",
                "v=AAAA,does not prove the password",
                "v=,lacks an attribute",
                "v=*,is not in base64",
                "e=invalid-proof,lacks an attribute",
                "x,lacks an attribute",
            })
    void refusesAServerThatDoesNotKnowThePassword(String serverFinal, String wrong) {
        try (Scram scram = scram()) {
            // Given
            Scram.Proof proof = scram.answer(data(SERVER_FIRST));

            // When // Then
            assertThatThrownBy(() -> proof.verify(data(serverFinal)))
                    .isInstanceOf(ProtocolViolation.class)
                    .hasMessage("AuthenticationSASLFinal " + wrong);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "r=rOprNGfwEbeRWgbNEkqO,s=W22Z,i=4096 | does not extend our nonce",
                "r=rOprNGfwEbeRWgbNEkqP123,s=W22Z,i=4096 | does not extend our nonce",
                "r=other,s=W22Z,i=4096 | does not extend our nonce",
                "m=x,r=rOprNGfwEbeRWgbNEkqO1,s=W22Z,i=4096 | has other than three attributes",
                "r=rOprNGfwEbeRWgbNEkqO1,s=W22Z,i=4096,x=y | has other than three attributes",
                "r=rOprNGfwEbeRWgbNEkqO1,s=W22Z | has other than three attributes",
                "s=W22Z,r=rOprNGfwEbeRWgbNEkqO1,i=4096 | lacks an attribute",
                "r=rOprNGfwEbeRWgbNEkqO1,s=,i=4096 | lacks an attribute",
                "r=rOprNGfwEbeRWgbNEkqO1,s=*,i=4096 | is not in base64",
                "r=rOprNGfwEbeRWgbNEkqO1,s=W22Z,i=0 | has a number of iterations out of bounds",
                "r=rOprNGfwEbeRWgbNEkqO1,s=W22Z,i=-1 | has a number of iterations out of bounds",
                "r=rOprNGfwEbeRWgbNEkqO1,s=W22Z,i=4095 | has a number of iterations out of bounds",
                "r=rOprNGfwEbeRWgbNEkqO1,s=W22Z,i=04096 | has a number of iterations out of bounds",
                "r=rOprNGfwEbeRWgbNEkqO1,s=W22Z,i=1000001"
                        + " | has a number of iterations out of bounds",
                "r=rOprNGfwEbeRWgbNEkqO1,s=W22Z,i=9999999999"
                        + " | has a number of iterations out of bounds",
                "r=rOprNGfwEbeRWgbNEkqO1 2,s=W22Z,i=4096 | has other than printable ASCII",
                "r=rOprNGfwEbeRWgbNEkqOé,s=W22Z,i=4096 | has other than printable ASCII",
            })
    void refusesAChallengeThatDoesNotFit(String serverFirst, String wrong) {
        try (Scram scram = scram()) {
            assertThatThrownBy(() -> scram.answer(data(serverFirst)))
                    .isInstanceOf(ProtocolViolation.class)
                    .hasMessage("AuthenticationSASLContinue " + wrong);
        }
    }

    @Test
    void refusesAChallengeThatIsTooLong() {
        try (Scram scram = scram()) {
            assertThatThrownBy(() -> scram.answer(data("r".repeat(4_097))))
                    .hasMessage("AuthenticationSASLContinue is longer than 4,096 bytes");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SCRAM-SHA-1", "OAUTHBEARER", "SCRAM-SHA-256-PLUS"})
    void refusesAnOfferWithoutAMechanismItCanSpeak(String offered) {
        assertThatThrownBy(() ->
                        Scram.begin(
                                List.of(offered),
                                bytes("pencil"),
                                ChannelBinding.none(),
                                new SecureRandom()))
                .isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void refusesAnEmptyPassword() {
        assertThatThrownBy(() ->
                        Scram.begin(
                                List.of(Scram.SHA_256),
                                new byte[0],
                                ChannelBinding.none(),
                                new SecureRandom()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesAFreshNonceEachTime() {
        // Given
        SecureRandom random = new SecureRandom();

        // When
        try (Scram one = begin(random);
                Scram other = begin(random)) {
            // Then
            assertThat(one.clientFirst()).isNotEqualTo(other.clientFirst());
            assertThat(one.clientFirst()).asString().matches("n,,n=,r=[A-Za-z0-9+/]{24}");
        }
    }

    private static Scram begin(SecureRandom random) {
        return Scram.begin(List.of(Scram.SHA_256), bytes("pencil"), ChannelBinding.none(), random);
    }

    @Test
    void forgetsThePasswordWhenItIsClosed() {
        // Given
        Scram scram = scram();

        // When
        scram.close();

        // Then
        assertThatThrownBy(() -> scram.answer(data(SERVER_FIRST)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void leavesTheCallersPasswordAlone() {
        // Given
        byte[] password = bytes("pencil");

        // When
        Scram.begin(List.of(Scram.SHA_256), password, ChannelBinding.none(), new SecureRandom())
                .close();

        // Then
        assertThat(password).asString().isEqualTo("pencil");
    }
}
