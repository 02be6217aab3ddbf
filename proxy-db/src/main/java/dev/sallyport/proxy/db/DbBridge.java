package dev.sallyport.proxy.db;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.gate.Ruling;
import dev.sallyport.access.gate.Session;
import dev.sallyport.access.port.SessionEnd;
import dev.sallyport.access.scope.Budget;
import dev.sallyport.proxy.db.wire.BackendDecoder;
import dev.sallyport.proxy.db.wire.BackendEncoder;
import dev.sallyport.proxy.db.wire.BackendMessage;
import dev.sallyport.proxy.db.wire.CancelKey;
import dev.sallyport.proxy.db.wire.ErrorFields;
import dev.sallyport.proxy.db.wire.FrontendDecoder;
import dev.sallyport.proxy.db.wire.ProtocolViolation;
import dev.sallyport.proxy.db.wire.RowDelivery;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session over both legs, once it stands: messages one way, answers the other, and
 * back-pressure in both. Everything in it is owned by the event loop that both channels share.
 *
 * <pre>
 *   agent ─▶ {@link AgentSide} ─▶ {@link Statements} ─▶ {@link Outbox} ─▶ server
 *   agent ◀──────────────── {@link Results} ◀─ {@link ServerSide} ◀────── server
 * </pre>
 */
final class DbBridge {
    private static final Logger LOGGER = LoggerFactory.getLogger(DbBridge.class);

    private final DbLink link;
    private final SessionState state;
    private final Outbox outbox;
    private final Statements statements;
    private final AgentSide agentSide;
    private final ServerSide serverSide;
    private final FrontendDecoder fromAgent;
    private final BackendDecoder fromServer;
    private final Deque<BackendMessage> paused = new ArrayDeque<>();
    private boolean serverPaused;
    private boolean agentWanted = true;
    private boolean closed;

    DbBridge(DbLink link, BackendDecoder fromServer) {
        this.link = link;
        this.fromServer = fromServer;
        this.fromAgent = new FrontendDecoder(link.limits().frontend());
        this.state = new SessionState(link.session(), link.limits(), link.tap());
        this.outbox = new Outbox(link.server(), this::unrecordable);
        var door = new ActDoor(link.session(), link.gate(), link.tap());
        this.statements = new Statements(this, state, link.acts(), door, outbox);
        this.agentSide = new AgentSide(this, state, statements, outbox);
        this.serverSide = new ServerSide(this, state, new Results(this));
        if (link.acts().hasClasses()) {
            // A row can only be masked as a whole.
            fromServer.deliver(RowDelivery.WHOLE);
        }
    }

    // ---- what the parts need to know

    Session session() {
        return link.session();
    }

    DbTap tap() {
        return link.tap();
    }

    DbActs acts() {
        return link.acts();
    }

    DbLimits limits() {
        return link.limits();
    }

    ByteBufAllocator allocator() {
        return link.agent().alloc();
    }

    boolean isOpen() {
        return !closed && link.session().isOpen();
    }

    // ---- bytes in

    /** Bytes of the agent; {@code in} stays the caller's. */
    void fromAgent(ByteBuf in) {
        try {
            Optional<dev.sallyport.proxy.db.wire.FrontendMessage> message = fromAgent.decode(in);
            while (message.isPresent()) {
                if (isOpen()) {
                    agentSide.received(message.get());
                } else {
                    message.get().release();
                }
                message = fromAgent.decode(in);
            }
            pump();
        } catch (ProtocolViolation e) {
            violated(String.valueOf(e.getMessage()));
        }
    }

    /** Bytes of the server; {@code in} stays the caller's. */
    void fromServer(ByteBuf in) {
        try {
            Optional<BackendMessage> message = fromServer.decode(in);
            while (message.isPresent()) {
                take(message.get());
                message = fromServer.decode(in);
            }
        } catch (ProtocolViolation e) {
            violated(String.valueOf(e.getMessage()));
        }
    }

    private void take(BackendMessage message) {
        if (!isOpen()) {
            message.release();
        } else if (serverPaused) {
            paused.add(message);
        } else {
            serverSide.received(message);
        }
    }

    /** Goes on with what the agent sent. */
    void pump() {
        agentSide.pump();
    }

    /** What follows in this batch is skipped, as the server skips it. */
    void skipToSync() {
        agentSide.skip();
    }

    // ---- bytes out

    /** Takes {@code frame} over; it passes only while the session is open. */
    void toAgent(ByteBuf frame) {
        if (isOpen()) {
            link.agent().write(frame, link.agent().voidPromise());
        } else {
            frame.release();
        }
    }

    /** As {@link #toAgent}. */
    void tellAgent(ErrorFields error) {
        toAgent(DbRefusals.error(allocator(), error));
        link.agent().flush();
    }

    /** The proxy's own words to the server. */
    void toServer(ByteBuf frame) {
        outbox.add(frame, () -> {});
        outbox.drain();
    }

    /** The agent learns that a human is asked. */
    void tellHeld(List<Ruling.Hold> holds) {
        int approvals = holds.stream().mapToInt(hold -> hold.request().approvals()).max().orElse(1);
        Refusal held =
                new Refusal(
                        Refusal.Verdict.HELD,
                        holds.getFirst().rules().stream().findFirst().orElse("policy"),
                        "waiting for " + approvals + " approval(s)",
                        session().id(),
                        session().grant().grant().id(),
                        "",
                        0);
        ByteBuf out = allocator().buffer();
        BackendEncoder.noticeResponse(out, DbRefusals.held(held));
        toAgent(out);
        link.agent().flush();
    }

    /** What came together was read: what it caused goes out together. */
    void readComplete() {
        link.agent().flush();
    }

    // ---- back-pressure

    /** Whether the agent's inbox has room. */
    void readAgent(boolean hasRoom) {
        agentWanted = hasRoom;
        link.agent().config().setAutoRead(hasRoom && link.server().isWritable());
    }

    /** One of the channels takes more bytes again, or no more for now. */
    void writabilityChanged() {
        link.server().config().setAutoRead(!serverPaused && link.agent().isWritable());
        link.agent().config().setAutoRead(agentWanted && link.server().isWritable());
    }

    /** A row waits for its budget: nothing behind it is looked at. */
    void pauseServer() {
        serverPaused = true;
        link.server().config().setAutoRead(false);
    }

    /** What waited goes on. */
    void resumeServer() {
        serverPaused = false;
        while (!serverPaused && !paused.isEmpty()) {
            take(paused.remove());
        }
        link.agent().flush();
        writabilityChanged();
    }

    // ---- threads

    /** Runs {@code task} on the event loop, if there still is one and the session is open. */
    void onLoop(Runnable task) {
        try {
            link.agent()
                    .eventLoop()
                    .execute(() -> {
                        if (!closed) {
                            task.run();
                        }
                    });
        } catch (RejectedExecutionException e) {
            // The proxy stops, and its sessions with it.
        }
    }

    /** Takes from a budget where waiting is allowed, and comes back. */
    void spend(Budget.Unit unit, long amount, Consumer<Optional<Refusal>> then) {
        Thread.ofVirtual()
                .name("db-budget")
                .start(() -> {
                    Optional<Refusal> refusal = spend(unit, amount);
                    onLoop(() -> then.accept(refusal));
                });
    }

    private Optional<Refusal> spend(Budget.Unit unit, long amount) {
        try {
            return session().spend(unit, amount);
        } catch (RuntimeException e) {
            // The thread's edge: what cannot be paid for does not pass.
            problem("a budget could not be asked", e);
            return Optional.of(Refusal.deny("budget", "the budget could not be asked"));
        }
    }

    // ---- cancelling

    /** The agent cancels what runs; called on any thread. */
    void cancelled() {
        onLoop(() -> {
            boolean running = state.answers().isRunning();
            String what = statements.withdraw() ? "held" : running ? "running" : "nothing";
            tap().cancel(what).thenRun(() -> onLoop(() -> cancelIfRunning(what)));
        });
    }

    private void cancelIfRunning(String what) {
        // A cancel that comes late must not hit the next statement.
        if (what.equals("running") && state.answers().isRunning()) {
            cancelAtServer();
        }
    }

    /** The server stops what it is doing. */
    void cancelAtServer() {
        link.cancelAtServer().run();
    }

    // ---- endings

    /** The agent said goodbye. */
    void agentLeft() {
        end(SessionEnd.NORMAL, Optional.empty());
    }

    /** The server ends the session; its last words are on their way. */
    void serverLeaves() {
        link.agent().flush();
        end(SessionEnd.ERROR, Optional.empty());
    }

    /** A peer does not keep to the protocol. */
    void violated(String what) {
        end(SessionEnd.ERROR, Optional.of(Refusal.deny("protocol", what)));
    }

    private void unrecordable() {
        end(SessionEnd.UNRECORDABLE, Optional.of(DbRefusals.unrecordable(session())));
    }

    /** A statement did more than its budget before it could be stopped. */
    void overBudget(Refusal refusal) {
        end(SessionEnd.BUDGET, Optional.of(refusal));
    }

    /** A channel is gone. */
    void channelClosed(Channel which) {
        boolean byServer = which == link.server();
        end(
                byServer ? SessionEnd.ERROR : SessionEnd.NORMAL,
                byServer
                        ? Optional.of(Refusal.deny("target", "the target has gone"))
                        : Optional.empty());
    }

    /** The last thing that passes, if anything does; the rest is the link's. */
    private void end(SessionEnd end, Optional<Refusal> words) {
        if (closed) {
            return;
        }
        words.ifPresent(refusal ->
                toAgent(
                        DbRefusals.error(
                                allocator(),
                                DbRefusals.fatal(
                                        refusal.in(
                                                session().id(), session().grant().grant().id())))));
        shut();
        link.ends().accept(end);
    }

    /** Nothing passes any more in either direction; on the event loop. */
    void shut() {
        closed = true;
        statements.withdraw();
        state.answers().abandon();
        outbox.close();
        agentSide.close();
        paused.forEach(BackendMessage::release);
        paused.clear();
    }

    private void problem(String what, Exception problem) {
        LOGGER.atWarn()
                .addKeyValue("session", session().id())
                .addKeyValue("target", session().target())
                .setCause(problem)
                .log(what);
    }

    /** True when {@code key} is what this session's agent was given. */
    boolean isCancelledBy(CancelKey key) {
        return link.cancelKey().matches(key);
    }
}
