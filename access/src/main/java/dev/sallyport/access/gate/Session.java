package dev.sallyport.access.gate;

import dev.sallyport.access.Lock;
import dev.sallyport.access.Refusal;
import dev.sallyport.access.Target;
import dev.sallyport.access.certificate.VerifiedGrant;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.access.scope.Scope;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One admitted connection. Made by {@link SessionGate#admit} only. Thread-safe.
 *
 * <p>A proxy MUST look at {@link #isOpen} right before every byte that it writes, and MUST call
 * {@link #finished} when the connection is gone, however it ended.
 */
public final class Session {
    private final String id;
    private final VerifiedGrant grant;
    private final Target target;
    private final String login;
    private final List<Scope> scopes;
    private final EventContext context;
    private final Decisions.Holder holder;
    private final Budgets budgets;
    private final LiveSessions live;
    private final SessionCloser closer;

    private final AtomicReference<LiveSessions.@Nullable Ending> ending = new AtomicReference<>();
    private final CompletableFuture<Refusal> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile boolean open = true;

    Session(
            String id,
            VerifiedGrant grant,
            Target target,
            String login,
            List<Scope> scopes,
            Budgets budgets,
            LiveSessions live,
            SessionCloser closer) {
        this.id = id;
        this.grant = grant;
        this.target = target;
        this.login = login;
        this.scopes = List.copyOf(scopes);
        this.context = EventContext.of(id, grant.grant(), target);
        this.holder = new Decisions.Holder(grant.grant(), target.toString(), login);
        this.budgets = budgets;
        this.live = live;
        this.closer = closer;
    }

    /** {@code s-} and a ULID. */
    public String id() {
        return id;
    }

    public VerifiedGrant grant() {
        return grant;
    }

    public Target target() {
        return target;
    }

    /** The upstream login, or the protocol's equivalent. */
    public String login() {
        return login;
    }

    /** The grant's scopes for this target and login; never empty. */
    public List<Scope> scopes() {
        return scopes;
    }

    /** Those of {@link #scopes} that are of one protocol. */
    public <S extends Scope> List<S> scopes(Class<S> kind) {
        return scopes.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** What every event of this session says about whom and what. */
    public EventContext context() {
        return context;
    }

    /** False from the moment that anything has ended this session. Cheap: one volatile read. */
    public boolean isOpen() {
        return open;
    }

    /** Why this session was closed; empty while it is open and when it ended by itself. */
    public Optional<Refusal> closedBecause() {
        return Optional.ofNullable(ending.get())
                .filter(how -> how.end() != SessionEnd.NORMAL)
                .map(LiveSessions.Ending::why);
    }

    /** How this session ended; empty while it is open. */
    public Optional<SessionEnd> end() {
        return Optional.ofNullable(ending.get()).map(LiveSessions.Ending::end);
    }

    /**
     * Takes {@code amount} from the grant's budget over all its sessions and nodes, before what is
     * counted passes. A refusal means that it MUST NOT pass. May ask the broker, so it may block.
     */
    public Optional<Refusal> spend(Budget.Unit unit, long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("nothing is given back to a budget");
        }
        Optional<Refusal> gone = closedBecause();
        if (gone.isPresent()) {
            return gone;
        }
        OptionalLong limit = limit(unit);
        return limit.isEmpty()
                ? Optional.empty()
                : budgets.spend(grant.grant(), target, unit, limit.getAsLong(), amount)
                        .map(refusal -> refusal.in(id, grant.grant().id()));
    }

    /**
     * As {@link #spend}, but never waits: true when {@code amount} was taken or is not limited,
     * false when nothing was taken and {@link #spend} has to be asked where waiting is allowed.
     */
    public boolean spendHeld(Budget.Unit unit, long amount) {
        if (!open) {
            return false;
        }
        OptionalLong limit = limit(unit);
        return limit.isEmpty()
                || budgets.spendHeld(grant.grant(), target, unit, limit.getAsLong(), amount);
    }

    /** The limit on {@code unit}; of several scopes for one login, the narrowest counts. */
    public OptionalLong limit(Budget.Unit unit) {
        return scopes.stream()
                .map(scope -> scope.budget().limit(unit))
                .flatMapToLong(OptionalLong::stream)
                .min();
    }

    /**
     * Ends this session: {@link #isOpen} becomes false first, then the proxy's closer runs. Only
     * the first call has an effect; it returns when the closer has.
     */
    public void close(SessionEnd end, Refusal why) {
        if (flip(new LiveSessions.Ending(end, why.in(id, grant.grant().id())))) {
            runCloser();
        }
    }

    /** The connection is gone: the session no longer counts. Does not call the closer. */
    public void finished() {
        Refusal over = Refusal.deny("session", "the session is over").in(id, grant.grant().id());
        if (flip(new LiveSessions.Ending(SessionEnd.NORMAL, over))) {
            closed.complete(null);
        }
        live.forget(this);
    }

    boolean flip(LiveSessions.Ending how) {
        if (!ending.compareAndSet(null, how)) {
            return false;
        }
        open = false;
        ended.complete(how.why());
        return true;
    }

    void runCloser() {
        LiveSessions.Ending how = Objects.requireNonNull(ending.get());
        try {
            closer.close(how.end(), how.why());
            live.forget(this);
            closed.complete(null);
        } catch (RuntimeException e) {
            // The edge to the proxy: whoever waits for this session must learn that it failed. It
            // still counts, until the proxy calls finished.
            closed.completeExceptionally(e);
        }
    }

    /** This session as a key of remembered decisions. */
    Decisions.Holder holder() {
        return holder;
    }

    boolean isCoveredBy(Lock lock) {
        return lock.matches(grant.grant(), id, target);
    }

    /** Completes with the reason as soon as {@link #isOpen} is false. */
    CompletableFuture<Refusal> ended() {
        return ended;
    }

    /** Completes when the closer has returned. */
    CompletableFuture<Void> closed() {
        return closed;
    }
}
