package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SaslPrepTest {
    /**
     * The first five are the examples of RFC 4013, 3, that it does not forbid, and more like them.
     */
    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "I\u00ADX,IX",
                "user,user",
                "USER,USER",
                "\u00AA,a",
                "\u2168,IX",
                "a\u00A0b\u3000c,a b c",
                "\uFB01x,fix",
                "e\u0301,\u00E9",
                "x\uFE0Fy,xy",
                "\u0627\u0628,\u0627\u0628",
            })
    void mapsAndNormalises(String password, String prepared) {
        assertThat(prepare(password)).isEqualTo(prepared);
    }

    /** As both ends of PostgreSQL do; the RFC would refuse these. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uFB01\u0007",
                "\uFB01\u06271",
                "\uFB01\uE000",
                "\uFB01\u200E",
                "\uFB01\uFDD0",
                "\uFB01\uFFFD",
                "\uFB01\uD83D\uDE00",
                "\uFB01\u0221",
                "\u00AD",
            })
    void usesAForbiddenPasswordAsItIs(String password) {
        assertThat(prepare(password)).isEqualTo(password);
    }

    @Test
    void usesWhatIsNotUtf8AsItIs() {
        // Given
        byte[] password = Buffers.hex("EFAC81 FF");

        // When
        byte[] prepared = SaslPrep.prepare(password);

        // Then
        assertThat(prepared).isEqualTo(password).isNotSameAs(password);
    }

    @Test
    void usesAsciiAsItIsEvenControls() {
        assertThat(prepare("a\u0007 b")).isEqualTo("a\u0007 b");
    }

    private static String prepare(String password) {
        byte[] prepared = SaslPrep.prepare(password.getBytes(StandardCharsets.UTF_8));
        return new String(prepared, StandardCharsets.UTF_8);
    }
}
