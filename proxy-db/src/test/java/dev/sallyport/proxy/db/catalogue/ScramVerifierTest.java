package dev.sallyport.proxy.db.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Secret;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The example of RFC 7677, section 3, as PostgreSQL would store it. */
class ScramVerifierTest {
    @Test
    void storesWhatTheRfcComputes() {
        // Given
        byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");

        // When
        String verifier = ScramVerifier.of(Secret.of("pencil"), salt);

        // Then
        assertThat(verifier)
                .isEqualTo(
                        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="
                                + "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
                                + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
    }
}
