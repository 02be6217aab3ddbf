package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class Md5PasswordTest {
    /** Computed with md5sum. */
    @Test
    void hashesPasswordUserAndSalt() {
        // Given
        byte[] password = "secret".getBytes(StandardCharsets.UTF_8);

        // When
        byte[] answer = Md5Password.answer("anna", password, 0x01020304);

        // Then
        assertThat(answer).asString().isEqualTo("md57a40e687695f2126a3421c7f4bc9861e");
    }
}
