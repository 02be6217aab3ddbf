package dev.sallyport.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.fake.Grants;
import dev.sallyport.access.fake.MutableClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LocksTest {
    private static final int MANY = 100_000;
    private static final int LOOK_UPS = 100_000;

    private final MutableClock clock = new MutableClock();
    private final Grant grant = new Grants(clock).grant(Grants.execScope("ls"));
    private final Locks locks = new Locks();

    private Lock lock(String id, Lock.Subject subject, String value, Lock.Cause cause) {
        return new Lock(id, subject, value, cause, "test", "root", clock.instant());
    }

    @ParameterizedTest
    @EnumSource(Lock.Subject.class)
    void findsALockByWhatItLocks(Lock.Subject subject) {
        // Given
        String value = subject.of(grant, "s-1", Grants.TARGET);
        Lock lock = lock("l-1", subject, value, Lock.Cause.KILL);
        if (subject != Lock.Subject.ALL) {
            locks.put(lock("l-0", subject, value + "x", Lock.Cause.KILL));
        }
        assertThat(locks.match(grant, "s-1", Grants.TARGET)).isEmpty();

        // When
        locks.put(lock);

        // Then
        assertThat(locks.match(grant, "s-1", Grants.TARGET)).contains(lock);
        assertThat(lock.matches(grant, "s-1", Grants.TARGET)).isTrue();
        locks.remove("l-1");
        assertThat(locks.match(grant, "s-1", Grants.TARGET)).isEmpty();
    }

    @Test
    void namesAKillBeforeARelease() {
        // Given
        Lock released = lock("l-1", Lock.Subject.GRANT, grant.id(), Lock.Cause.RELEASE);
        Lock killed = lock("l-2", Lock.Subject.GRANT, grant.id(), Lock.Cause.KILL);
        Lock all = lock("l-3", Lock.Subject.ALL, "", Lock.Cause.KILL);

        // When
        locks.put(released);
        locks.put(killed);
        locks.put(killed);

        // Then
        assertThat(locks.match(grant, "", Grants.TARGET)).contains(killed);
        assertThat(locks.all()).containsExactly(released, killed);
        locks.replace(List.of(released, all));
        assertThat(locks.match(grant, "", Grants.TARGET)).contains(all);
        assertThat(locks.find("l-2")).isEmpty();
        assertThat(locks.count()).isEqualTo(2);
    }

    @Test
    @Attack(58)
    void aLookUpCostsTheSameHoweverManyGrantsWereHandedBack() {
        // Given
        for (int i = 0; i < MANY; i++) {
            locks.put(lock("l-" + i, Lock.Subject.GRANT, "g-old-" + i, Lock.Cause.RELEASE));
        }

        // When
        long begin = System.nanoTime();
        for (int i = 0; i < LOOK_UPS; i++) {
            assertThat(locks.match(grant, "s-1", Grants.TARGET).isEmpty()).isTrue();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begin);

        // Then: to look at each lock would take minutes.
        assertThat(took).isLessThan(Duration.ofSeconds(5));
    }
}
