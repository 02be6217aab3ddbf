package dev.sallyport.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LockTest {
    private static Lock lock(Lock.Subject subject, String value) {
        return new Lock("l-1", subject, value, Lock.Cause.KILL, "why", "oscar", Instant.EPOCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch-1", "SSH:batch-1", "ssh:", "ssh:batch 1", "ssh:batch-1\n", ":x"})
    void aTargetThatNobodyCanReachIsNotLocked(String value) {
        assertThatThrownBy(() -> lock(Lock.Subject.TARGET, value))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTargetIsLockedByItsWholeName() {
        assertThat(lock(Lock.Subject.TARGET, "ssh:batch-1").value()).isEqualTo("ssh:batch-1");
    }

    @Test
    void aValueIsThereUnlessEverythingIsLocked() {
        assertThat(lock(Lock.Subject.ALL, "").subject()).isEqualTo(Lock.Subject.ALL);
        assertThatThrownBy(() -> lock(Lock.Subject.ALL, "x"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lock(Lock.Subject.AGENT, ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lock(Lock.Subject.AGENT, "a\u001bb"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
