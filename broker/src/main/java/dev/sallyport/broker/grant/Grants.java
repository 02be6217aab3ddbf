package dev.sallyport.broker.grant;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.Target;
import dev.sallyport.access.certificate.Thumbprint;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.broker.identity.AgentCaller;
import dev.sallyport.broker.identity.Caller;
import dev.sallyport.broker.identity.HumanCaller;
import dev.sallyport.broker.identity.IdentityEvents;
import dev.sallyport.broker.intent.BoundIntent;
import dev.sallyport.broker.intent.Catalogue;
import dev.sallyport.broker.intent.Facts;
import dev.sallyport.broker.intent.Intent;
import dev.sallyport.broker.issue.CertificateIssuer;
import dev.sallyport.broker.issue.ClientKey;
import dev.sallyport.broker.issue.IssueAnswer;
import dev.sallyport.broker.issue.KeyUse;
import dev.sallyport.broker.issue.StoredGrants;
import dev.sallyport.broker.kill.KillSwitch;
import dev.sallyport.broker.request.IntentJudge;
import dev.sallyport.broker.request.Judgement;
import dev.sallyport.broker.request.KeyStep;
import dev.sallyport.broker.store.DurableEvents;
import dev.sallyport.broker.store.GrantRow;
import dev.sallyport.broker.store.GrantRows;
import dev.sallyport.broker.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The grants that exist, and what their agents may still do with them. Thread-safe; blocks. */
public final class Grants {
    private static final Logger LOGGER = LoggerFactory.getLogger(Grants.class);

    /** A node whose clock is behind may still know the grant; its release is kept that long. */
    private static final Duration RELEASE_MEMORY = Duration.ofMinutes(5);

    private final StoredGrants stored;
    private final GrantRows rows;
    private final Judges judges;
    private final CertificateIssuer issuer;
    private final DurableEvents events;
    private final IdentityEvents identities;
    private final InstantSource clock;

    /** Who may speak against a renewal. */
    public record Judges(Supplier<Catalogue> catalogue, IntentJudge judge, KillSwitch killSwitch) {}

    public Grants(
            StoredGrants stored,
            GrantRows rows,
            Judges judges,
            CertificateIssuer issuer,
            DurableEvents events,
            IdentityEvents identities,
            InstantSource clock) {
        this.stored = stored;
        this.rows = rows;
        this.judges = judges;
        this.issuer = issuer;
        this.events = events;
        this.identities = identities;
        this.clock = clock;
    }

    /** The grants that are not over: an agent sees its own, a human with a role sees all. */
    public List<GrantEntry> list(Caller caller) {
        Instant now = clock.instant();
        return switch (caller) {
            case AgentCaller agent -> entries(agent.id(), now);
            case HumanCaller human -> human.roles().isEmpty() ? List.of() : entries("", now);
        };
    }

    private List<GrantEntry> entries(String agent, Instant now) {
        return stored.live(agent, now).stream()
                .map(found -> new GrantEntry(found.grant(), found.state()))
                .toList();
    }

    /**
     * How many live grants {@code lock} covers; of those that reach a target, the newest thousand
     * are looked at.
     */
    public int covered(Lock lock) {
        Instant now = clock.instant();
        try {
            if (lock.subject() != Lock.Subject.TARGET) {
                return rows.covered(lock, now);
            }
            Target target = Target.parse(lock.value());
            return (int)
                    stored.live("", now).stream()
                            .filter(found -> !found.grant().scopesFor(target).isEmpty())
                            .count();
        } catch (StoreException e) {
            // The lock holds all the same; how many it covers is only good to know.
            LOGGER.atError().addKeyValue("lock", lock.id()).setCause(e).log("grants not counted");
            return 0;
        }
    }

    /** New certificates for a key of a grant, of the kinds that it had. */
    public GrantAnswer renew(KeyStep step) {
        try {
            Optional<StoredGrants.Stored> found = byItsKey(step, KeyStep.Verb.RENEW);
            if (found.isEmpty()) {
                return refused("grant", "no such grant");
            }
            Grant grant = found.get().grant();
            Optional<Refusal> objection = objection(found.get());
            if (objection.isPresent()) {
                return refuseRenewal(grant, objection.get());
            }
            String thumbprint = Thumbprint.of(step.key());
            List<ClientKey> keys =
                    rows.kinds(grant.id(), thumbprint).stream()
                            .map(kind -> new ClientKey(KeyUse.valueOf(kind), step.key()))
                            .toList();
            return switch (issuer.renew(grant, keys)) {
                case IssueAnswer.Issued(var issued) -> new GrantAnswer.Renewed(issued);
                case IssueAnswer.Refused(Refusal refusal) -> new GrantAnswer.Refused(refusal);
            };
        } catch (StoreException e) {
            LOGGER.atError().addKeyValue("grant", step.id()).setCause(e).log("store is away");
            return refused("store", "the broker cannot renew now");
        }
    }

    private GrantAnswer refuseRenewal(Grant grant, Refusal refusal) {
        try {
            events.record(
                    EventType.GRANT_DECIDED,
                    EventContext.of(grant),
                    Map.of(
                            "decision", refusal.verdict().word(),
                            "step", "renew",
                            "rule", refusal.rule(),
                            "reason", refusal.reason(),
                            "policyVersion", judges.judge().policyVersion()));
        } catch (UnrecordableException e) {
            LOGGER.atError().addKeyValue("grant", grant.id()).setCause(e).log("no record");
        }
        return new GrantAnswer.Refused(refusal);
    }

    private Optional<StoredGrants.Stored> byItsKey(KeyStep step, KeyStep.Verb verb) {
        Optional<StoredGrants.Stored> found =
                stored.find(step.id())
                        .filter(grant ->
                                step.isProvenBy(grant.grant().keys(), verb, clock.instant()));
        if (found.isEmpty()) {
            identities.rejectedKey(verb.word(), step.id(), step.key(), step.peer());
        }
        return found;
    }

    private Optional<Refusal> objection(StoredGrants.Stored found) {
        Grant grant = found.grant();
        if (!found.isUsableAt(clock.instant())) {
            return Optional.of(
                    new Refusal(
                            Refusal.Verdict.EXPIRED,
                            "grant",
                            "the grant is over or was released",
                            "",
                            grant.id(),
                            "sallyport request --intent " + grant.intent(),
                            0));
        }
        Optional<Lock> lock = judges.killSwitch().match(grant);
        if (lock.isPresent()) {
            return Optional.of(
                    new Refusal(
                            Refusal.Verdict.KILLED,
                            "lock",
                            "locked: " + lock.get().reason(),
                            "",
                            grant.id(),
                            "",
                            0));
        }
        return changedPolicy(grant);
    }

    /**
     * The catalogue and policy are asked again, with what was said, looked up and approved then. A
     * renewed grant is the old one, so its whole scope must still be in the catalogue.
     */
    private Optional<Refusal> changedPolicy(Grant grant) {
        Optional<BoundIntent> bound =
                judges.catalogue()
                        .get()
                        .find(grant.intent())
                        .map(intent -> intent.bind(grant.parameters()))
                        .filter(Intent.Binding.Bound.class::isInstance)
                        .map(binding -> ((Intent.Binding.Bound) binding).intent());
        if (bound.isEmpty()) {
            return Optional.of(Refusal.deny("intent", "the intent does not exist any more"));
        }
        if (!bound.get().scope().containsAll(grant.scope())) {
            return Optional.of(
                    Refusal.deny("intent", "the intent reaches something else now; ask again")
                            .withNext("sallyport request --intent " + grant.intent()));
        }
        try {
            Facts facts = bound.get().intent().facts(grant.facts());
            return switch (judges.judge().judge(grant.agent(), bound.get(), facts)) {
                case Judgement.Granted granted -> Optional.empty();
                case Judgement.Needs needs ->
                        needs.approvals() <= grant.approvals().size()
                                ? Optional.empty()
                                : Optional.of(
                                        Refusal.deny("policy", "policy wants more approvals now"));
                case Judgement.Denied denied -> Optional.of(denied.refusal());
            };
        } catch (IllegalArgumentException e) {
            return Optional.of(Refusal.deny("facts", "the intent has other facts now"));
        }
    }

    /**
     * An agent hands its grant back. Idempotent. Nodes close its sessions first, then the store and
     * the record follow; a recorder that is down does not keep a right alive.
     *
     * @return a refusal, or empty when the grant is over
     */
    public Optional<Refusal> release(KeyStep step) {
        Optional<StoredGrants.Stored> found = byItsKey(step, KeyStep.Verb.RELEASE);
        if (found.isEmpty()) {
            return Optional.of(Refusal.deny("grant", "no such grant"));
        }
        if (found.get().state() != GrantRow.State.ACTIVE) {
            return Optional.empty();
        }
        Grant grant = found.get().grant();
        judges.killSwitch().release(grant);
        try {
            if (rows.end(grant.id(), GrantRow.State.RELEASED)) {
                events.record(
                        EventType.GRANT_RELEASED,
                        EventContext.of(grant),
                        Map.of("by", grant.agent().id()));
            }
        } catch (StoreException e) {
            LOGGER.atError().addKeyValue("grant", grant.id()).setCause(e).log("release not kept");
            return Optional.of(
                    Refusal.deny("store", "sessions are closed, but the release cannot be kept")
                            .in("", grant.id())
                            .withNext("sallyport release " + grant.id()));
        } catch (UnrecordableException e) {
            LOGGER.atError().addKeyValue("grant", grant.id()).setCause(e).log("no record");
        }
        return Optional.empty();
    }

    /** True when there is such a grant, alive or over. */
    public boolean isKnown(String id) {
        return stored.find(id).isPresent();
    }

    /** Ends grants whose time is over and forgets releases that nobody needs; called regularly. */
    public void sweep() {
        Instant now = clock.instant();
        for (GrantRow row : rows.overdue(now)) {
            events.record(
                    EventType.GRANT_EXPIRED,
                    new EventContext(
                            "", row.id(), row.agent(), row.owner(), row.run(), row.intent(), ""),
                    Map.of("notAfter", row.notAfter()));
            rows.end(row.id(), GrantRow.State.EXPIRED);
        }
        judges.killSwitch().forgetReleases(now.minus(RELEASE_MEMORY));
    }

    private static GrantAnswer refused(String rule, String reason) {
        return new GrantAnswer.Refused(Refusal.deny(rule, reason));
    }
}
