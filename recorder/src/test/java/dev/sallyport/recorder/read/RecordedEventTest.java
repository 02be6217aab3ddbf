package dev.sallyport.recorder.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.event.EventType;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;

class RecordedEventTest {
    @ParameterizedTest
    @CsvSource({
        "SSH_EXEC, allow",
        "SSH_SHELL, allow",
        "SSH_SFTP, allow",
        "SSH_FORWARD, allow",
        "DB_STATEMENT, allow",
        "DB_COPY, allow",
        "ACT_DENIED, deny",
        "ACT_HELD, hold",
        "ACT_MASKED, mask",
        "BUDGET_EXCEEDED, deny",
        "SESSION_REFUSED, deny"
    })
    void anActsEventHasItsVerdict(EventType type, String verdict) {
        assertThat(event(type).verdict()).isEqualTo(verdict);
    }

    @Test
    void whatIsNoActHasNone() {
        assertThat(event(EventType.SESSION_OPENED).verdict()).isEmpty();
        assertThat(event(EventType.DB_RESULT).verdict()).isEmpty();
    }

    private static RecordedEvent event(EventType type) {
        return new RecordedEvent(Instant.EPOCH, type.word(), JsonNodeFactory.instance.objectNode());
    }
}
