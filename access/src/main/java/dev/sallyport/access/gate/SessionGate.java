package dev.sallyport.access.gate;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.Target;
import dev.sallyport.access.Ulid;
import dev.sallyport.access.act.Act;
import dev.sallyport.access.certificate.VerifiedGrant;
import dev.sallyport.access.policy.Policy;
import dev.sallyport.access.policy.PolicyVerdict;
import dev.sallyport.access.port.Broker;
import dev.sallyport.access.port.HoldRequest;
import dev.sallyport.access.scope.Scope;
import dev.sallyport.access.scope.ScopeAnswer;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Judges, for all protocols: who may begin a session, and what may happen in it. An act must be
 * inside the grant's scope <em>and</em> permitted by the policy in force; whatever is unknown,
 * unparsable or in error is denied. Thread-safe.
 *
 * <p>It records nothing: the proxy's tap writes admissions and verdicts down, and MUST do so before
 * it acts on them.
 */
public final class SessionGate implements AutoCloseable {
    private final Supplier<Policy> policy;
    private final LiveSessions live;
    private final Ulid ids;
    private final GateClock clock;
    private final Standing standing;
    private final Decisions decisions;
    private final Budgets budgets;
    private final Holds holds;
    private final Sweeper sweeper;

    /**
     * @param policy gives the policy in force at each call
     */
    public SessionGate(
            Supplier<Policy> policy,
            Broker broker,
            LiveSessions live,
            LockTable locks,
            Ulid ids,
            InstantSource clock,
            GateLimits limits) {
        this.policy = policy;
        this.live = live;
        this.ids = ids;
        this.clock = new GateClock(clock, limits.clockTolerance());
        this.standing = new Standing(this.clock, locks);
        this.decisions = new Decisions(limits.cachedDecisions(), limits.maxApprovals());
        this.budgets = new Budgets(broker);
        this.holds = new Holds(broker, limits.holdLimit());
        this.sweeper = new Sweeper(this.clock, locks, live, budgets, limits);
    }

    /**
     * Begins a session, or says why not. Afterwards locks, expiry and a silent broker end it
     * through {@code closer}. The refusal tells the truth; it is recorded, and not for the peer.
     */
    public Admission admit(VerifiedGrant grant, Target target, String login, SessionCloser closer) {
        sweeper.start();
        String id = "s-" + ids.next();
        Optional<Refusal> against = standing.against(grant.grant(), id, target);
        if (against.isPresent()) {
            return new Admission.Refused(against.get());
        }
        if (!clock.now().isBefore(grant.certificateEnd())) {
            return refused(Refusals.expired(grant.grant()), id, grant.grant());
        }
        List<Scope> scopes = scopes(grant.grant(), target, login);
        if (scopes.isEmpty()) {
            return refused(
                    Refusals.outside("the grant does not reach this login on this target"),
                    id,
                    grant.grant());
        }
        var session = new Session(id, grant, target, login, scopes, budgets, live, closer);
        Optional<Refusal> full = live.register(session);
        if (full.isPresent()) {
            return refused(full.get(), id, grant.grant());
        }
        // A lock that came between the first look and the registration reached neither.
        Optional<Refusal> late = standing.against(grant.grant(), id, target);
        if (late.isPresent()) {
            session.finished();
            return new Admission.Refused(late.get());
        }
        return new Admission.Admitted(session);
    }

    /**
     * The lock that stands against {@code grant} now, if any. Has no effects, so that a proxy can
     * ask it while a peer still proves itself and answer a locked agent like a stranger; {@link
     * #admit} decides.
     */
    public Optional<Refusal> lockedOut(VerifiedGrant grant, Target target) {
        return standing.lockAgainst(grant.grant(), "", target);
    }

    /**
     * The verdict on {@code act}; never waits for anyone. It does not spend budgets: that is {@link
     * Session#spend}.
     */
    public Ruling judge(Session session, Act act) {
        Optional<Refusal> against = against(session, act);
        if (against.isPresent()) {
            return new Ruling.Deny(against.get());
        }
        PolicyVerdict verdict = decisions.decide(policy.get(), session, act);
        return switch (verdict) {
            case PolicyVerdict.Allow allow -> new Ruling.Allow(allow.policies());
            case PolicyVerdict.Mask mask -> new Ruling.Mask(mask.policies());
            case PolicyVerdict.Hold hold -> hold(session, act, hold);
            case PolicyVerdict.Deny deny -> new Ruling.Deny(denied(session, deny));
        };
    }

    /**
     * Waits for humans; call it on a virtual thread. After a yes everything is looked at again,
     * with the approvals in the context, so that what runs is judged as of now. Returns {@link
     * Ruling.Allow} or {@link Ruling.Deny}; the allowance is for this one act, once.
     *
     * @throws InterruptedException when the caller is interrupted, which withdraws the question
     */
    public Ruling await(Session session, Ruling.Hold hold) throws InterruptedException {
        Holds.Outcome outcome = holds.ask(session, hold.request());
        return switch (outcome) {
            case Holds.Outcome.No(Refusal refusal) ->
                    new Ruling.Deny(refusal.in(session.id(), session.grant().grant().id()));
            case Holds.Outcome.Yes(int approvals) -> judgeApproved(session, hold, approvals);
        };
    }

    /** The version of the policy in force, for the record. */
    public String policyVersion() {
        return policy.get().version();
    }

    /** Stops watching over expiry; the node is going down, and its sessions were closed before. */
    @Override
    public void close() {
        sweeper.close();
    }

    /** Looks at expiry, silence and the clock at once, as happens every moment anyway. */
    void sweep() {
        sweeper.sweep();
    }

    private Ruling judgeApproved(Session session, Ruling.Hold hold, int approvals) {
        Optional<Refusal> against = against(session, hold.act());
        if (against.isPresent()) {
            return new Ruling.Deny(against.get());
        }
        var question = Decisions.question(session, hold.act()).given(false, approvals);
        return switch (policy.get().ask(question)) {
            case dev.sallyport.access.policy.PolicyAnswer.Permit permit ->
                    new Ruling.Allow(permit.policies());
            case dev.sallyport.access.policy.PolicyAnswer.Refuse refuse ->
                    new Ruling.Deny(
                            denied(
                                    session,
                                    new PolicyVerdict.Deny(
                                            refuse.policies(),
                                            refuse.errors(),
                                            refuse.annotations())));
        };
    }

    private Optional<Refusal> against(Session session, Act act) {
        Grant grant = session.grant().grant();
        Optional<Refusal> gone =
                session.isOpen()
                        ? Optional.empty()
                        : session.closedBecause()
                                .or(() -> Optional.of(Refusal.deny("session", "it is over")));
        return gone.or(() -> standing.against(grant, session.id(), session.target()))
                .or(() -> outside(session, act))
                .map(refusal -> refusal.in(session.id(), grant.id()));
    }

    private static Optional<Refusal> outside(Session session, Act act) {
        String reason = "";
        for (Scope scope : session.scopes()) {
            switch (scope.permits(act)) {
                case ScopeAnswer.Inside inside -> {
                    return Optional.empty();
                }
                case ScopeAnswer.Outside(String why) -> reason = why;
            }
        }
        return Optional.of(Refusals.outside(reason));
    }

    private static Ruling hold(Session session, Act act, PolicyVerdict.Hold verdict) {
        var request =
                new HoldRequest(
                        session.grant().grant(),
                        session.id(),
                        session.target(),
                        act.action(),
                        act.shown(),
                        verdict.policies(),
                        verdict.annotations().approvers(),
                        verdict.approvals());
        return new Ruling.Hold(request, verdict.policies(), act);
    }

    private static Refusal denied(Session session, PolicyVerdict.Deny deny) {
        boolean error = !deny.errors().isEmpty();
        String rule = deny.policies().isEmpty() ? "policy" : deny.policies().getFirst();
        String reason =
                error
                        ? "policy could not be evaluated"
                        : deny.annotations()
                                .reason()
                                .orElse(
                                        deny.policies().isEmpty()
                                                ? "no policy permits this act"
                                                : "policy forbids this act");
        return Refusal.deny(error ? "policy" : rule, reason)
                .withNext(NextCommand.OTHER_INTENT)
                .in(session.id(), session.grant().grant().id());
    }

    private static Admission refused(Refusal refusal, String session, Grant grant) {
        return new Admission.Refused(refusal.in(session, grant.id()));
    }

    private static List<Scope> scopes(Grant grant, Target target, String login) {
        Objects.requireNonNull(login);
        return grant.scopesFor(target).stream()
                .filter(scope -> scope.account().equals(login))
                .toList();
    }
}
