package dev.sallyport.broker;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Ulid;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.policy.Policy;
import dev.sallyport.access.port.Broker;
import dev.sallyport.access.port.BrokerUnreachableException;
import dev.sallyport.access.port.HoldAnswer;
import dev.sallyport.access.port.HoldRequest;
import dev.sallyport.access.port.KillFeed;
import dev.sallyport.access.port.Recorder;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.access.port.UpstreamCertificateRequest;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.broker.approval.ApprovalLimits;
import dev.sallyport.broker.approval.Approvals;
import dev.sallyport.broker.approval.HeldActs;
import dev.sallyport.broker.grant.Grants;
import dev.sallyport.broker.identity.IdentityEvents;
import dev.sallyport.broker.intent.Catalogue;
import dev.sallyport.broker.intent.FactLookup;
import dev.sallyport.broker.intent.Intent;
import dev.sallyport.broker.issue.AuthorityKeys;
import dev.sallyport.broker.issue.CertificateIssuer;
import dev.sallyport.broker.issue.StoredGrants;
import dev.sallyport.broker.issue.UpstreamIssuer;
import dev.sallyport.broker.kill.KillSwitch;
import dev.sallyport.broker.request.AccessRequests;
import dev.sallyport.broker.request.Explanations;
import dev.sallyport.broker.request.IntentJudge;
import dev.sallyport.broker.store.BudgetLeases;
import dev.sallyport.broker.store.DurableEvents;
import dev.sallyport.broker.store.GrantRows;
import dev.sallyport.broker.store.LockRows;
import dev.sallyport.broker.store.QuestionRows;
import dev.sallyport.broker.store.RequestRows;
import dev.sallyport.broker.store.Store;
import dev.sallyport.broker.store.StoreException;
import dev.sallyport.broker.store.TokenUses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker in this process: the {@link Broker} port for proxies beside it, and the parts that the
 * API serves. Thread-safe; calls block.
 */
public final class LocalBroker implements Broker, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(LocalBroker.class);

    private final Store store;
    private final AuthorityKeys keys;
    private final KillSwitch killSwitch;
    private final Approvals approvals;
    private final HeldActs heldActs;
    private final AccessRequests requests;
    private final Explanations explanations;
    private final Grants grants;
    private final StoredGrants stored;
    private final UpstreamIssuer upstream;
    private final BudgetLeases leases;
    private final IdentityEvents identities;
    private final Sources sources;
    private final InstantSource clock;
    private final Sweeper sweeper;

    /**
     * How this broker is set up.
     *
     * @param data directory of {@code store.db} and {@code keys/}
     * @param certificateLifetime longest life of a certificate
     * @param grantsPerAgent how many grants an agent may hold at once
     */
    public record Settings(
            String cluster,
            Path data,
            Duration certificateLifetime,
            ApprovalLimits limits,
            int grantsPerAgent) {
        /** An agent asks for one right after the other, or for tens side by side. */
        public static final int GRANTS_PER_AGENT = 100;

        /** The shipped defaults. */
        public static Settings of(String cluster, Path data) {
            return new Settings(
                    cluster,
                    data,
                    CertificateIssuer.DEFAULT_LIFETIME,
                    ApprovalLimits.DEFAULT,
                    GRANTS_PER_AGENT);
        }
    }

    /** What this broker decides by; policy and catalogue may be replaced while it runs. */
    public record Sources(
            Supplier<Policy> policy, Supplier<Catalogue> catalogue, FactLookup facts) {

        /** Every group that an intent or a policy names as its approvers, as things stand now. */
        public List<String> approverGroups() {
            Policy rules = policy.get();
            return Stream.concat(
                            catalogue.get().intents().stream()
                                    .flatMap(intent -> intent.approvers().stream()),
                            rules.annotations(rules.policyIds()).approvers().stream())
                    .distinct()
                    .toList();
        }
    }

    private LocalBroker(
            Settings settings,
            Sources sources,
            Store store,
            AuthorityKeys keys,
            Recorder recorder,
            InstantSource clock) {
        this.store = store;
        this.keys = keys;
        this.sources = sources;
        this.clock = clock;
        var ulid = new Ulid(clock);
        var events = new DurableEvents(recorder);
        this.identities = new IdentityEvents(recorder, clock);
        var grantRows = new GrantRows(store);
        var judge = new IntentJudge(sources.policy());
        this.leases = new BudgetLeases(store);
        this.stored = new StoredGrants(grantRows, keys);
        this.killSwitch = new KillSwitch(new LockRows(store), events, ulid, clock);
        this.approvals =
                new Approvals(new QuestionRows(store), events, ulid, clock, settings.limits());
        this.heldActs = new HeldActs(approvals, settings.limits(), ulid, clock);
        var issuer =
                new CertificateIssuer(
                        keys, grantRows, events, clock, settings.certificateLifetime());
        this.upstream = new UpstreamIssuer(keys, stored, grantRows, killSwitch, clock);
        this.requests =
                new AccessRequests(
                        settings.cluster(),
                        new AccessRequests.Deciders(
                                sources.catalogue(),
                                sources.facts(),
                                judge,
                                killSwitch,
                                approvals,
                                issuer),
                        requestRows(settings, store, grantRows),
                        events,
                        identities,
                        ulid,
                        clock);
        this.explanations =
                new Explanations(sources.catalogue(), sources.policy(), sources.facts(), events);
        this.grants =
                new Grants(
                        stored,
                        grantRows,
                        new Grants.Judges(sources.catalogue(), judge, killSwitch),
                        issuer,
                        events,
                        identities,
                        clock);
        recordPolicy(events);
        List<Runnable> work =
                List.of(approvals::sweep, grants::sweep, requests::sweep, identities::sweep);
        this.sweeper = Sweeper.start(work);
    }

    private static AccessRequests.Rows requestRows(
            Settings settings, Store store, GrantRows grants) {
        return new AccessRequests.Rows(
                new RequestRows(store), grants, new TokenUses(store), settings.grantsPerAgent());
    }

    /** What is decided by from now on; without a record of it nothing else is recorded either. */
    private void recordPolicy(DurableEvents events) {
        Catalogue catalogue = sources.catalogue().get();
        try {
            events.record(
                    EventType.POLICY_LOADED,
                    EventContext.NONE,
                    Map.of(
                            "policy", sources.policy().get().version(),
                            "catalogue", catalogue.version(),
                            "intents", catalogue.intents().size()));
        } catch (UnrecordableException e) {
            LOGGER.atError().setCause(e).log("the policy in force is not recorded");
        }
    }

    /**
     * Opens the store and the keys, or makes them, and starts to sweep.
     *
     * @throws IOException when keys cannot be read or written
     * @throws StoreException when the store cannot be opened
     */
    public static LocalBroker start(
            Settings settings, Sources sources, Recorder recorder, InstantSource clock)
            throws IOException {
        AuthorityKeys keys =
                AuthorityKeys.open(settings.data().resolve("keys"), settings.cluster(), clock);
        Store store = Store.open(settings.data().resolve("store.db"));
        try {
            return new LocalBroker(settings, sources, store, keys, recorder, clock);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    @Override
    public Subscription follow(KillFeed feed) {
        return killSwitch.feed().follow("local", feed);
    }

    /**
     * Asks the approvers that the policies name, else those of the grant's intent; a question that
     * cannot be put is a denial.
     */
    @Override
    public HoldAnswer hold(HoldRequest request) throws InterruptedException {
        Optional<Intent> intent = sources.catalogue().get().find(request.grant().intent());
        if (intent.isEmpty() || !isUsable(request.grant())) {
            return new HoldAnswer.NotAsked("the grant is not alive");
        }
        List<String> groups =
                request.approvers().isEmpty() ? intent.get().approvers() : request.approvers();
        try {
            return heldActs.hold(request, groups);
        } catch (UnrecordableException | StoreException e) {
            LOGGER.atError()
                    .addKeyValue("grant", request.grant().id())
                    .addKeyValue("session", request.session())
                    .setCause(e)
                    .log("hold cannot be asked");
            return new HoldAnswer.NotAsked("the question cannot be recorded");
        }
    }

    private boolean isUsable(Grant grant) {
        return stored.find(grant.id())
                .filter(found -> found.isUsableAt(clock.instant()))
                .filter(found -> found.grant().equals(grant))
                .isPresent();
    }

    @Override
    public long lease(String grant, String target, Budget.Unit unit, long limit, long wanted) {
        try {
            return leases.take(grant, target, unit, limit, wanted, clock.instant());
        } catch (StoreException e) {
            throw new BrokerUnreachableException("budgets cannot be counted", e);
        }
    }

    @Override
    public String upstreamCertificate(UpstreamCertificateRequest request) {
        try {
            return upstream.issue(request)
                    .orElseThrow(
                            () -> new IllegalArgumentException("the grant has no such login now"));
        } catch (IllegalArgumentException | StoreException e) {
            throw new BrokerUnreachableException("no upstream certificate", e);
        }
    }

    /** Where requests are made and collected. */
    public AccessRequests requests() {
        return requests;
    }

    /** What a request would take. */
    public Explanations explanations() {
        return explanations;
    }

    /** The grants that exist. */
    public Grants grants() {
        return grants;
    }

    /** The queue of questions to humans. */
    public Approvals approvals() {
        return approvals;
    }

    /** Kills, unlocks and the feed that nodes follow. */
    public KillSwitch killSwitch() {
        return killSwitch;
    }

    /** Where it is recorded who was believed to be whom, and who was not. */
    public IdentityEvents identities() {
        return identities;
    }

    /** The cluster's keys: what proxies and targets trust. */
    public AuthorityKeys keys() {
        return keys;
    }

    /** True when the store answers. */
    public boolean isHealthy() {
        return store.isHealthy();
    }

    /** Stops the heartbeat, records what was only counted and closes the store. */
    @Override
    public void close() {
        sweeper.close();
        killSwitch.close();
        identities.flush();
        store.close();
    }
}
