package dev.sallyport.broker.kill;

import dev.sallyport.access.Grant;
import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.Target;
import dev.sallyport.access.Ulid;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.access.scope.Scope;
import dev.sallyport.broker.identity.HumanCaller;
import dev.sallyport.broker.identity.Role;
import dev.sallyport.broker.store.DurableEvents;
import dev.sallyport.broker.store.LockRows;
import dev.sallyport.broker.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places, lifts and lists locks. Thread-safe; calls block, a kill for at most about two seconds
 * because of nodes.
 */
public final class KillSwitch implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(KillSwitch.class);

    private static final String TARGET = "a target is ssh:NAME, db:NAME or k8s:NAME";

    private final LockRows rows;
    private final DurableEvents events;
    private final Ulid ulid;
    private final InstantSource clock;
    private final LockFeed feed;

    /** Reads the locks of the last run. */
    public KillSwitch(LockRows rows, DurableEvents events, Ulid ulid, InstantSource clock) {
        this.rows = rows;
        this.events = events;
        this.ulid = ulid;
        this.clock = clock;
        this.feed = new LockFeed(rows.all());
    }

    /** Where nodes subscribe. */
    public LockFeed feed() {
        return feed;
    }

    /** Every lock that exists, oldest first. */
    public List<Lock> locks() {
        return feed.locks().all();
    }

    /** How many locks exist. */
    public int count() {
        return feed.locks().count();
    }

    /** A lock on {@code grant} or on any of its targets. */
    public Optional<Lock> match(Grant grant) {
        return match(grant, "");
    }

    /** A lock on {@code session}, its grant or any of the grant's targets. */
    public Optional<Lock> match(Grant grant, String session) {
        return grant.scope().stream()
                .map(Scope::target)
                .distinct()
                .flatMap(target -> feed.locks().match(grant, session, target).stream())
                .min(Comparator.comparing(Lock::cause));
    }

    /** An operator's kill: nodes first, then the store, then the record. */
    public KillAnswer place(HumanCaller by, Lock.Subject subject, String value, String reason) {
        if (!by.roles().contains(Role.OPERATOR)) {
            return refused("role", "only operators may kill");
        }
        if (reason.isBlank()) {
            return refused("reason", "a kill needs a reason");
        }
        Optional<String> wanted = wanted(subject, value);
        if (wanted.isPresent()) {
            return refused(subject.word(), wanted.get());
        }
        Lock lock;
        try {
            lock = lock(subject, value, Lock.Cause.KILL, reason, by.id());
        } catch (IllegalArgumentException e) {
            return refused("lock", "no such lock is possible: " + e.getMessage());
        }
        return place(lock, EventContext.NONE);
    }

    /** What a value that can match nothing should look like; empty for one that can match. */
    private static Optional<String> wanted(Lock.Subject subject, String value) {
        return switch (subject) {
            case TARGET -> isTarget(value) ? Optional.empty() : Optional.of(TARGET);
            case GRANT -> value.startsWith("g-") ? Optional.empty() : Optional.of("a grant is g-…");
            case SESSION ->
                    value.startsWith("s-") ? Optional.empty() : Optional.of("a session is s-…");
            case AGENT, OWNER, RUN, ALL -> Optional.empty();
        };
    }

    private static boolean isTarget(String value) {
        try {
            Target.parse(value);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A grant that its agent hands back: its sessions end on every node. */
    public KillAnswer.Placed release(Grant grant) {
        return place(
                lock(
                        Lock.Subject.GRANT,
                        grant.id(),
                        Lock.Cause.RELEASE,
                        "released by its agent",
                        grant.agent().id()),
                EventContext.of(grant));
    }

    private Lock lock(
            Lock.Subject subject, String value, Lock.Cause cause, String reason, String by) {
        return new Lock("l-" + ulid.next(), subject, value, cause, reason, by, clock.instant());
    }

    private KillAnswer.Placed place(Lock lock, EventContext context) {
        LockFeed.Placing placing = feed.place(lock);
        // Sessions close meanwhile: however slow they are, the lock is kept.
        boolean stored = isStored(lock);
        List<String> silent = placing.silentNodes();
        Map<String, Object> fields = fields(lock);
        fields.put("sessions", placing.sessions());
        fields.put("silentNodes", silent);
        fields.put("stored", stored);
        return new KillAnswer.Placed(
                lock, silent, stored, isRecorded(fields, context), placing.sessions());
    }

    private boolean isStored(Lock lock) {
        try {
            rows.add(lock);
            return true;
        } catch (StoreException e) {
            LOGGER.atError().addKeyValue("lock", lock.id()).setCause(e).log("lock is not stored");
            return false;
        }
    }

    private boolean isRecorded(Map<String, Object> fields, EventContext context) {
        try {
            events.record(EventType.LOCK_PLACED, context, fields);
            return true;
        } catch (UnrecordableException e) {
            LOGGER.atError().setCause(e).log("lock is not recorded");
            return false;
        }
    }

    /** Takes a kill back: recorded durably, then the store, then the nodes. */
    public KillAnswer lift(HumanCaller by, String id, String reason) {
        if (!by.roles().contains(Role.OPERATOR)) {
            return refused("role", "only operators may unlock");
        }
        Optional<Lock> found = feed.locks().find(id);
        if (found.isEmpty()) {
            return refused("lock", "no such lock");
        }
        Lock lock = found.get();
        if (lock.cause() == Lock.Cause.RELEASE) {
            return refused("lock", "a released grant does not come back");
        }
        Map<String, Object> fields = fields(lock);
        fields.put("liftedBy", by.id());
        fields.put("liftedBecause", reason);
        try {
            events.record(EventType.LOCK_LIFTED, EventContext.NONE, fields);
            rows.remove(List.of(id));
        } catch (UnrecordableException | StoreException e) {
            LOGGER.atError().addKeyValue("lock", id).setCause(e).log("lock stays");
            return new KillAnswer.Refused(
                    DurableEvents.refusal("the unlock cannot be recorded, so the lock stays"));
        }
        feed.lift(id);
        return new KillAnswer.Lifted(lock);
    }

    /** Forgets the releases of grants that were over before {@code end} anyway. */
    public void forgetReleases(Instant end) {
        List<String> spent = rows.spentReleases(end);
        rows.remove(spent);
        spent.forEach(feed::lift);
    }

    private static Map<String, Object> fields(Lock lock) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("lock", lock.id());
        fields.put("subject", lock.subject().word());
        fields.put("value", lock.value());
        fields.put("cause", lock.cause().name().toLowerCase(Locale.ROOT));
        fields.put("reason", lock.reason());
        fields.put("by", lock.by());
        return fields;
    }

    private static KillAnswer refused(String rule, String reason) {
        return new KillAnswer.Refused(Refusal.deny(rule, reason).withNext("sallyport locks"));
    }

    @Override
    public void close() {
        feed.close();
    }
}
