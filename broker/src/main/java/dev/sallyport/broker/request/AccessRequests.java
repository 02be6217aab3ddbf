package dev.sallyport.broker.request;

import dev.sallyport.access.Agent;
import dev.sallyport.access.Approval;
import dev.sallyport.access.Grant;
import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.Ulid;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.broker.approval.Approvals;
import dev.sallyport.broker.approval.Shown;
import dev.sallyport.broker.identity.AgentCaller;
import dev.sallyport.broker.identity.IdentityEvents;
import dev.sallyport.broker.intent.BoundIntent;
import dev.sallyport.broker.intent.Catalogue;
import dev.sallyport.broker.intent.FactLookup;
import dev.sallyport.broker.intent.Facts;
import dev.sallyport.broker.intent.Intent;
import dev.sallyport.broker.issue.CertificateIssuer;
import dev.sallyport.broker.issue.ClientKey;
import dev.sallyport.broker.issue.IssueAnswer;
import dev.sallyport.broker.kill.KillSwitch;
import dev.sallyport.broker.store.DurableEvents;
import dev.sallyport.broker.store.GrantRows;
import dev.sallyport.broker.store.Question;
import dev.sallyport.broker.store.RequestRow;
import dev.sallyport.broker.store.RequestRows;
import dev.sallyport.broker.store.StoreException;
import dev.sallyport.broker.store.TokenUses;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of an access request: proof, token, intent, locks, facts, policy, and then a grant, a
 * question to humans, or a no. Each decision is in the record with its reason before it leaves.
 * Thread-safe; calls block on lookups, the store and the record.
 */
public final class AccessRequests {
    private static final Logger LOGGER = LoggerFactory.getLogger(AccessRequests.class);

    /** How long after the question's time an approved request can still be collected. */
    private static final Duration COLLECTABLE = Duration.ofMinutes(10);

    private final String cluster;
    private final Supplier<Catalogue> catalogue;
    private final FactLookup facts;
    private final IntentJudge judge;
    private final KillSwitch killSwitch;
    private final Approvals approvals;
    private final CertificateIssuer issuer;
    private final RequestRows rows;
    private final RequestIntake intake;
    private final GrantQuota quota;
    private final DurableEvents events;
    private final IdentityEvents identities;
    private final Ulid ulid;
    private final InstantSource clock;

    /** What a request is decided by. */
    public record Deciders(
            Supplier<Catalogue> catalogue,
            FactLookup facts,
            IntentJudge judge,
            KillSwitch killSwitch,
            Approvals approvals,
            CertificateIssuer issuer) {}

    /**
     * Where requests and what bounds them are kept.
     *
     * @param grantsPerAgent how many grants an agent may hold at once
     */
    public record Rows(
            RequestRows requests, GrantRows grants, TokenUses tokens, int grantsPerAgent) {}

    public AccessRequests(
            String cluster,
            Deciders deciders,
            Rows rows,
            DurableEvents events,
            IdentityEvents identities,
            Ulid ulid,
            InstantSource clock) {
        this.cluster = cluster;
        this.catalogue = deciders.catalogue();
        this.facts = deciders.facts();
        this.judge = deciders.judge();
        this.killSwitch = deciders.killSwitch();
        this.approvals = deciders.approvals();
        this.issuer = deciders.issuer();
        this.rows = rows.requests();
        this.intake = new RequestIntake(rows.requests(), rows.tokens(), events, clock);
        this.quota = new GrantQuota(rows.grants(), rows.grantsPerAgent());
        this.events = events;
        this.identities = identities;
        this.ulid = ulid;
        this.clock = clock;
    }

    /** Something that can be refused on the way. */
    private interface Way {
        RequestAnswer go() throws RequestRefusedException;
    }

    /** Judges a new request. */
    public RequestAnswer submit(AgentCaller caller, AccessRequest request) {
        String id = "r-" + ulid.next();
        EventContext context = context(caller.agent(), request.intent());
        return recorded(id, context, () -> submit(id, caller, request, context));
    }

    private RequestAnswer submit(
            String id, AgentCaller caller, AccessRequest request, EventContext context)
            throws RequestRefusedException {
        List<ClientKey> keys = intake.accept(id, caller, request, context);
        var purpose = new Shown.Purpose(request.reason(), request.ticket(), request.evidence());
        BoundIntent bound = bind(request.intent(), request.parameters());
        refuseLocked(new Frozen(id, caller.agent(), bound, Facts.NONE, purpose, keys));
        var frozen = new Frozen(id, caller.agent(), bound, lookUp(bound), purpose, keys);
        return switch (judge.judge(frozen.agent(), bound, frozen.facts())) {
            case Judgement.Granted granted -> {
                try (var _ = quota.take(frozen.agent().id(), clock.instant())) {
                    yield issue(frozen, granted.ttl(), granted.policies(), List.of(), context);
                }
            }
            case Judgement.Needs needs -> ask(frozen, needs, context);
            case Judgement.Denied(Refusal refusal, List<String> policies) ->
                    throw new RequestRefusedException(refusal, policies);
        };
    }

    private BoundIntent bind(String name, Map<String, String> said) throws RequestRefusedException {
        Intent intent =
                catalogue
                        .get()
                        .find(name)
                        .orElseThrow(
                                () -> RequestRefusedException.deny("intent", "no such intent"));
        BoundIntent bound =
                switch (intent.bind(said)) {
                    case Intent.Binding.Bound(BoundIntent made) -> made;
                    case Intent.Binding.Unbound(Refusal refusal) ->
                            throw new RequestRefusedException(refusal);
                };
        if (bound.scope().isEmpty()) {
            throw RequestRefusedException.deny("intent", "the intent reaches nothing");
        }
        return bound;
    }

    private void refuseLocked(Frozen frozen) throws RequestRefusedException {
        Grant candidate =
                frozen.grant("g-none", cluster, List.of(), clock.instant(), Duration.ofSeconds(1));
        Optional<Lock> lock = killSwitch.match(candidate);
        if (lock.isPresent()) {
            throw new RequestRefusedException(
                    new Refusal(
                            Refusal.Verdict.KILLED,
                            "lock",
                            "locked: " + lock.get().reason(),
                            "",
                            "",
                            "",
                            0));
        }
    }

    private Facts lookUp(BoundIntent bound) throws RequestRefusedException {
        return switch (facts.lookUp(bound)) {
            case FactLookup.FactsAnswer.Known(Facts known) -> known;
            case FactLookup.FactsAnswer.Unavailable(String fact, String reason) ->
                    throw RequestRefusedException.facts(
                            "fact " + fact + " is not available: " + reason);
        };
    }

    private RequestAnswer issue(
            Frozen frozen,
            Duration ttl,
            List<String> policies,
            List<Approval> given,
            EventContext context)
            throws RequestRefusedException {
        Grant grant = frozen.grant("g-" + ulid.next(), cluster, given, clock.instant(), ttl);
        Map<String, Object> because = decided(frozen.id(), "allow", policies);
        because.putAll(frozen.fields());
        events.record(EventType.GRANT_DECIDED, context, because);
        return switch (issuer.issue(
                grant, frozen.keys(), decided(frozen.id(), "allow", policies))) {
            case IssueAnswer.Issued(var issued) -> new RequestAnswer.Issued(issued);
            case IssueAnswer.Refused(Refusal refusal) ->
                    throw new RequestRefusedException(refusal, policies);
        };
    }

    private RequestAnswer ask(Frozen frozen, Judgement.Needs needs, EventContext context)
            throws RequestRefusedException {
        String shown = frozen.shown(needs);
        if (shown.length() > Shown.MAX_LENGTH || approvals.isFull()) {
            throw RequestRefusedException.deny("limit", "the question cannot be put to approvers");
        }
        if (!approvals.canAnswer(frozen.agent(), needs.groups())) {
            throw RequestRefusedException.deny(
                    "approvers", "no group but the agent's own may approve this");
        }
        Map<String, Object> because = decided(frozen.id(), "hold", needs.policies());
        because.putAll(frozen.fields());
        because.put("approvals", needs.approvals());
        events.record(EventType.GRANT_DECIDED, context, because);
        Question question =
                approvals.ask(
                        frozen.agent(),
                        frozen.intent().intent().name(),
                        shown,
                        needs.approvals(),
                        needs.groups());
        rows.add(
                new RequestRow(
                        frozen.id(),
                        RequestRow.State.PENDING,
                        question.id(),
                        frozen.document(),
                        question.askedAt(),
                        question.expiresAt().plus(COLLECTABLE)));
        return new RequestAnswer.Pending(frozen.id(), question);
    }

    /**
     * Collects what became of a request, by one of its keys.
     *
     * @param wait how long to wait for humans, if they have not answered
     */
    public RequestAnswer collect(KeyStep step, Duration wait) throws InterruptedException {
        Instant now = clock.instant();
        Optional<RequestRow> found =
                rows.find(step.id()).filter(row -> now.isBefore(row.expiresAt()));
        if (found.isEmpty()
                || !step.isProvenBy(thumbprints(found.get()), KeyStep.Verb.COLLECT, now)) {
            identities.rejectedKey(KeyStep.Verb.COLLECT.word(), step.id(), step.key(), step.peer());
            return new RequestAnswer.Refused(Refusal.deny("request", "no such request"));
        }
        RequestRow row = found.get();
        approvals.await(row.question(), wait);
        return recorded(
                row.id(),
                context(row.document().agent(), row.document().intent()),
                () -> collect(row));
    }

    private static List<String> thumbprints(RequestRow row) {
        return Frozen.keys(row.document()).stream().map(ClientKey::thumbprint).toList();
    }

    private RequestAnswer collect(RequestRow row) throws RequestRefusedException {
        Question question =
                approvals
                        .find(row.question())
                        .orElseThrow(() -> RequestRefusedException.deny("approval", "it is gone"));
        if (question.isOpenAt(clock.instant())) {
            return new RequestAnswer.Pending(row.id(), question);
        }
        if (row.state() != RequestRow.State.PENDING) {
            return new RequestAnswer.Refused(
                    Refusal.deny("approval", "this request was answered already"));
        }
        return switch (question.state()) {
            case APPROVED -> {
                try (var _ = quota.take(row.document().agent().id(), clock.instant())) {
                    yield finish(row, question);
                }
            }
            case DENIED -> throw refusedByHumans(row, "an approver said no");
            case USED -> throw RequestRefusedException.deny("approval", "already collected");
            case OPEN, EXPIRED, WITHDRAWN -> throw refusedByHumans(row, "nobody approved in time");
        };
    }

    private RequestRefusedException refusedByHumans(RequestRow row, String reason) {
        rows.end(row.id(), RequestRow.State.REFUSED);
        return new RequestRefusedException(
                new Refusal(Refusal.Verdict.HELD, "approval", reason, "", "", "", 0));
    }

    /** Judges again; what was approved MUST be, letter for letter, what is about to be issued. */
    private RequestAnswer finish(RequestRow row, Question question) throws RequestRefusedException {
        RequestRow.Document document = row.document();
        BoundIntent bound = bind(document.intent(), document.said());
        var frozen =
                new Frozen(
                        row.id(),
                        document.agent(),
                        bound,
                        factsAsShown(bound, document),
                        new Shown.Purpose(
                                document.reason(), document.ticket(), document.evidence()),
                        Frozen.keys(document));
        refuseLocked(frozen);
        Judgement judgement = judge.judge(frozen.agent(), bound, frozen.facts());
        if (!(judgement instanceof Judgement.Needs needs)
                || !Shown.hash(frozen.shown(needs)).equals(question.hash())) {
            throw RequestRefusedException.deny(
                    "approval", "policy or intent is not what approvers saw any more; ask again");
        }
        if (!rows.end(row.id(), RequestRow.State.ISSUED)) {
            throw RequestRefusedException.deny("approval", "already collected");
        }
        List<Approval> given =
                approvals
                        .use(question.id())
                        .filter(list -> list.size() >= needs.approvals())
                        .orElseThrow(
                                () -> RequestRefusedException.deny("approval", "already used"));
        return issue(
                frozen,
                needs.ttl(),
                needs.policies(),
                given,
                context(frozen.agent(), document.intent()));
    }

    private static Facts factsAsShown(BoundIntent bound, RequestRow.Document document)
            throws RequestRefusedException {
        try {
            return bound.intent().facts(document.facts());
        } catch (IllegalArgumentException e) {
            throw RequestRefusedException.deny("facts", "the intent has other facts now");
        }
    }

    /** Goes the way; a no is in the record before it leaves, and nothing unrecorded is a yes. */
    private RequestAnswer recorded(String id, EventContext context, Way way) {
        try {
            return way.go();
        } catch (RequestRefusedException refused) {
            return refuse(id, context, refused);
        } catch (UnrecordableException e) {
            return unrecordable(id, e);
        } catch (StoreException e) {
            LOGGER.atError().addKeyValue("request", id).setCause(e).log("store is away");
            return new RequestAnswer.Refused(Refusal.deny("store", "the broker cannot decide now"));
        }
    }

    private RequestAnswer refuse(String id, EventContext context, RequestRefusedException refused) {
        Refusal refusal = refused.refusal();
        Map<String, Object> fields = decided(id, refusal.verdict().word(), refused.policies());
        fields.put("rule", refusal.rule());
        fields.put("reason", refused.because());
        try {
            events.record(EventType.GRANT_DECIDED, context, fields);
        } catch (UnrecordableException e) {
            return unrecordable(id, e);
        }
        return new RequestAnswer.Refused(refusal);
    }

    private static RequestAnswer unrecordable(String id, UnrecordableException e) {
        LOGGER.atError().addKeyValue("request", id).setCause(e).log("request is not recordable");
        return new RequestAnswer.Refused(
                DurableEvents.refusal("the request cannot be recorded, so it is refused"));
    }

    private Map<String, Object> decided(String id, String decision, List<String> policies) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("request", id);
        fields.put("decision", decision);
        fields.put("policies", policies);
        fields.put("policyVersion", judge.policyVersion());
        fields.put("catalogueVersion", catalogue.get().version());
        return fields;
    }

    private static EventContext context(Agent agent, String intent) {
        return new EventContext("", "", agent.id(), agent.owner(), agent.run(), intent, "");
    }

    /** Forgets what nobody can collect or use any more. */
    public void sweep() {
        Instant now = clock.instant();
        rows.sweep(now);
        intake.sweep(now);
    }
}
