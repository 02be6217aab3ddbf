package dev.sallyport.broker.approval;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Approval;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.Ulid;
import dev.sallyport.access.Words;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.broker.identity.HumanCaller;
import dev.sallyport.broker.identity.Role;
import dev.sallyport.broker.store.DurableEvents;
import dev.sallyport.broker.store.Question;
import dev.sallyport.broker.store.QuestionRows;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of questions to humans. Thread-safe; calls block on the store and the record, {@link
 * #await} also on humans.
 */
public final class Approvals {
    private static final Logger LOGGER = LoggerFactory.getLogger(Approvals.class);

    /** How often a waiter looks at the clock by itself. */
    static final Duration GLANCE = Duration.ofMillis(500);

    private final QuestionRows rows;
    private final DurableEvents events;
    private final Ulid ulid;
    private final InstantSource clock;
    private final ApprovalLimits limits;

    // Every change of a question's state happens under this lock: time-out, answer, withdrawal and
    // use cannot overtake each other.
    private final ReentrantLock turn = new ReentrantLock();
    private final Condition changed = turn.newCondition();

    /** Withdraws the holds of the last run: their clients are gone. */
    public Approvals(
            QuestionRows rows,
            DurableEvents events,
            Ulid ulid,
            InstantSource clock,
            ApprovalLimits limits) {
        this.rows = rows;
        this.events = events;
        this.ulid = ulid;
        this.clock = clock;
        this.limits = limits;
        rows.open().stream()
                .filter(question -> question.kind() == Question.Kind.HOLD)
                .forEach(question -> end(question.id(), WITHDRAWN, "restart"));
    }

    private static final Question.State WITHDRAWN = Question.State.WITHDRAWN;

    /** True when {@code groups} hold one that may answer a question of {@code agent}. */
    public boolean canAnswer(Agent agent, List<String> groups) {
        return !Independence.voices(agent, groups).isEmpty();
    }

    /** True when no further question fits into the queue. */
    public boolean isFull() {
        return rows.countOpen() >= limits.open();
    }

    /**
     * Puts an access request to humans.
     *
     * @throws UnrecordableException when the question cannot be recorded; then it is not asked
     */
    public Question ask(Agent agent, String intent, String shown, int needed, List<String> groups) {
        return ask(
                Question.Kind.REQUEST,
                EventContext.NONE,
                new Question(
                        "a-" + ulid.next(),
                        Question.Kind.REQUEST,
                        Question.State.OPEN,
                        agent,
                        intent,
                        "",
                        "",
                        shown,
                        Shown.hash(shown),
                        needed,
                        groups,
                        clock.instant(),
                        clock.instant().plus(limits.request()),
                        List.of()));
    }

    /** Records and asks {@code question}; {@code known} says which target it is about. */
    Question ask(Question.Kind kind, EventContext known, Question question) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("approval", question.id());
        fields.put("kind", kind.word());
        fields.put("shown", question.shown());
        fields.put("shownHash", question.hash());
        fields.put("needed", question.needed());
        fields.put("groups", question.groups());
        fields.put("expiresAt", question.expiresAt());
        events.record(EventType.APPROVAL_REQUESTED, context(question, known.target()), fields);
        rows.add(question);
        return question;
    }

    private static EventContext context(Question question, String target) {
        return new EventContext(
                question.session(),
                question.grant(),
                question.agent().id(),
                question.agent().owner(),
                question.agent().run(),
                question.intent(),
                target);
    }

    /** Waits until a question is not open any more, or {@code patience} is over. */
    public void await(String id, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        turn.lockInterruptibly();
        try {
            while (isOpen(id)) {
                long rest = deadline - System.nanoTime();
                if (rest <= 0) {
                    return;
                }
                changed.await(Math.min(rest, GLANCE.toNanos()), TimeUnit.NANOSECONDS);
            }
        } finally {
            turn.unlock();
        }
    }

    private boolean isOpen(String id) {
        return rows.find(id).filter(question -> question.isOpenAt(clock.instant())).isPresent();
    }

    /** A question as it stands, for those who may see it. */
    public Optional<Question> find(HumanCaller caller, String id) {
        return rows.find(id).filter(question -> maySee(caller, question));
    }

    /** Operators and auditors see every question, an approver those that they are asked. */
    private static boolean maySee(HumanCaller caller, Question question) {
        return caller.is(Role.OPERATOR)
                || caller.is(Role.AUDITOR)
                || caller.is(Role.APPROVER) && Independence.hasVoice(caller, question);
    }

    /** A question as it stands, for the broker's own use. */
    public Optional<Question> find(String id) {
        return rows.find(id);
    }

    /** How many questions wait for a human. */
    public int openCount() {
        return rows.countOpen();
    }

    /** Open questions that {@code caller} may see, oldest first. */
    public List<Question> open(HumanCaller caller) {
        Instant now = clock.instant();
        return rows.open().stream()
                .filter(question -> question.isOpenAt(now))
                .filter(question -> maySee(caller, question))
                .toList();
    }

    /**
     * An approver's answer. It counts after it is durable in the record.
     *
     * @param hash of what the approver was shown, lower-case hex
     */
    public Decision decide(
            HumanCaller caller, String id, Question.Vote vote, String hash, String comment) {
        turn.lock();
        try {
            Optional<Question> found = rows.find(id);
            if (found.isEmpty()) {
                return new Decision.Refused(refusal("approval", "no such open question"));
            }
            Question question = found.get();
            Optional<Refusal> objection = objection(caller, question, hash, comment);
            return objection.isPresent()
                    ? refuse(caller, question, vote, objection.get())
                    : count(caller, question, vote, comment);
        } finally {
            turn.unlock();
        }
    }

    private Optional<Refusal> objection(
            HumanCaller caller, Question question, String hash, String comment) {
        if (!caller.roles().contains(Role.APPROVER)) {
            return deny("role", "only approvers may answer");
        }
        Optional<String> dependence = Independence.objection(caller, question);
        if (dependence.isPresent()) {
            return deny("approver", dependence.get());
        }
        if (!question.isOpenAt(clock.instant())) {
            return deny("approval", "no such open question");
        }
        if (Independence.hasAnswered(caller, question)) {
            return deny("approver", "one human has one answer");
        }
        if (!MessageDigest.isEqual(bytes(hash), bytes(question.hash()))) {
            return deny("hash", "the answer is not about what the question shows");
        }
        if (comment.length() > Words.MAX_LENGTH
                || comment.chars().anyMatch(Character::isISOControl)) {
            return deny("comment", "the comment is too long or holds a control character");
        }
        return Optional.empty();
    }

    /** An answer that does not count; that it was tried is evidence. */
    private Decision refuse(
            HumanCaller caller, Question question, Question.Vote vote, Refusal refusal) {
        try {
            events.record(
                    EventType.APPROVAL_REFUSED,
                    context(question, ""),
                    Map.of(
                            "approval", question.id(),
                            "kind", question.kind().word(),
                            "by", caller.id(),
                            "vote", vote.word(),
                            "rule", refusal.rule(),
                            "reason", refusal.reason()));
        } catch (UnrecordableException e) {
            LOGGER.atError().addKeyValue("approval", question.id()).setCause(e).log("no record");
        }
        return new Decision.Refused(refusal);
    }

    private Decision count(
            HumanCaller caller, Question question, Question.Vote vote, String comment) {
        var ballot =
                new Question.Ballot(caller.id(), vote, comment, question.hash(), clock.instant());
        Question.State next =
                switch (vote) {
                    case NO -> Question.State.DENIED;
                    case YES ->
                            question.approvals() + 1 >= question.needed()
                                    ? Question.State.APPROVED
                                    : Question.State.OPEN;
                };
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("approval", question.id());
        fields.put("kind", question.kind().word());
        fields.put("by", caller.id());
        fields.put("vote", vote.word());
        fields.put("comment", comment);
        fields.put("shownHash", question.hash());
        fields.put("state", next.word());
        try {
            events.record(EventType.APPROVAL_DECIDED, context(question, ""), fields);
        } catch (UnrecordableException e) {
            LOGGER.atError().addKeyValue("approval", question.id()).setCause(e).log("no record");
            return new Decision.Refused(
                    DurableEvents.refusal("the answer cannot be recorded, so it does not count"));
        }
        // The record took its time; an answer that became durable too late does not count either.
        if (!question.isOpenAt(clock.instant())) {
            return refuse(caller, question, vote, refusal("approval", "no such open question"));
        }
        rows.vote(question.id(), ballot, next);
        changed.signalAll();
        return new Decision.Decided(rows.find(question.id()).orElseThrow());
    }

    /** Takes an approved question's approvals; works once, empty at any other time. */
    public Optional<List<Approval>> use(String id) {
        turn.lock();
        try {
            if (!rows.move(id, Question.State.APPROVED, Question.State.USED)) {
                return Optional.empty();
            }
            return rows.find(id)
                    .map(question ->
                            question.ballots().stream().map(b -> approval(question, b)).toList());
        } finally {
            turn.unlock();
        }
    }

    private static Approval approval(Question question, Question.Ballot ballot) {
        return new Approval(question.id(), ballot.approver(), ballot.hash(), ballot.at());
    }

    /** Ends an open question without an answer. It ends even when that cannot be recorded. */
    public void withdraw(String id) {
        end(id, WITHDRAWN, "withdrawn");
    }

    /** Moves an open question to {@code state}. It ends even when that cannot be recorded. */
    void end(String id, Question.State state, String because) {
        turn.lock();
        try {
            if (!rows.move(id, Question.State.OPEN, state)) {
                return;
            }
            changed.signalAll();
            Question question = rows.find(id).orElseThrow();
            events.record(
                    EventType.APPROVAL_EXPIRED,
                    context(question, ""),
                    Map.of(
                            "approval", id,
                            "kind", question.kind().word(),
                            "because", because));
        } catch (UnrecordableException e) {
            LOGGER.atError().addKeyValue("approval", id).setCause(e).log("no record of an end");
        } finally {
            turn.unlock();
        }
    }

    /** Ends the questions whose time is over; called every second. */
    public void sweep() {
        Instant now = clock.instant();
        rows.open().stream()
                .filter(question -> !question.isOpenAt(now))
                .forEach(question -> end(question.id(), Question.State.EXPIRED, "timeout"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Optional<Refusal> deny(String rule, String reason) {
        return Optional.of(refusal(rule, reason));
    }

    private static Refusal refusal(String rule, String reason) {
        return Refusal.deny(rule, reason).withNext("sallyport approvals");
    }
}
