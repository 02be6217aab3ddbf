package dev.sallyport.access.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.event.Event;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.fake.InMemoryRecorder;
import dev.sallyport.access.fake.MutableClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The record of refusals tells the true reason, and a flood of them does not fill the disk. */
final class RefusedLoginsTest {
    private static final int MAX_PER_WINDOW = 200;

    private final MutableClock clock = new MutableClock();
    private final InMemoryRecorder recorder = new InMemoryRecorder();
    private final RefusedLogins refused = new RefusedLogins(recorder, clock);

    @Test
    void tellsWhoWasRefusedAndWhy() {
        // When
        refuse(1);
        // Then
        assertThat(written().getFirst().fields())
                .containsEntry("protocol", "ssh")
                .containsEntry("peer", "192.0.2.7:4711")
                .containsEntry("user", "root@host-1")
                .containsEntry("client", "SSH-2.0-probe")
                .containsEntry("verdict", "deny")
                .containsEntry("rule", "wrong-ca")
                .containsEntry("reason", "nobody knows this authority")
                .doesNotContainKey("suppressed");
    }

    @Test
    void countsWhatIsBeyondTheRateAndTellsItWithTheNextThatIsWritten() {
        // Given
        refuse(MAX_PER_WINDOW + 50);
        assertThat(written()).hasSize(MAX_PER_WINDOW);
        // When
        clock.advance(Duration.ofSeconds(1));
        refuse(2);
        // Then
        assertThat(written()).hasSize(MAX_PER_WINDOW + 2);
        assertThat(written().get(MAX_PER_WINDOW).fields()).containsEntry("suppressed", 50L);
        assertThat(written().getLast().fields()).doesNotContainKey("suppressed");
    }

    @Test
    void aClockThatIsSetBackDoesNotSilenceTheRecord() {
        // Given
        refuse(MAX_PER_WINDOW);
        // When
        clock.advance(Duration.ofHours(-1));
        refuse(1);
        // Then
        assertThat(written()).hasSize(MAX_PER_WINDOW + 1);
    }

    private void refuse(int times) {
        var peer = new RefusedLogins.Peer("ssh", "192.0.2.7:4711", "root@host-1", "SSH-2.0-probe");
        for (int i = 0; i < times; i++) {
            Refusal why = Refusal.deny("wrong-ca", "nobody knows this authority");
            assertThat(refused.record(EventContext.NONE, peer, why)).isCompleted();
        }
    }

    private List<Event> written() {
        return recorder.events(EventType.SESSION_REFUSED);
    }
}
