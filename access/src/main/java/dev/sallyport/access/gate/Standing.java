package dev.sallyport.access.gate;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.Target;
import java.time.Instant;
import java.util.Optional;

/** What must hold at every admission and at every act, whatever the act is. Thread-safe. */
final class Standing {
    private final GateClock clock;
    private final LockTable locks;

    Standing(GateClock clock, LockTable locks) {
        this.clock = clock;
        this.locks = locks;
    }

    /** Why nothing may happen under {@code grant} now; empty when nothing stands against it. */
    Optional<Refusal> against(Grant grant, String session, Target target) {
        if (clock.isTurnedBack()) {
            return Optional.of(Refusals.clockTurnedBack().in(session, grant.id()));
        }
        Instant now = clock.now();
        if (!locks.isFresh(now)) {
            return Optional.of(Refusals.brokerSilent().in(session, grant.id()));
        }
        if (now.isBefore(grant.notBefore())) {
            return Optional.of(Refusals.notYetValid(grant).in(session, grant.id()));
        }
        Optional<Refusal> locked = lockAgainst(grant, session, target);
        if (locked.isEmpty() && !grant.isValidAt(now)) {
            locked = Optional.of(Refusals.expired(grant));
        }
        return locked.map(refusal -> refusal.in(session, grant.id()));
    }

    /** The lock, or the release, that stands against {@code grant}. */
    Optional<Refusal> lockAgainst(Grant grant, String session, Target target) {
        return locks.match(grant, session, target)
                .map(lock -> Refusals.locked(lock, grant).in(session, grant.id()));
    }
}
