package dev.sallyport.broker.approval;

import dev.sallyport.access.Approval;
import dev.sallyport.access.Ulid;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.port.HoldAnswer;
import dev.sallyport.access.port.HoldRequest;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.broker.store.Question;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Acts that wait for humans while their clients stay connected: so many of one agent, so that no
 * agent fills the queue for all others. Thread-safe; blocks on humans.
 */
public final class HeldActs {
    private final Approvals approvals;
    private final ApprovalLimits limits;
    private final Ulid ulid;
    private final InstantSource clock;
    // Guarded by itself: how many acts of each agent wait.
    private final Map<String, Integer> waiting = new HashMap<>();

    public HeldActs(Approvals approvals, ApprovalLimits limits, Ulid ulid, InstantSource clock) {
        this.approvals = approvals;
        this.limits = limits;
        this.ulid = ulid;
        this.clock = clock;
    }

    /**
     * Puts a held act to humans and waits.
     *
     * @param groups whose members may answer
     * @throws InterruptedException when the caller gave up; the question is withdrawn
     * @throws UnrecordableException when the question cannot be recorded
     */
    public HoldAnswer hold(HoldRequest request, List<String> groups) throws InterruptedException {
        String agent = request.grant().agent().id();
        if (!enter(agent)) {
            return new HoldAnswer.NotAsked("too many acts of this agent wait already");
        }
        try {
            return ask(request, groups);
        } finally {
            leave(agent);
        }
    }

    private boolean enter(String agent) {
        synchronized (waiting) {
            int before = waiting.getOrDefault(agent, 0);
            if (before >= limits.holdsPerAgent()) {
                return false;
            }
            waiting.put(agent, before + 1);
            return true;
        }
    }

    private void leave(String agent) {
        synchronized (waiting) {
            waiting.computeIfPresent(agent, (key, count) -> count == 1 ? null : count - 1);
        }
    }

    private HoldAnswer ask(HoldRequest request, List<String> groups) throws InterruptedException {
        String shown = Shown.hold(request, groups);
        if (shown.length() > Shown.MAX_LENGTH || approvals.isFull()) {
            return new HoldAnswer.NotAsked("it is too long, or too many questions wait");
        }
        if (!approvals.canAnswer(request.grant().agent(), groups)) {
            return new HoldAnswer.NotAsked("nobody may approve it");
        }
        Question question = question(request, groups, shown, clock.instant());
        approvals.ask(
                Question.Kind.HOLD,
                EventContext.of(request.session(), request.grant(), request.target()),
                question);
        try {
            Duration time = Duration.between(question.askedAt(), question.expiresAt());
            approvals.await(question.id(), time.plus(Approvals.GLANCE));
        } catch (InterruptedException e) {
            approvals.withdraw(question.id());
            throw e;
        }
        return answer(question.id());
    }

    private Question question(HoldRequest request, List<String> groups, String shown, Instant now) {
        Instant end = now.plus(limits.hold());
        Instant grantEnd = request.grant().notAfter();
        return new Question(
                "a-" + ulid.next(),
                Question.Kind.HOLD,
                Question.State.OPEN,
                request.grant().agent(),
                request.grant().intent(),
                request.grant().id(),
                request.session(),
                shown,
                Shown.hash(shown),
                request.approvals(),
                groups,
                now,
                end.isBefore(grantEnd) ? end : grantEnd,
                List.of());
    }

    private HoldAnswer answer(String id) {
        Optional<List<Approval>> given = approvals.use(id);
        if (given.isPresent()) {
            return new HoldAnswer.Approved(id, given.get());
        }
        approvals.end(id, Question.State.EXPIRED, "timeout");
        Optional<Question.Ballot> no =
                approvals.find(id).stream()
                        .flatMap(question -> question.ballots().stream())
                        .filter(ballot -> ballot.vote() == Question.Vote.NO)
                        .findFirst();
        return no.isPresent()
                ? new HoldAnswer.Denied(id, no.get().approver(), no.get().comment())
                : new HoldAnswer.TimedOut(id);
    }
}
