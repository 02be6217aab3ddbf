package dev.sallyport.proxy.db.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.access.fake.Attack;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CancelKeyTest {
    @Test
    void matchesTheSameProcessAndSecretOnly() {
        // Given
        CancelKey key = CancelKey.of(1, new byte[] {1, 2, 3, 4});

        // When // Then
        assertThat(key.matches(CancelKey.of(1, new byte[] {1, 2, 3, 4}))).isTrue();
        assertThat(key.matches(CancelKey.of(2, new byte[] {1, 2, 3, 4}))).isFalse();
        assertThat(key.matches(CancelKey.of(1, new byte[] {1, 2, 3, 5}))).isFalse();
        assertThat(key.matches(CancelKey.of(1, new byte[] {1, 2, 3, 4, 5}))).isFalse();
    }

    @Test
    void isAsLongAsTheVersionAllows() {
        // Given
        SecureRandom random = new SecureRandom();

        // When
        CancelKey old = CancelKey.random(1, ProtocolVersion.V3_0, random);
        CancelKey young = CancelKey.random(1, ProtocolVersion.V3_2, random);

        // Then
        assertThat(old.length()).isEqualTo(4);
        assertThat(young.length()).isEqualTo(32);
        assertThat(young.matches(CancelKey.random(1, ProtocolVersion.V3_2, random))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 257})
    void hasFourTo256Bytes(int length) {
        assertThatThrownBy(() -> CancelKey.of(1, new byte[length]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Attack(27)
    void isNotPrinted() {
        assertThat(CancelKey.of(1, new byte[] {77, 77, 77, 77}).toString())
                .isEqualTo("CancelKey[processId=1, redacted]");
    }
}
