package dev.sallyport.proxy.db;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.event.EventContext;
import dev.sallyport.access.gate.Admission;
import dev.sallyport.access.gate.RefusedLogins;
import dev.sallyport.access.gate.Session;
import dev.sallyport.access.gate.SessionCloser;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.port.SessionOpening;
import dev.sallyport.access.port.SessionRecording;
import dev.sallyport.access.port.UnrecordableException;
import dev.sallyport.proxy.db.wire.BackendEncoder;
import dev.sallyport.proxy.db.wire.CancelKey;
import dev.sallyport.proxy.db.wire.ErrorFields;
import dev.sallyport.proxy.db.wire.ProtocolVersion;
import dev.sallyport.proxy.db.wire.StartupPacket.StartupMessage;
import dev.sallyport.proxy.db.wire.TransactionStatus;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one session around its {@link DbBridge}: admitted, recorded, dialled, open, and at
 * its end put away. What blocks runs on virtual threads; the channels belong to the event loop.
 *
 * <pre>
 *   proven ── admit ──▶ recorded ── dial ──▶ open ──▶ closed ──▶ sealed
 *      └── refused ─────────┴───────────────▶ told why, then closed
 * </pre>
 */
final class DbOpening implements SessionCloser {
    private static final Logger LOGGER = LoggerFactory.getLogger(DbOpening.class);

    private final DbParts parts;
    private final Channel agent;
    private final DbAuthenticator.Proven proven;
    private final StartupMessage startup;
    private final CompletableFuture<Void> sealed = new CompletableFuture<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Session session;
    private volatile @Nullable SessionRecording recording;
    private volatile DbUpstream.@Nullable Dialled dialled;
    private volatile @Nullable DbBridge bridge;
    private volatile @Nullable CancelKey cancelKey;
    private volatile @Nullable DbTap tap;
    private volatile SessionEnd end = SessionEnd.NORMAL;

    DbOpening(DbParts parts, Channel agent, DbAuthenticator.Proven proven, StartupMessage startup) {
        this.parts = parts;
        this.agent = agent;
        this.proven = proven;
        this.startup = startup;
    }

    /** Begins when, and only when, TLS has proved the key of {@code proven}. */
    void begin() {
        parts.live().add(sealed);
        agent.closeFuture().addListener(closed -> putAway());
        Thread.ofVirtual().name("db-enter").start(this::enter);
    }

    // ---- beginning

    private void enter() {
        try {
            switch (parts.gate()
                    .admit(proven.grant(), proven.target().target(), proven.role(), this)) {
                case Admission.Refused(Refusal why) -> refuse(why);
                case Admission.Admitted(Session admitted) -> open(admitted);
            }
        } catch (RuntimeException e) {
            problem("a session could not begin", e);
            tell(DbRefusals.fatal(Refusal.deny("error", "the session could not begin")));
        }
    }

    /** The true reason is recorded before anybody hears of it. */
    private void refuse(Refusal why) {
        var peer =
                new RefusedLogins.Peer(
                        "db", String.valueOf(agent.remoteAddress()), proven.role(), "");
        EventContext context =
                EventContext.of(proven.grant().grant())
                        .inSession(why.session(), proven.target().target().toString());
        parts.refusedLogins()
                .record(context, peer, why)
                .whenComplete((recorded, failure) -> tell(DbRefusals.fatal(why)));
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
                                                    DbRefusals.unrecordable(admitted))));
            var written = new DbTap(record, proven.role() + "@" + proven.target().target().name());
            tap = written;
            DbUpstream.Dialled far = parts.upstream().dial(admitted, proven, agent.eventLoop());
            dialled = far;
            agent.eventLoop().execute(() -> join(admitted, written, far));
        } catch (UnrecordableException e) {
            end = SessionEnd.UNRECORDABLE;
            refuse(DbRefusals.unrecordable(admitted));
        } catch (IOException e) {
            problem("a target was not reached", e);
            end = SessionEnd.ERROR;
            tell(
                    DbRefusals.fatal(
                            admitted.closedBecause()
                                    .orElseGet(() ->
                                            Refusal.deny(
                                                            "target",
                                                            "the target could not be reached")
                                                    .in(
                                                            admitted.id(),
                                                            proven.grant().grant().id()))));
        }
    }

    private SessionOpening opening(Session admitted) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("peer", String.valueOf(agent.remoteAddress()));
        fields.put("role", proven.role());
        fields.put("client", proven.parameters().settings().getOrDefault("application_name", ""));
        fields.put("key", proven.grant().thumbprint());
        fields.put("certificate", proven.grant().certificateSerial());
        return new SessionOpening(
                admitted.id(), admitted.target().protocol(), admitted.context(), fields);
    }

    /** Both legs stand: the agent is let in. On the event loop. */
    private void join(Session admitted, DbTap written, DbUpstream.Dialled far) {
        if (!admitted.isOpen() || !agent.isActive()) {
            far.close();
            agent.close();
            return;
        }
        ProtocolVersion version = version();
        CancelKey key = parts.cancels().next(version);
        var link =
                new DbLink(
                        admitted,
                        parts.gate(),
                        written,
                        far.acts(),
                        parts.limits(),
                        agent,
                        far.channel(),
                        key,
                        far.cancel(),
                        this::ended);
        var made = new DbBridge(link, far.decoder());
        bridge = made;
        cancelKey = key;
        parts.cancels().register(key, made);
        welcome(version, key, far.parameters());
        agent.pipeline().get(Inbound.class).become(new BridgeReader(made, agent, made::fromAgent));
        far.inbound().become(new BridgeReader(made, far.channel(), made::fromServer));
    }

    /** Never newer than what was asked for; said once, with every option that is not known. */
    private ProtocolVersion version() {
        return startup.version().compareTo(ProtocolVersion.V3_2) >= 0
                ? ProtocolVersion.V3_2
                : ProtocolVersion.V3_0;
    }

    private void welcome(ProtocolVersion version, CancelKey key, Map<String, String> parameters) {
        ByteBuf out = agent.alloc().buffer();
        List<String> options = startup.protocolOptions();
        if (!version.equals(startup.version()) || !options.isEmpty()) {
            BackendEncoder.negotiateProtocolVersion(out, version, options);
        }
        BackendEncoder.authenticationOk(out);
        parameters.forEach((name, value) -> BackendEncoder.parameterStatus(out, name, value));
        BackendEncoder.backendKeyData(out, key);
        BackendEncoder.readyForQuery(out, TransactionStatus.IDLE);
        agent.writeAndFlush(out);
    }

    // ---- ending

    /** The bridge is shut: what it wrote last goes out, then the channels close. On the loop. */
    private void ended(SessionEnd how) {
        end = how;
        agent.writeAndFlush(agent.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        DbUpstream.Dialled far = dialled;
        if (far != null) {
            far.close();
        }
    }

    /** Before there is a bridge: last words, then the end. */
    private void tell(ErrorFields fields) {
        agent.eventLoop()
                .execute(() ->
                        agent.writeAndFlush(DbRefusals.error(agent.alloc(), fields))
                                .addListener(ChannelFutureListener.CLOSE));
    }

    /** A stranger gets the one answer and is gone. On the event loop. */
    static void leave(Channel channel) {
        channel.writeAndFlush(DbRefusals.error(channel.alloc(), DbRefusals.stranger()))
                .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void close(SessionEnd how, Refusal why) {
        end = how;
        DbUpstream.Dialled far = dialled;
        if (far != null && how != SessionEnd.KILLED) {
            far.cancel().run();
        }
        var cut = new CompletableFuture<Void>();
        agent.eventLoop().execute(() -> cut(how, why, cut));
        try {
            cut.get(parts.limits().farewell().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("a session's channels did not close in time", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a session's channels did not close", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a session was closed", e);
        }
    }

    private void cut(SessionEnd how, Refusal why, CompletableFuture<Void> done) {
        DbBridge standing = bridge;
        try {
            if (standing != null) {
                standing.shut();
            }
        } finally {
            if (how == SessionEnd.KILLED) {
                kill(done);
            } else {
                end(why, done);
            }
        }
    }

    private void end(Refusal why, CompletableFuture<Void> done) {
        DbUpstream.Dialled far = dialled;
        if (far != null) {
            far.close();
        }
        if (agent.isActive()) {
            // The session is closed already: only these words pass, as far as the socket takes
            // them.
            agent.writeAndFlush(DbRefusals.error(agent.alloc(), DbRefusals.fatal(why)));
        }
        agent.close().addListener(closed -> done.complete(null));
    }

    /**
     * Both legs, the target's first and before the cancel: a server that cannot answer the
     * cancelled statement does not begin with the ones behind it.
     */
    private void kill(CompletableFuture<Void> done) {
        DbUpstream.Dialled far = dialled;
        Channel upstream = far == null ? agent : far.channel();
        ChannelFuture gone = Resets.close(upstream);
        Resets.close(agent)
                .addListener(near ->
                        gone.addListener(closed -> {
                            if (far != null) {
                                far.cancel().run();
                            }
                            if (agent.isOpen() || upstream.isOpen()) {
                                done.completeExceptionally(
                                        new IOException("a socket did not close"));
                            } else {
                                done.complete(null);
                            }
                        }));
    }

    /** The agent's connection is gone, for whatever reason: everything is put away. */
    private void putAway() {
        if (over.compareAndSet(false, true)) {
            DbBridge standing = bridge;
            if (standing != null) {
                agent.eventLoop().execute(standing::shut);
            }
            Thread.ofVirtual().name("db-end").start(this::seal);
        }
    }

    private void seal() {
        CancelKey key = cancelKey;
        if (key != null) {
            parts.cancels().forget(key);
        }
        DbUpstream.Dialled far = dialled;
        if (far != null) {
            far.close();
        }
        DbTap written = tap;
        if (written != null) {
            written.close();
        }
        Session current = session;
        SessionRecording record = recording;
        if (record == null) {
            finished(current);
            return;
        }
        SessionEnd how = current == null ? end : current.end().orElse(end);
        record.seal(how, Map.of()).whenComplete((kept, failure) -> finished(current));
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
                .addKeyValue("target", proven.target().target())
                .addKeyValue("grant", proven.grant().grant().id())
                .addKeyValue("peer", agent.remoteAddress())
                .setCause(problem)
                .log(what);
    }
}
