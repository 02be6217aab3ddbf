package dev.sallyport.access.gate;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.Refusal.Verdict;
import dev.sallyport.access.port.HoldRequest;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.scope.Budget;

/** The gate's refusals in one place: what they say, and what would help. */
final class Refusals {
    /** When a node that lost its broker may be asked again: one stale bound later. */
    private static final long RETRY_SECONDS = 5;

    /** When an act that nobody answered may be tried again. */
    private static final long HELD_RETRY_SECONDS = 60;

    private Refusals() {}

    static Refusal tooManySessions(String who) {
        return new Refusal(
                Verdict.DENY,
                "limit",
                "too many sessions are open for " + who,
                "",
                "",
                "",
                RETRY_SECONDS);
    }

    static LiveSessions.Ending ending(Lock lock, Session session) {
        Grant grant = session.grant().grant();
        SessionEnd end =
                switch (lock.cause()) {
                    case KILL -> SessionEnd.KILLED;
                    case RELEASE -> SessionEnd.EXPIRED;
                };
        return new LiveSessions.Ending(end, locked(lock, grant).in(session.id(), grant.id()));
    }

    static Refusal locked(Lock lock, Grant grant) {
        return switch (lock.cause()) {
            case KILL ->
                    new Refusal(
                            Verdict.KILLED,
                            "lock",
                            "an operator has locked this "
                                    + (lock.subject() == Lock.Subject.ALL
                                            ? "cluster"
                                            : lock.subject().word()),
                            "",
                            grant.id(),
                            "",
                            0);
            case RELEASE ->
                    new Refusal(
                            Verdict.EXPIRED,
                            "released",
                            "the grant was handed back",
                            "",
                            grant.id(),
                            NextCommand.again(grant),
                            0);
        };
    }

    static Refusal expired(Grant grant) {
        return new Refusal(
                Verdict.EXPIRED,
                "grant",
                "the grant has ended",
                "",
                grant.id(),
                NextCommand.again(grant),
                0);
    }

    static Refusal notYetValid(Grant grant) {
        return Refusal.deny("grant", "the grant is not valid yet").in("", grant.id());
    }

    static Refusal brokerSilent() {
        return new Refusal(
                Verdict.DENY,
                "heartbeat",
                "the broker was not heard in time",
                "",
                "",
                "",
                RETRY_SECONDS);
    }

    static Refusal clockTurnedBack() {
        return Refusal.deny("clock", "the clock of this node went backwards");
    }

    static Refusal outside(String reason) {
        return Refusal.deny("scope", reason).withNext(NextCommand.OTHER_INTENT);
    }

    static Refusal budget(Grant grant, Budget.Unit unit, long limit) {
        return new Refusal(
                Verdict.BUDGET,
                "budget",
                "the grant's budget of " + limit + " " + unit.word() + " here is used up",
                "",
                grant.id(),
                NextCommand.again(grant),
                0);
    }

    static Refusal brokerUnreachable() {
        return new Refusal(
                Verdict.DENY, "broker", "the broker could not be asked", "", "", "", RETRY_SECONDS);
    }

    static Refusal saidNo(HoldRequest request) {
        return Refusal.deny("approval", "an approver said no; it wants " + request.wanted());
    }

    static Refusal notAsked(String why) {
        return new Refusal(
                Verdict.DENY,
                "approval",
                "nobody was asked: " + why,
                "",
                "",
                "",
                HELD_RETRY_SECONDS);
    }

    static Refusal notAnswered(HoldRequest request) {
        return new Refusal(
                Verdict.HELD,
                "approval",
                "nobody answered in time; it wants " + request.wanted(),
                "",
                "",
                "",
                HELD_RETRY_SECONDS);
    }
}
