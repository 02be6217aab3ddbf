package dev.sallyport.proxy.ssh;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.SshAct;
import dev.sallyport.access.event.EventType;
import dev.sallyport.access.gate.Admission;
import dev.sallyport.access.gate.Session;
import dev.sallyport.access.gate.SessionCloser;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.port.SessionOpening;
import dev.sallyport.access.port.SessionRecording;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.proxy.ssh.mina.AcceptedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent's connection over both legs, from its proof to its end.
 *
 * <pre>
 *   proven ── admit ──▶ recorded ── dial ──▶ open ──▶ closed ──▶ sealed
 *      └── refused ─────────┴───────────────▶ shut (says why, then closes)
 * </pre>
 *
 * <p>Channels that the agent opens meanwhile wait without a thread for {@link #entry}.
 */
final class SshBridge implements SessionCloser {
    private static final Logger LOGGER = LoggerFactory.getLogger(SshBridge.class);
    private static final AttributeKey<SshBridge> BRIDGE = new AttributeKey<>();

    /** A refused client has this long to open a channel and read why. */
    private static final Duration SHUT_PATIENCE = Duration.ofSeconds(5);

    /** How long the end of a session waits for its casts. */
    private static final Duration SEAL_PATIENCE = Duration.ofSeconds(10);

    /** How a connection stands when its channels may be answered. */
    sealed interface Entry {
        /** The session stands. */
        record Open(SshLink link) implements Entry {}

        /** There will be none. */
        record Shut(Refusal why) implements Entry {}
    }

    private final SshParts parts;
    private final ServerSession front;
    private final SshAuthenticator.Proven proven;
    private final GlobalRequests globals;
    private final ChannelOpener opener;
    private final CompletableFuture<Entry> entry = new CompletableFuture<>();
    private final Set<ChannelBridge> channels = ConcurrentHashMap.newKeySet();
    private final Set<SshAct.Forward.Kind> granted =
            Collections.synchronizedSet(EnumSet.noneOf(SshAct.Forward.Kind.class));
    private final CompletableFuture<Void> entered = new CompletableFuture<>();
    private final CompletableFuture<Void> sealed = new CompletableFuture<>();
    private final Legs legs;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Session session;
    private volatile @Nullable SessionRecording recording;
    private volatile SessionEnd end = SessionEnd.NORMAL;

    private SshBridge(SshParts parts, ServerSession front, SshAuthenticator.Proven proven) {
        this.parts = parts;
        this.front = front;
        this.proven = proven;
        this.legs = new Legs(front);
        this.globals = new GlobalRequests(this, front);
        this.opener = new ChannelOpener(this, front);
    }

    /** Begins when, and only when, the key of {@code proven} has proved itself. */
    static void begin(SshParts parts, ServerSession front, SshAuthenticator.Proven proven) {
        var bridge = new SshBridge(parts, front, proven);
        front.setAttribute(BRIDGE, bridge);
        parts.live().add(bridge.sealed);
        Thread.ofVirtual().name("ssh-enter").start(bridge::enter);
    }

    /** The bridge of an authenticated connection. */
    static Optional<SshBridge> of(org.apache.sshd.common.session.Session front) {
        return Optional.ofNullable(front.getAttribute(BRIDGE));
    }

    CompletableFuture<Entry> entry() {
        return entry;
    }

    GlobalRequests globals() {
        return globals;
    }

    // ---- beginning

    private void enter() {
        try {
            enterAdmitted();
        } finally {
            entered.complete(null);
        }
    }

    private void enterAdmitted() {
        try {
            Admission admission =
                    parts.gate().admit(proven.grant(), proven.target(), proven.login(), this);
            switch (admission) {
                case Admission.Refused(Refusal why) -> refuse(why);
                case Admission.Admitted(Session admitted) -> open(admitted);
            }
        } catch (RuntimeException e) {
            problem("a session could not begin", e);
            shut(Refusal.deny("error", "the session could not begin"));
        }
    }

    /** Nothing was admitted: the true reason is recorded before anybody hears of it. */
    private void refuse(Refusal why) {
        try {
            var peer = SshAuthenticator.peer(front, proven.user());
            parts.refusedLogins().record(proven.context(why.session()), peer, why).get();
        } catch (ExecutionException e) {
            // The recorder has failed: nothing was admitted, and it says so itself.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        shut(why);
    }

    private void shut(Refusal why) {
        entry.complete(new Entry.Shut(why));
        CompletableFuture.delayedExecutor(
                        SHUT_PATIENCE.toMillis(),
                        TimeUnit.MILLISECONDS,
                        task -> Thread.ofVirtual().start(task))
                .execute(() -> front.close(true));
    }

    private void open(Session admitted) {
        session = admitted;
        try {
            SessionRecording record = parts.recorder().open(opening(admitted));
            recording = record;
            record.failed()
                    .thenRun(() ->
                            Thread.ofVirtual()
                                    .start(() ->
                                            admitted.close(
                                                    SessionEnd.UNRECORDABLE,
                                                    SshRefusals.unrecordable(admitted))));
            if (!admitted.isOpen() || front.isClosing()) {
                throw new IOException("the session ended while it was opened");
            }
            ClientSession dialled = parts.upstream().dial(admitted, this);
            legs.dialled(dialled);
            if (!admitted.isOpen() || front.isClosing()) {
                dialled.close(true);
                throw new IOException("the session ended while it was dialled");
            }
            var tap = new SshTap(record);
            entry.complete(
                    new Entry.Open(
                            new SshLink(
                                    admitted,
                                    record,
                                    tap,
                                    new ActDoor(admitted, parts.gate(), tap),
                                    new SshActs(),
                                    dialled)));
        } catch (UnrecordableException e) {
            end = SessionEnd.UNRECORDABLE;
            refuse(SshRefusals.unrecordable(admitted));
        } catch (IOException e) {
            notReached(admitted, e);
        }
    }

    private void notReached(Session admitted, IOException why) {
        problem("a target was not reached", why);
        if (end == SessionEnd.NORMAL) {
            end = SessionEnd.ERROR;
        }
        shut(
                admitted.closedBecause()
                        .orElseGet(() -> deny("target", "the target could not be reached")));
    }

    private SessionOpening opening(Session admitted) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("peer", String.valueOf(front.getClientAddress()));
        fields.put("login", proven.login());
        fields.put("client", Wire.printable(String.valueOf(front.getClientVersion())));
        fields.put("key", proven.grant().thumbprint());
        fields.put("certificate", proven.grant().certificateSerial());
        return new SessionOpening(
                admitted.id(), admitted.target().protocol(), admitted.context(), fields);
    }

    // ---- channels

    /** The agent wants a channel; answered when the session stands. */
    void openedByAgent(AcceptedChannel channel, byte[] payload) {
        if (channel.type().equals("session") && globals.noMoreSessions()) {
            channel.refuse(SshRefusals.ADMINISTRATIVELY_PROHIBITED, "no more sessions");
            return;
        }
        entry.thenAccept(how -> {
            switch (how) {
                case Entry.Open(SshLink link) -> opener.fromAgent(link, channel, payload);
                case Entry.Shut(Refusal why) -> ShutChannel.answer(channel, why, front);
            }
        });
    }

    /** The target wants a channel towards the agent: only where a right was given before. */
    void openedByTarget(AcceptedChannel channel, byte[] payload) {
        Entry how = entry.getNow(new Entry.Shut(deny("protocol", "")));
        if (how instanceof Entry.Open(SshLink link) && mayOpen(channel.type(), payload)) {
            opener.fromTarget(link, channel, payload);
        } else {
            channel.refuse(SshRefusals.ADMINISTRATIVELY_PROHIBITED, "");
        }
    }

    private boolean mayOpen(String type, byte[] payload) {
        return switch (type) {
            case "auth-agent@openssh.com" -> granted.contains(SshAct.Forward.Kind.AGENT);
            case "x11" -> granted.contains(SshAct.Forward.Kind.X11);
            default -> globals.isListening(type, payload);
        };
    }

    /** Both sides of a channel open. */
    void opened(ChannelBridge channel) {
        channels.add(channel);
    }

    /** A right to channels from the target's side was given. */
    void granted(SshAct.Forward.Kind kind) {
        granted.add(kind);
    }

    /** Both sides of a channel are closed. */
    void forget(ChannelBridge channel) {
        channels.remove(channel);
    }

    Refusal deny(String rule, String reason) {
        Session current = session;
        Refusal refusal = Refusal.deny(rule, reason);
        return current == null ? refusal : refusal.in(current.id(), current.grant().grant().id());
    }

    // ---- ending

    /** A budget is used up: the bytes that would exceed it do not pass. */
    void over(int channel, Refusal why) {
        Session current = session;
        SessionRecording record = recording;
        if (current != null && record != null && current.isOpen()) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("channel", channel);
            fields.put("unit", "bytes");
            fields.put("reason", why.reason());
            record.record(EventType.BUDGET_EXCEEDED, fields);
            current.close(SessionEnd.BUDGET, why);
        }
    }

    /** A peer sends more than honest peers do, or something broke: the connection ends. */
    void failed() {
        Session current = session;
        if (current != null) {
            current.close(SessionEnd.ERROR, deny("protocol", "the connection failed"));
        }
        front.close(true);
    }

    /** The target's side of the connection is gone. */
    void upstreamLost() {
        if (legs.stand()) {
            if (!channels.isEmpty() && end == SessionEnd.NORMAL) {
                end = SessionEnd.ERROR;
            }
            // Channels close by their own events first, so that what was read still arrives.
            front.close(false);
        }
    }

    @Override
    public void close(SessionEnd how, Refusal why) {
        end = how;
        if (how != SessionEnd.KILLED) {
            farewell(why);
        }
        legs.cut(() -> channels.forEach(ChannelBridge::cancelProgram));
    }

    /** The session is closed already, so only these words pass, for a bounded time. */
    private void farewell(Refusal why) {
        CompletableFuture<?>[] words =
                channels.stream()
                        .map(channel -> channel.farewell(why))
                        .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(words)
                    .get(parts.limits().farewell().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // A client that does not read does not learn why.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The agent's connection is gone, for whatever reason: everything is put away. */
    void frontClosed() {
        if (over.compareAndSet(false, true)) {
            Thread.ofVirtual().name("ssh-end").start(this::putAway);
        }
    }

    private void putAway() {
        entry.complete(new Entry.Shut(deny("session", "the client has gone")));
        awaitEntered();
        Session current = session;
        legs.close();
        awaitCasts();
        SessionRecording record = recording;
        if (record != null) {
            record.seal(how(current), Map.of("channels", opener.count()))
                    .whenComplete((sealed, failure) -> finished(current));
        } else {
            finished(current);
        }
    }

    /** What is still being opened is put away as well, as soon as it is there. */
    private void awaitEntered() {
        Session current = session;
        if (current != null && !entered.isDone()) {
            current.finished(); // So that nobody dials for it any more.
        }
        entered.join();
    }

    private void awaitCasts() {
        CompletableFuture<?>[] open =
                channels.stream().map(ChannelBridge::over).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(open).get(SEAL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // The seal says what is missing.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The gate's word counts: a client may be gone before the closer of its kill has run. */
    private SessionEnd how(@Nullable Session current) {
        return current == null ? end : current.end().orElse(end);
    }

    private void finished(@Nullable Session current) {
        if (current != null) {
            current.finished();
        }
        sealed.complete(null);
        parts.live().remove(sealed);
    }

    private void problem(String what, Exception problem) {
        LOGGER.atWarn()
                .addKeyValue("target", proven.target())
                .addKeyValue("grant", proven.grant().grant().id())
                .addKeyValue("peer", front.getClientAddress())
                .setCause(problem)
                .log(what);
    }
}
